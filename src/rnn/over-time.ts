import * as tf from "../tf";
import type { RNNCell, RunOverTime } from "./cell";
import { atTime, type Draw, within } from "./draw";
import { type State, zipState } from "./state";
import { tidy } from "./tidy";

/** How a run goes through time. */
export interface Walk {
  /** By time step, `[batch, 1]` booleans: which sequences are live. Without it, all are. */
  readonly live?: readonly tf.Tensor2D[];
  /** From the last time step to the first. Padding then comes first, and the state stays where it began until it ends. */
  readonly reverse?: boolean;
  readonly draw?: Draw;
}

type StepAt<S extends State> = (t: number, state: S) => [output: tf.Tensor2D, state: S];

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
  if (cell.overTime === undefined) return loop(stepOver(cell, inputs, walk.draw), inputs.shape[0], state, walk);
  const run: RunOverTime = (inner, x, s, place = 0) =>
    runOverTime(inner, x, s, { ...walk, draw: within(walk.draw, place) });
  return cell.overTime(run, inputs, state, walk.draw);
}

/** A step that reads its inputs from a time-major tensor, by the opened cell where there is one. */
function stepOver<S extends State>(cell: RNNCell<S>, inputs: tf.Tensor3D, draw: Draw | undefined): StepAt<S> {
  const open = cell.open?.();
  if (open === undefined) {
    const steps = timeSteps(inputs);
    return (t, state) => cell.call(steps[t] as tf.Tensor2D, state, atTime(draw, t));
  }
  const [nSteps, batch, inputSize] = inputs.shape;
  const projected = open.project(tf.reshape(inputs, [nSteps * batch, inputSize]));
  const steps = projected.map((part) => timeSteps(tf.reshape(part, [nSteps, batch, -1]) as tf.Tensor3D));
  return (t, state) => {
    const parts = steps.map((each) => each[t] as tf.Tensor2D);
    return open.step(parts, state, atTime(draw, t), t);
  };
}

/** `[nSteps, batch, features]` taken apart by time step. (The gradient of `tf.unstack` fails on a single one.) */
export function timeSteps(x: tf.Tensor3D): tf.Tensor2D[] {
  const [nSteps, batch, features] = x.shape;
  return nSteps === 1 ? [tf.reshape(x, [batch, features])] : (tf.unstack(x) as tf.Tensor2D[]);
}

function loop<S extends State>(step: StepAt<S>, nSteps: number, first: S, walk: Walk): [tf.Tensor3D, S] {
  const outputs: tf.Tensor2D[] = new Array(nSteps);
  let state = first;
  for (let i = 0; i < nSteps; i++) {
    const t = walk.reverse ? nSteps - 1 - i : i;
    [outputs[t], state] = tidy(() => {
      const [output, next] = step(t, state);
      return [output, freeze(walk.live?.[t], next, state)];
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
