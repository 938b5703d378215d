import { isCapturing, isExporting, scanChunks, tapeIsOn, unstack } from "../../compile";
import * as tf from "../../tf";
import type { OpenCell, RNNCell, RunOverTime } from "../cell";
import type { UnitPadding } from "../kernels/unit-padding";
import { atTime, foldIn, type RandomKey } from "../random-key";
import { flattenState, packState, type State, zipState } from "../state";
import { tidy } from "../tidy";
import { projectedSteps } from "./projected-steps";

/** How a run goes through time. */
export interface Walk {
  /** Which sequences are live at which time step, booleans `[nSteps, batch, 1]`. Without it, all are. */
  readonly live?: tf.Tensor3D;
  /** From the last time step to the first. Padding then comes first, and the state stays where it began until it ends. */
  readonly reverse?: boolean;
  readonly key?: RandomKey;
  /** Compiled, recomputes activations on the way back instead of keeping them. */
  readonly swapMemory?: boolean;
}

type StepAt<S extends State> = (t: number, state: S) => [output: tf.Tensor2D, state: S];
type Time = number | tf.Scalar;

/**
 * Runs a cell over time: by `overTime` where a wrapper has it, else by a loop over `open` or `call`.
 *
 * @param inputs `[nSteps, batch, inputSize]`
 * @returns outputs `[nSteps, batch, outputSize]`, still undefined past the end of a sequence, and the final state
 */
export function runOverTime<S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  state: S,
  walk: Walk,
): [outputs: tf.Tensor3D, state: S] {
  if (cell.overTime !== undefined) {
    const run: RunOverTime = (inner, x, s, index = 0) =>
      runOverTime(inner, x, s, { ...walk, key: foldIn(walk.key, index) });
    return cell.overTime(run, inputs, state, walk.key);
  }
  const open = cell.open?.(rowsOf(inputs));
  if (open?.all !== undefined && walk.live === undefined && !tapeIsOn() && !isFasterByStep(open, inputs)) {
    const [outputs, last] = open.all(turn(inputs, walk.reverse), state);
    return [turn(outputs, walk.reverse), last];
  }
  const size = walk.swapMemory ? Math.ceil(Math.sqrt(inputs.shape[0])) : LONG_CHUNK;
  const isLong = walk.swapMemory || inputs.shape[0] > LONGEST_FLAT;
  if (isExporting() || (isCapturing() && isLong)) return inChunks(cell, inputs, state, walk, size);
  const step = stepOver(cell, open, inputs, (t) => atTime(walk.key, t), isCapturing() && tapeIsOn() ? 2 : 1);
  return flat(step, inputs.shape[0], state, walk, open?.padding);
}

/** Compiled, units to padding save more than one operation for all time steps does, but for very small batches. */
const isFasterByStep = ({ padding }: Pick<OpenCell, "padding">, { shape: [, batch] }: tf.Tensor3D): boolean =>
  padding !== undefined && isCapturing() && batch >= 8;

/** The inputs of all time steps, as rows. */
const rowsOf = ({ shape: [nSteps, batch] }: tf.Tensor3D): number => nSteps * batch;

/** A run whose time steps are computed one by one, on the units to padding where there are any. */
function flat<S extends State>(
  step: StepAt<S>,
  nSteps: number,
  first: S,
  walk: Walk,
  padding: UnitPadding | undefined,
): [tf.Tensor3D, S] {
  if (padding === undefined) return loop(step, nSteps, first, walk);
  const [outputs, last] = loop(step, nSteps, padding.pad(first), walk);
  return [padding.unpadOutputs(outputs), padding.unpad(last)];
}

/**
 * Compiled, up to that many time steps are written out one by one, which runs fastest; longer runs are a loop of chunks, and
 * all runs are in a graph for any length.
 */
const LONGEST_FLAT = 200;
const LONG_CHUNK = 40;

/** A compiled run of many time steps: a loop over chunks of them, whose graph does not grow with their number. */
function inChunks<S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  first: S,
  { live, reverse = false, key, swapMemory = false }: Walk,
  size: number,
): [tf.Tensor3D, S] {
  const nSteps = inputs.shape[0];
  const sequences = [turn(inputs, reverse), ...(live ? [turn(live.toFloat(), reverse)] : [])];
  const { results, states } = scanChunks(
    ([x, alive], parts, from) => {
      const chunk = x as tf.Tensor3D;
      const timeOf = (t: number): Time => {
        if (typeof from === "number") return reverse ? nSteps - 1 - from - t : from + t;
        const at = tf.add(from, tf.scalar(t, "int32"));
        return (reverse ? tf.sub(tf.scalar(nSteps - 1, "int32"), at) : at) as tf.Scalar;
      };
      const walk = alive ? { live: tf.cast(alive, "bool") as tf.Tensor3D } : {};
      const open = cell.open?.(rowsOf(chunk));
      const step = stepOver(cell, open, chunk, (t) => key && atTime(key, timeOf(t)));
      const begin = packState(first, parts as tf.Tensor2D[]);
      const [outputs, state] = flat(step, chunk.shape[0], begin, walk, open?.padding);
      return { results: [outputs], states: flattenState(state) };
    },
    sequences,
    flattenState(first),
    { size, recompute: swapMemory },
  );
  return [turn(results[0] as tf.Tensor3D, reverse), packState(first, states as tf.Tensor2D[])];
}

/** Time the other way round, where a walk is in reverse. */
const turn = <T extends tf.Tensor>(x: T, reverse = false): T => (reverse ? tf.reverse(x, 0) : x);

/**
 * A step that reads its inputs from a time-major tensor, by the opened cell where there is one.
 *
 * @param most in how many stretches of time the inputs may be projected
 */
function stepOver<S extends State>(
  cell: RNNCell<S>,
  open: OpenCell<S> | undefined,
  inputs: tf.Tensor3D,
  keyAt: (t: number) => RandomKey | undefined,
  most = 1,
): StepAt<S> {
  if (open === undefined) {
    const steps = timeSteps(inputs);
    return (t, state) => cell.call(steps[t] as tf.Tensor2D, state, keyAt(t));
  }
  const steps = projectedSteps(open, inputs, most);
  return (t, state) => open.step(steps[t] as tf.Tensor2D[], state, keyAt(t), t);
}

/** `[nSteps, batch, features]` taken apart by time step. */
export const timeSteps = (x: tf.Tensor3D): tf.Tensor2D[] => unstack(x) as tf.Tensor2D[];

function loop<S extends State>(step: StepAt<S>, nSteps: number, first: S, walk: Walk): [tf.Tensor3D, S] {
  const outputs: tf.Tensor2D[] = new Array(nSteps);
  const live = walk.live && timeSteps(walk.live);
  let state = first;
  for (let i = 0; i < nSteps; i++) {
    const t = walk.reverse ? nSteps - 1 - i : i;
    [outputs[t], state] = tidy(() => {
      const [output, next] = step(t, state);
      return [output, freeze(live?.[t], next, state)];
    });
  }
  return [tf.stack(outputs) as tf.Tensor3D, state];
}

/** The next state where a sequence is live, the one before where it is over. */
export function freeze<S extends State>(live: tf.Tensor2D | undefined, next: S, before: S): S {
  return live === undefined ? next : zipState(next, before, (now, then) => tf.where(live, now, then));
}

/** Zero where a sequence is over; a product with 0 would let NaN through. */
export function blank<T extends tf.Tensor>(live: tf.Tensor | undefined, x: T): T {
  return live === undefined ? x : (tf.where(live, x, tf.zerosLike(x)) as T);
}
