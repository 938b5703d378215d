import { inScope, isCapturing, isExporting, numberedLoop, scanChunks, tapeIsOn, unstack } from "../../compile/internal";
import * as tf from "../../tf";
import type { OpenCell, RNNCell, RunOverTime } from "../cell";
import type { UnitPadding } from "../kernels/unit-padding";
import { atTime, foldIn, type RandomKey } from "../random-key";
import { flattenState, packState, type State, zipState } from "../state";
import { tidy } from "../tidy";
import { projectedSteps } from "./projected-steps";

/** The options of one run over time. */
export interface RunOptions {
  /** Which sequences are live at which time step, booleans `[nSteps, batch, 1]`. Default: all are live. */
  readonly live?: tf.Tensor3D;
  /**
   * Runs from the last time step to the first. The padding then comes first, and the state stays at its initial value
   * until the padding ends. Default: false.
   */
  readonly reverse?: boolean;
  readonly key?: RandomKey;
  /** In a compiled function, the backward pass computes activations again instead of keeping them. Default: false. */
  readonly swapMemory?: boolean;
}

type StepAt<S extends State> = (t: number, state: S) => [output: tf.Tensor2D, state: S];
type Time = number | tf.Scalar;

/**
 * Runs a cell over time: with `overTime` where a wrapper has it, otherwise with a loop over `open` or `call`.
 *
 * @param inputs `[nSteps, batch, inputSize]`
 * @returns outputs `[nSteps, batch, outputSize]` and the final state. Past the end of a sequence the outputs are
 *   undefined; the caller blanks them
 */
export function runOverTime<S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  state: S,
  options: RunOptions,
): [outputs: tf.Tensor3D, state: S] {
  return inScope(cell, () => runCell(cell, inputs, state, options));
}

function runCell<S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  state: S,
  options: RunOptions,
): [outputs: tf.Tensor3D, state: S] {
  if (cell.overTime !== undefined) {
    const run: RunOverTime = (inner, x, s, index = 0) =>
      runOverTime(inner, x, s, { ...options, key: foldIn(options.key, index) });
    return cell.overTime(run, inputs, state, options.key);
  }
  const open = cell.open?.(inputCountOf(inputs));
  if (open?.all !== undefined && options.live === undefined && !tapeIsOn() && !isFasterByStep(open, inputs)) {
    const [outputs, last] = open.all(inOrder(inputs, options.reverse), state);
    return [inOrder(outputs, options.reverse), last];
  }
  const size = options.swapMemory ? Math.ceil(Math.sqrt(inputs.shape[0])) : LONG_CHUNK;
  const isLong = options.swapMemory || inputs.shape[0] > LONGEST_UNROLLED;
  if (isExporting() || (isCapturing() && isLong)) return loopOverChunks(cell, inputs, state, options, size);
  const step = stepOver(cell, open, inputs, (t) => atTime(options.key, t), isCapturing() && tapeIsOn() ? 2 : 1);
  return unrolled(step, inputs.shape[0], state, options, open?.padding);
}

/**
 * Returns whether one operation for each time step is faster than one for all. In a compiled function padding units
 * save more time than the single operation does, except for very small batches.
 */
const isFasterByStep = ({ padding }: Pick<OpenCell, "padding">, { shape: [, batch] }: tf.Tensor3D): boolean =>
  padding !== undefined && isCapturing() && batch >= 8;

/** The number of input vectors of a run, nSteps·batch. */
const inputCountOf = ({ shape: [nSteps, batch] }: tf.Tensor3D): number => nSteps * batch;

/** Computes the time steps one by one, with padding units where the cell has them. */
function unrolled<S extends State>(
  step: StepAt<S>,
  nSteps: number,
  first: S,
  options: RunOptions,
  padding: UnitPadding | undefined,
): [tf.Tensor3D, S] {
  if (padding === undefined) return loop(step, nSteps, first, options);
  const [outputs, last] = loop(step, nSteps, padding.pad(first), options);
  return [padding.unpadOutputs(outputs), padding.unpad(last)];
}

/**
 * In a compiled function, a run of at most 200 time steps is unrolled in the graph, because this runs fastest. A longer
 * run is a graph loop over chunks. An exported graph always has the loop, so that it takes sequences of any length.
 */
const LONGEST_UNROLLED = 200;
const LONG_CHUNK = 40;

/**
 * Runs many time steps in a compiled function: a loop over chunks. The graph does not grow with the number of time
 * steps.
 */
function loopOverChunks<S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  first: S,
  { live, reverse = false, key, swapMemory = false }: RunOptions,
  size: number,
): [tf.Tensor3D, S] {
  const nSteps = inputs.shape[0];
  const isStateless = flattenState(first).length === 0; // a graph loop carries a state, so a number stands in for it
  const pack = (parts: readonly tf.Tensor[]) => packState(first, parts as tf.Tensor2D[]);
  const sequences = [inOrder(inputs, reverse), ...(live ? [inOrder(live.toFloat(), reverse)] : [])];
  const { results, states } = scanChunks(
    ([x, alive], parts, from) => {
      const chunk = x as tf.Tensor3D;
      const timeOf = (t: number): Time => {
        if (typeof from === "number") return reverse ? nSteps - 1 - from - t : from + t;
        const at = tf.add(from, tf.scalar(t, "int32"));
        return (reverse ? tf.sub(tf.scalar(nSteps - 1, "int32"), at) : at) as tf.Scalar;
      };
      const chunkOptions = alive ? { live: tf.cast(alive, "bool") as tf.Tensor3D } : {};
      const open = cell.open?.(inputCountOf(chunk));
      const step = stepOver(cell, open, chunk, (t) => key && atTime(key, timeOf(t)));
      const begin = isStateless ? first : pack(parts);
      const [outputs, state] = unrolled(step, chunk.shape[0], begin, chunkOptions, open?.padding);
      return { results: [outputs], states: isStateless ? parts : flattenState(state) };
    },
    sequences,
    isStateless ? [tf.scalar(0)] : flattenState(first),
    { size, recompute: swapMemory },
  );
  return [inOrder(results[0] as tf.Tensor3D, reverse), isStateless ? first : pack(states)];
}

/** Reverses the time axis where the run is in reverse. */
const inOrder = <T extends tf.Tensor>(x: T, reverse = false): T => (reverse ? tf.reverse(x, 0) : x);

/**
 * Returns a function that computes one time step on inputs `[nSteps, batch, inputSize]`, with the opened cell where
 * there is one.
 *
 * @param most the largest number of chunks of time in which the inputs may be projected. Default: 1.
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

/** Splits `[nSteps, batch, features]` into its time steps. */
export const timeSteps = (x: tf.Tensor3D): tf.Tensor2D[] => unstack(x) as tf.Tensor2D[];

const loop = <S extends State>(...given: [StepAt<S>, nSteps: number, first: S, RunOptions]): [tf.Tensor3D, S] =>
  numberedLoop((nextStep) => loopOver(nextStep, ...given));

function loopOver<S extends State>(
  nextStep: () => void,
  step: StepAt<S>,
  nSteps: number,
  first: S,
  options: RunOptions,
): [tf.Tensor3D, S] {
  const outputs: tf.Tensor2D[] = new Array(nSteps);
  const live = options.live && timeSteps(options.live);
  let state = first;
  for (let i = 0; i < nSteps; i++) {
    const t = options.reverse ? nSteps - 1 - i : i;
    nextStep();
    [outputs[t], state] = tidy(() => {
      const [output, next] = step(t, state);
      return [output, freeze(live?.[t], next, state)];
    });
  }
  return [tf.stack(outputs) as tf.Tensor3D, state];
}

/** Returns the next state where a sequence is live, and the state before where the sequence has ended. */
export function freeze<S extends State>(live: tf.Tensor | undefined, next: S, before: S): S {
  return live === undefined ? next : zipState(next, before, (now, then) => tf.where(alongside(live, now), now, then));
}

/** Sets x to 0 where a sequence has ended. A product with 0 would not do, because NaN times 0 is NaN. */
export function blank<T extends tf.Tensor>(live: tf.Tensor | undefined, x: T): T {
  return live === undefined ? x : (tf.where(alongside(live, x), x, tf.zerosLike(x)) as T);
}

/** Gives a mask of leading axes as many axes as x has: broadcasting alone would align it with the last ones. */
const alongside = (live: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  live.rank === x.rank
    ? live
    : tf.reshape(
        live,
        x.shape.map((_, axis) => live.shape[axis] ?? 1),
      );
