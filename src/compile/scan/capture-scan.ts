import * as tf from "../../tf";
import { captureInside, recorderAtWork } from "../capture/capture";
import { customGradient } from "../capture/custom-gradient";
import type { Recorder } from "../capture/recorder";
import { gradientsApart, tapeIsOn, tensorsUsed } from "../capture/tape";
import { copyOf, idOf } from "../engine/backend";
import { CompileError } from "../errors";
import { layoutOf } from "../ir/scan-partition";
import type { Scan, Signature, Trace } from "../ir/trace";
import { firstRows } from "../rows";
import type { Chunk } from "./chunk";

type Body = (parts: readonly tf.Tensor[], states: tf.Tensor[], first: number | tf.Scalar) => Chunk;
interface LoopOptions {
  readonly size: number;
  readonly recompute: boolean;
}

/**
 * Captures a chunk of time steps, with its gradient where one is being recorded, and records a loop of them as one
 * operation of the function around.
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
  const there = captureChunk(body, sample);
  const counts = { sequences: sequences.length, states: states.length, results: there.results };
  const iterations = (sequences[0]?.shape[0] as number) / options.size;
  const common = { iterations, size: options.size, counts, recompute: options.recompute };
  const ids = [...sequences, ...states].map(idOf);
  if (!tapeIsOn()) {
    const scan: Scan = { ...common, trace: there.trace };
    return chunkOf(recordLoop(recorder, scan, "Scan", [...ids, ...there.free]), counts.results);
  }
  const joint = captureJoint(body, sample, there);
  const scan: Scan = { ...common, trace: joint.trace, gradients: joint.gradients };
  const isFloat = (x: tf.Tensor) => x.dtype === "float32";
  let last: number[] = [];
  const made = customGradient(
    [...sequences.filter(isFloat), ...states, ...joint.around],
    () => {
      const outputs = recordLoop(recorder, scan, "Scan", [...ids, ...joint.free]);
      last = outputs.slice(counts.results).map(idOf); // has the loop back come after the loop forward
      return outputs;
    },
    (dys) =>
      recordLoop(recorder, scan, "ScanGradient", [
        ...ids.slice(0, counts.sequences),
        ...last,
        ...dys.map(idOf),
        ...joint.free,
      ]),
  );
  return chunkOf(made, counts.results);
}

/** What a chunk is captured with. */
interface Sample {
  readonly parts: readonly tf.Tensor[];
  readonly states: tf.Tensor[];
  readonly first: tf.Scalar;
}

interface CapturedChunk {
  readonly trace: Trace;
  readonly free: readonly number[];
  readonly results: number;
  /** What it uses of the function around, as gradients see it. */
  readonly around: readonly tf.Tensor[];
}

function captureChunk(body: Body, { parts, states, first }: Sample): CapturedChunk {
  let around: tf.Tensor[] = [];
  let results = 0;
  const compute = () => {
    let made: Chunk | undefined;
    const used = tensorsUsed(() => {
      made = body(parts, [...states], first);
    });
    const inside = recorderAtWork() as Recorder;
    const own = new Set(used.filter((x) => x.dtype === "float32" && inside.isFromAround(x)));
    around = [...new Map([...own].map((x) => [x.id, x])).values()];
    results = (made as Chunk).results.length;
    return outputsOf(made as Chunk, states);
  };
  return { ...captureInside(compute, [...parts, ...states, first]), results, around };
}

/** A chunk and its gradient as one trace. */
function captureJoint(body: Body, { parts, states, first }: Sample, { trace, around: used, results }: CapturedChunk) {
  const dys = trace.results.map(({ shape }) => tf.zeros([...shape]));
  const around = used.filter((x) => !x.isDisposed);
  const by = [...parts.filter(({ dtype }) => dtype === "float32"), ...states, ...around];
  let outputs: tf.Tensor[] = [];
  const compute = () => {
    const value = () => {
      outputs = outputsOf(body(parts, [...states], first), states).map((output) => tf.keep(tf.clone(output)));
      return customGradient(
        outputs,
        () => [tf.scalar(0)],
        () => dys,
      )[0] as tf.Tensor;
    };
    const gradients = gradientsApart(value, by).map((gradient, i) => gradient ?? tf.zerosLike(by[i] as tf.Tensor));
    return [...outputs, ...gradients];
  };
  let joint: ReturnType<typeof captureInside>;
  try {
    joint = captureInside(compute, [...parts, ...states, first, ...dys]);
  } finally {
    tf.dispose(outputs); // kept past the end of the gradient
  }
  const counts = { sequences: parts.length, states: states.length, results };
  const { free } = layoutOf({ counts, trace: joint.trace, gradients: [] });
  const inputOf = new Map(joint.free.map((id, i) => [id, free + i]));
  const floats = parts.flatMap(({ dtype }, i) => (dtype === "float32" ? [i] : []));
  const gradients = [
    ...floats,
    ...states.map((_, i) => parts.length + i),
    ...around.map((x) => inputOf.get(idOf(x)) ?? NO_INPUT),
  ];
  return { ...joint, gradients, around };
}

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

/** Records the loop forward, or the loop back. */
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
          return input >= 0 && input < counts.sequences ? long(result) : result;
        });
  const [shapes, dtypes] = [outputs.map(({ shape }) => shape), outputs.map(({ dtype }) => dtype)];
  return recorder.recordComposite({ name, attributes: [], inputs: [], shapes, dtypes, scan }, ids);
}

/** The place of what has a gradient, though no operation of the step reads it. */
const NO_INPUT = -1;

const chunkOf = (made: tf.Tensor[], results: number): Chunk => ({
  results: made.slice(0, results),
  states: made.slice(results),
});
