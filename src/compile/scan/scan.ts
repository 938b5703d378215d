import { describe } from "../../arguments";
import * as tf from "../../tf";
import { numberedLoop } from "../capture/call-numbers";
import { currentRecorder, isExporting } from "../capture/capture";
import { checkGiven, checkList } from "../check-given";
import { CompileError } from "../errors";
import { unstack } from "../rows";
import { captureScan } from "./capture-scan";
import type { Chunk } from "./chunk";

export interface ScanOptions {
  /**
   * How many time steps one iteration of the compiled loop computes. More time steps run faster and build slower. In an
   * exported graph it is always 1, because only 1 divides every length. Default: 16.
   */
  unroll?: number;
  /**
   * Whether the compiled loop keeps for the gradient only the states at the start of each iteration, and computes everything
   * else again in the backward loop. Memory then grows with the number of iterations plus the time steps of one iteration,
   * instead of with all time steps, for about a third more time (Chen et al. 2016, arXiv:1604.06174). Default: false.
   */
  recompute?: boolean;
}

/** The number of a time step. In a compiled loop a tensor. */
type Time = number | tf.Scalar;

/**
 * A loop over time that carries states. In a compiled function it is one loop of the graph, whose size does not grow with
 * the number of time steps. Run eagerly, it is this plain loop, with the same numbers:
 *
 *   const results = [];
 *   for (let t = 0; t < nSteps; t++) {
 *     const made = step(sequences.map((sequence) => sequence[t]), states, t);
 *     results.push(made.results);
 *     states = made.states;
 *   }
 *   return { results: stack(results), states };
 *
 * For example, a running mean that forgets:
 *
 *   const step = ([x], [mean]) => {
 *     const next = tf.add(tf.mul(mean, 0.9), tf.mul(x, 0.1));
 *     return { results: [next], states: [next] };
 *   };
 *   const { results: [means] } = scan(step, [prices], [tf.zeros([batch])]);     // prices and means: [nSteps, batch]
 *
 * First derivatives only.
 *
 * @param step one time step: from its element of each sequence and the states to float32 results and the next states. It must
 *   make the same operations at every time step. `time` is the number of the time step, an int32 scalar, also when run
 *   eagerly. A compiled loop knows no JavaScript number of the time step, so what depends on it must be computed by tensors:
 *   `tf.where(tf.equal(time, 0), …)`
 * @param sequences tensors `[nSteps, …]`
 * @param states the states before the first time step, float32; a step must keep their shapes
 * @returns each result for all time steps, `[nSteps, …]`, and the states after the last one; no results without time steps
 * @throws CompileError when there is no sequence or no state, or the sequences differ in length
 */
export function scan(
  step: (parts: tf.Tensor[], states: tf.Tensor[], time: tf.Scalar) => Chunk,
  sequences: readonly tf.Tensor[],
  states: readonly tf.Tensor[],
  options: ScanOptions = {},
): Chunk {
  checkGiven("scan", step, options, ["unroll", "recompute"]);
  const { unroll = 16, recompute = false } = options;
  checkList("scan", "sequences", sequences);
  checkList("scan", "states", states);
  if (!Number.isInteger(unroll) || unroll < 1) {
    throw new CompileError(`scan: unroll: expected a positive whole number, got ${unroll}`);
  }
  const chunk = (nextStep: () => void, sequences: readonly tf.Tensor[], initial: tf.Tensor[], first: Time): Chunk => {
    const elements = sequences.map((sequence) => unstack(sequence));
    const made: tf.Tensor[][] = [];
    let now = initial;
    for (let t = 0; t < (elements[0] as tf.Tensor[]).length; t++) {
      const offset = tf.scalar(typeof first === "number" ? first + t : t, "int32");
      const time = typeof first === "number" ? offset : (tf.add(first, offset) as tf.Scalar);
      const parts = elements.map((each) => each[t] as tf.Tensor);
      nextStep();
      const { results, states } = checked(step(parts, now, time), now.length);
      now = states;
      made.push(results);
    }
    return { results: (made[0] ?? []).map((_, i) => tf.stack(made.map((each) => each[i] as tf.Tensor))), states: now };
  };
  return tf.tidy(() => {
    const made = numberedLoop((nextStep) =>
      scanChunks((...given) => chunk(nextStep, ...given), sequences, states, { size: unroll, recompute }),
    );
    const last = made.states.map((state) => tf.clone(state)); // without time steps they are the caller's own tensors
    return { results: made.results, states: last } as never;
  }) as Chunk;
}

/**
 * `scan` by chunks of time steps, for a caller that prepares something once for each chunk.
 *
 * @param chunk from `[size, …]` of each sequence, the states and the number of the first time step to `[size, …]` of each
 *   result and the next states
 */
export function scanChunks(
  chunk: (parts: readonly tf.Tensor[], states: tf.Tensor[], first: Time) => Chunk,
  sequences: readonly tf.Tensor[],
  states: readonly tf.Tensor[],
  { size: asked, recompute }: { size: number; recompute: boolean },
): Chunk {
  const size = isExporting() ? 1 : asked; // only 1 divides every length
  const steps = lengthOf(sequences, states);
  const iterations = Math.floor(steps / size);
  const recorder = currentRecorder();
  if (recorder === undefined || recorder.isInside || iterations < 2) return chunk(sequences, [...states], 0);
  const whole = iterations * size;
  const cut = (from: number, count: number) =>
    sequences.map((sequence) => tf.slice(sequence, [from, ...zeros(sequence)], [count, ...sequence.shape.slice(1)]));
  const loop = captureScan(recorder, chunk, whole === steps ? sequences : cut(0, whole), states, { size, recompute });
  if (whole === steps) return loop;
  const rest = chunk(cut(whole, steps - whole), loop.states, whole);
  return {
    results: loop.results.map((result, i) => tf.concat([result, rest.results[i] as tf.Tensor], 0)),
    states: rest.states,
  };
}

/** @throws CompileError when a step returned anything but lists of results and states */
function checked(made: Chunk, states: number): Chunk {
  if (Array.isArray(made?.results) && Array.isArray(made.states) && made.states.length === states) return made;
  const got = Array.isArray(made?.states) ? `${made.states.length} states` : describe(made);
  throw new CompileError(
    `scan: the step must return { results, states }, two lists, with ${states} states; got ${got}`,
  );
}

const zeros = (tensor: tf.Tensor) => tensor.shape.slice(1).map(() => 0);

function lengthOf(sequences: readonly tf.Tensor[], states: readonly tf.Tensor[]): number {
  const lengths = sequences.map(({ shape }) => shape[0]);
  const [steps] = lengths;
  if (steps === undefined || states.length === 0 || lengths.some((length) => length !== steps)) {
    const got = `lengths ${lengths.join(", ") || "none"}, ${states.length} states`;
    throw new CompileError(`scan: expected sequences of one length and at least one state, got ${got}`);
  }
  const other = states.findIndex(({ dtype }) => dtype !== "float32");
  if (other >= 0) throw new CompileError(`scan: states[${other}]: expected float32, got ${states[other]?.dtype}`);
  return steps;
}
