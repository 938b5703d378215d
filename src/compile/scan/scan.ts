import { describe } from "../../arguments";
import * as tf from "../../tf";
import { isExporting, recorderAtWork } from "../capture/capture";
import { checkGiven, checkList } from "../check-given";
import { CompileError } from "../errors";
import { unstack } from "../rows";
import { captureScan } from "./capture-scan";
import type { Chunk } from "./chunk";

export interface ScanOptions {
  /**
   * How many steps stand in one round of the compiled loop, 16 unless told otherwise: more run faster and start slower. In
   * a graph that travels it is 1, so that any length will do.
   */
  unroll?: number;
  /**
   * Compiled, keeps only the states that each round began with for the gradient, and computes the rest again on the way
   * back: memory with rounds + steps a round instead of all steps, for about a third more time (Chen et al. 2016,
   * arXiv:1604.06174).
   */
  recompute?: boolean;
}

/**
 * A loop over time that carries states: in a compiled function one loop of the graph, whose size does not grow with the
 * number of time steps. Run eagerly, it is a plain loop with the same numbers. First derivatives only.
 *
 *   [resultsₜ, statesₜ₊₁] = step(sequences[t], statesₜ, t)
 *
 * @param step one time step: float32 tensors from the time step's part of each sequence and the states; the same
 *   operations at every time step. `time` is the step's number, an int32 scalar run eagerly too: in a compiled loop no
 *   number is known, so what depends on it is said in tensors (`tf.where(tf.equal(time, 0), …)`)
 * @param sequences tensors `[nSteps, …]`
 * @param states those before the first time step, float32; their shapes stay
 * @returns all results, `[nSteps, …]` each, and the states after the last time step; without time steps no results
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
  const chunk = (parts: readonly tf.Tensor[], first: tf.Tensor[], time: number | tf.Scalar): Chunk => {
    const steps = parts.map((part) => unstack(part));
    const made: tf.Tensor[][] = [];
    let now = first;
    for (let t = 0; t < (steps[0] as tf.Tensor[]).length; t++) {
      const within = tf.scalar(typeof time === "number" ? time + t : t, "int32");
      const at = typeof time === "number" ? within : (tf.add(time, within) as tf.Scalar);
      const parts = steps.map((each) => each[t] as tf.Tensor);
      const { results, states } = checked(step(parts, now, at), now.length);
      now = states;
      made.push(results);
    }
    return { results: (made[0] ?? []).map((_, i) => tf.stack(made.map((each) => each[i] as tf.Tensor))), states: now };
  };
  return tf.tidy(() => {
    const made = scanChunks(chunk, sequences, states, { size: unroll, recompute });
    return { results: made.results, states: made.states.map((state) => tf.clone(state)) } as never; // not the caller's own
  }) as Chunk;
}

/**
 * The same by chunks of time steps: `[size, …]` of each sequence, and as many of each result. What a chunk prepares, it
 * prepares once a chunk.
 */
export function scanChunks(
  chunk: (parts: readonly tf.Tensor[], states: tf.Tensor[], first: number | tf.Scalar) => Chunk,
  sequences: readonly tf.Tensor[],
  states: readonly tf.Tensor[],
  { size: asked, recompute }: { size: number; recompute: boolean },
): Chunk {
  const size = isExporting() ? 1 : asked; // the only one that divides every length
  const steps = lengthOf(sequences, states);
  const rounds = Math.floor(steps / size);
  const recorder = recorderAtWork();
  if (recorder === undefined || recorder.isInside || rounds < 2) return chunk(sequences, [...states], 0);
  const whole = rounds * size;
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

/** @throws CompileError for a step that made something else */
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
