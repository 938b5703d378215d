import * as tf from "../../tf";
import { captureInside, currentRecorder } from "../capture/capture";
import { customGradient } from "../capture/custom-gradient";
import type { Recorder } from "../capture/recorder";
import { rowsOfLoop, takeLoopIndices } from "../capture/row-gradients";
import { separateGradients, tapeIsOn, tensorsUsed } from "../capture/tape";
import { copyOf, idOf } from "../engine/backend";
import { CompileError } from "../errors";
import { hasPartsByChunk, layoutOf } from "../ir/scan-partition";
import { ROW_SLICES, type Scan, type Signature, type Trace } from "../ir/trace";
import { firstRows } from "../rows";
import type { Chunk } from "./chunk";

type Body = (parts: readonly tf.Tensor[], states: tf.Tensor[], first: number | tf.Scalar) => Chunk;
interface LoopOptions {
  /** Time steps in a chunk. */
  readonly size: number;
  readonly recompute: boolean;
}

/**
 * Captures one chunk of time steps, and its gradient if one is being recorded; then records a loop over all chunks as one
 * op of the outer function.
 *
 * @param sequences of a whole number of chunks
 */
export function captureScan(
  recorder: Recorder,
  body: Body,
  sequences: readonly tf.Tensor[],
  states: readonly tf.Tensor[],
  options: LoopOptions,
): Chunk {
  const sample: Sample = {
    parts: sequences.map((sequence) => firstRows(sequence, options.size)),
    states: states.map((state) => copyOf(state)),
    first: tf.scalar(0, "int32"),
  };
  const forward = captureChunk(body, sample);
  const counts = { sequences: sequences.length, states: states.length, results: forward.results };
  const iterations = (sequences[0]?.shape[0] as number) / options.size;
  const common = { iterations, size: options.size, counts, recompute: options.recompute };
  const ids = [...sequences, ...states].map(idOf);
  if (!tapeIsOn()) {
    const scan: Scan = { ...common, trace: forward.trace };
    return chunkOf(recordLoop(recorder, scan, "Scan", [...ids, ...forward.free]), counts.results);
  }
  const joint = captureJoint(body, sample, forward);
  const scan: Scan = { ...common, trace: joint.trace, gradients: joint.gradients };
  const isFloat = (x: tf.Tensor) => x.dtype === "float32";
  const rows = joint.captured.map((x, i) => {
    const [count = 0, ...row] = joint.slices.get(i) ?? [];
    return joint.slices.has(i) ? rowsOfLoop(x as tf.Variable, [count * iterations, ...row]) : undefined;
  });
  let last: number[] = [];
  const made = customGradient(
    [...sequences.filter(isFloat), ...states, ...joint.captured.map((x, i) => rows[i] ?? x)],
    () => {
      const outputs = recordLoop(recorder, scan, "Scan", [...ids, ...joint.free]);
      last = outputs.slice(counts.results).map(idOf); // by these inputs the backward loop comes after the forward loop
      return outputs;
    },
    (dys) => {
      const inputs = [...ids.slice(0, counts.sequences), ...last, ...dys.map(idOf), ...joint.free];
      const gradients = recordLoop(recorder, scan, "ScanGradient", inputs);
      const indices = gradients.splice(gradients.length - joint.slices.size);
      for (const each of rows) if (each) takeLoopIndices(each, indices.shift() as tf.Tensor);
      return gradients;
    },
  );
  return chunkOf(made, counts.results);
}

/** The tensors that a chunk is captured with. */
interface Sample {
  readonly parts: readonly tf.Tensor[];
  readonly states: tf.Tensor[];
  readonly first: tf.Scalar;
}

interface CapturedChunk {
  readonly trace: Trace;
  /** The native ids of all captured values. */
  readonly free: readonly number[];
  /** How many results a chunk makes. */
  readonly results: number;
  /** The captured values, as gradients see them: float32 tensors of the outer function that the chunk uses. */
  readonly captured: readonly tf.Tensor[];
}

function captureChunk(body: Body, { parts, states, first }: Sample): CapturedChunk {
  let captured: tf.Tensor[] = [];
  let results = 0;
  const compute = () => {
    let made: Chunk | undefined;
    const used = tensorsUsed(() => {
      made = body(parts, [...states], first);
    });
    const inside = currentRecorder() as Recorder;
    const own = new Set(used.filter((x) => x.dtype === "float32" && inside.isCaptured(x)));
    captured = [...new Map([...own].map((x) => [x.id, x])).values()];
    results = (made as Chunk).results.length;
    return outputsOf(made as Chunk, states);
  };
  return { ...captureInside(compute, [...parts, ...states, first]), results, captured };
}

/** Captures a chunk and its gradient as one trace. */
function captureJoint(body: Body, { parts, states, first }: Sample, { trace, captured: used, results }: CapturedChunk) {
  const dys = trace.results.map(({ shape }) => tf.zeros([...shape]));
  const captured = used.filter((x) => !x.isDisposed);
  const by = [...parts.filter(({ dtype }) => dtype === "float32"), ...states, ...captured];
  let outputs: tf.Tensor[] = [];
  const slices = new Map<number, readonly number[]>(); // the shape of the values, by captured value
  const compute = () => {
    const value = () => {
      outputs = outputsOf(body(parts, [...states], first), states).map((output) => tf.keep(tf.clone(output)));
      return customGradient(
        outputs,
        () => [tf.scalar(0)],
        () => dys,
      )[0] as tf.Tensor;
    };
    const indices: tf.Tensor[] = [];
    const gradients = separateGradients(value, by).map((gradient, i) => {
      if (gradient === undefined || gradient instanceof tf.Tensor) return gradient ?? tf.zerosLike(by[i] as tf.Tensor);
      slices.set(i - (by.length - captured.length), gradient.values.shape);
      indices.push(gradient.indices);
      return gradient.values;
    });
    return [...outputs, ...gradients, ...indices];
  };
  let joint: ReturnType<typeof captureInside>;
  try {
    joint = captureInside(compute, [...parts, ...states, first, ...dys]);
  } finally {
    tf.dispose(outputs); // tf.keep kept them past the end of the gradient
  }
  const counts = { sequences: parts.length, states: states.length, results };
  const { free } = layoutOf({ counts, trace: joint.trace, gradients: [] });
  const inputOf = new Map(joint.free.map((id, i) => [id, free + i]));
  const floats = parts.flatMap(({ dtype }, i) => (dtype === "float32" ? [i] : []));
  const gradients = [
    ...floats,
    ...states.map((_, i) => parts.length + i),
    ...captured.map((x, i) => (slices.has(i) ? ROW_SLICES : (inputOf.get(idOf(x)) ?? NO_INPUT))),
    ...[...slices.keys()].map(() => ROW_SLICES),
  ];
  return { ...joint, gradients, captured, slices };
}

/** @throws CompileError when a chunk's outputs are not float32, or a state changes its shape */
function outputsOf({ results, states }: Chunk, before: readonly tf.Tensor[]): tf.Tensor[] {
  const wrong = [...results, ...states].find((x) => x.dtype !== "float32");
  if (wrong) throw new CompileError(`scan: expected float32 results and states, got ${wrong.dtype}`);
  before.forEach((state, i) => {
    const got = states[i]?.shape;
    if (got?.join() === state.shape.join()) return;
    throw new CompileError(
      `scan: states[${i}]: expected shape [${state.shape}] after a step as before it, got [${got}]`,
    );
  });
  return [...results, ...states];
}

/** Records the forward loop, or the backward loop, as one op. */
function recordLoop(
  recorder: Recorder,
  scan: Scan,
  name: "Scan" | "ScanGradient",
  ids: readonly number[],
): tf.Tensor[] {
  const { trace, counts, iterations, gradients = [] } = scan;
  const long = ({ shape, dtype }: Signature): Signature => {
    const [size = 1, ...rest] = shape;
    return { shape: [size * iterations, ...rest], dtype };
  };
  const made = trace.results.slice(0, counts.results + counts.states);
  const outputs =
    name === "Scan"
      ? made.map((result, i) => (i < counts.results ? long(result) : result))
      : gradients.map((input, i) => {
          const result = trace.results[made.length + i] as Signature;
          return hasPartsByChunk(scan, input) ? long(result) : result;
        });
  const [shapes, dtypes] = [outputs.map(({ shape }) => shape), outputs.map(({ dtype }) => dtype)];
  return recorder.recordComposite({ name, attributes: [], inputs: [], shapes, dtypes, scan }, ids);
}

/** Stands for a captured value that has a gradient, though no op of the chunk reads it. */
const NO_INPUT = -1;

const chunkOf = (made: tf.Tensor[], results: number): Chunk => ({
  results: made.slice(0, results),
  states: made.slice(results),
});
