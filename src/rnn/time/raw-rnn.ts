import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCell, checkCount, checkFunction, checkLive, checkOptions, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import { atTime, checkTraining, nextUnrollingKeys, type Training } from "../random-key";
import { checkState, type State } from "../state";
import { tidy } from "../tidy";
import { blank, freeze } from "./over-time";
import { firstState } from "./states";

/** What the loop function of `rawRnn` gets before time step `time`. */
export interface RawMoment<S extends State, L> {
  readonly time: number;
  /** The cell's output at the time step before; undefined at time 0. */
  readonly output?: tf.Tensor2D;
  /** The cell's state after the time step before; undefined at time 0. */
  readonly state?: S;
  /** The `loopState` that the call before returned; undefined at time 0. */
  readonly loopState?: L;
}

/** What the loop function of `rawRnn` returns. */
export interface RawDecision<S extends State, L, E extends tf.Tensor = tf.Tensor2D> {
  /** bool `[batch]`: true for the sequences that have ended. A sequence that has ended stays ended. */
  readonly finished: tf.Tensor1D;
  /** The input of time step `time`, `[batch, inputSize]`. */
  readonly nextInput: tf.Tensor2D;
  /** The state that time step `time` begins with. Required at time 0. Default at later steps: the cell's own state. */
  readonly nextState?: S;
  /** The result of the time step before, which `rawRnn` keeps: `[batch, …]`. Default: the cell's output. */
  readonly emit?: E;
  /** Any value; the next call of the loop function gets it. */
  readonly loopState?: L;
}

export interface RawRnnOptions {
  /**
   * The largest number of time steps. Beyond it `rawRnn` throws, so that a loop without end does not hang. Default:
   * 10,000.
   */
  maxSteps?: number;
  /** Makes this a training run: dropout and zoneout are on. Default: a test run, in which they are off. */
  training?: Training;
}

/**
 * Unrolls a cell under the control of a function, which decides each next input, each next state, and when each
 * sequence ends: TensorFlow's `raw_rnn`. Use it for vector to sequence, for outputs fed back as inputs, and for outputs
 * of variable length with an end token. For one sequence it means:
 *
 *   let { finished, nextInput, nextState: state, loopState } = loop({ time: 0 });
 *   for (let time = 1; !finished; time++) {
 *     const [output, after] = cell.call(nextInput, state);
 *     const next = loop({ time, output, state: after, loopState });
 *     outputs.push(next.emit ?? output);
 *     [state, nextInput, loopState] = [next.nextState ?? after, next.nextInput, next.loopState];
 *     finished = next.finished;
 *   }
 *
 * In a batch the loop ends when every sequence has ended. Past its own end a sequence has outputs of 0 and keeps its
 * state. `rawRnn` reads `finished` at each time step, so it runs eagerly only.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 3, numUnits: 3, seed: 42 });
 *   const [outputs, state] = rawRnn<tf.Tensor2D>(cell, ({ time, output }) => ({
 *     finished: tf.tensor1d([time >= 10, time >= 10], "bool"), // both sequences end after 10 steps
 *     nextInput: output ?? tf.ones([2, 3]), // each output is the next input
 *     nextState: time === 0 ? cell.zeroState(2) : undefined,
 *   }));
 *
 * @returns one result `[batch, …]` for each time step, the final state, and the last `loopState`
 * @throws ArgumentError when a shape or dtype is wrong, the first state is missing, or there are more than `maxSteps`
 *   steps
 */
export function rawRnn<S extends State, L = undefined, E extends tf.Tensor = tf.Tensor2D>(
  cell: RNNCell<S>,
  loop: (moment: RawMoment<S, L>) => RawDecision<S, L, E>,
  options: RawRnnOptions = {},
): [outputs: E[], state: S, loopState: L | undefined] {
  checkCell("rawRnn", cell);
  checkFunction("rawRnn", "loop", loop);
  checkOptions("rawRnn", options, ["maxSteps", "training"]);
  const { maxSteps = 10_000, training } = options;
  checkCount("rawRnn", "maxSteps", maxSteps);
  if (training !== undefined) checkTraining("rawRnn", training);
  checkLive("rawRnn", cell);
  const key = training && nextUnrollingKeys(training).forward;
  return tidy(() => {
    let decision = loop({ time: 0 });
    const batch = decision?.finished?.shape?.[0] as number;
    checkDecision(cell, decision, batch);
    let state = firstOf(cell, decision, batch);
    const outputs: E[] = [];
    let finished = decision.finished;
    for (let time = 1; !allOf(finished); time++) {
      if (time > maxSteps) {
        throw new ArgumentError(
          "rawRnn",
          "finished",
          `every sequence to end within ${maxSteps} steps`,
          "one that goes on",
        );
      }
      const live = tf.logicalNot(finished);
      const [output, after] = cell.call(decision.nextInput, state, atTime(key, time - 1));
      decision = loop({ time, output, state: after, loopState: decision.loopState });
      checkDecision(cell, decision, batch);
      outputs.push(blank(live, decision.emit ?? (output as tf.Tensor as E)));
      state = freeze(live, decision.nextState ?? after, state); // matches the parts by name
      finished = tf.logicalOr(finished, decision.finished);
    }
    return [outputs, state, decision.loopState];
  });
}

function firstOf<S extends State>(cell: RNNCell<S>, { nextState }: { readonly nextState?: S }, batch: number): S {
  if (nextState === undefined) {
    throw new ArgumentError("rawRnn", "nextState", "the first state when time is 0, say cell.zeroState(batch)", "none");
  }
  return firstState("rawRnn", cell, batch, nextState);
}

function checkDecision<S extends State, L, E extends tf.Tensor>(
  cell: RNNCell<S>,
  decision: RawDecision<S, L, E>,
  batch: number,
): void {
  if (decision === null || typeof decision !== "object") {
    throw new ArgumentError("rawRnn", "loop", "a function that returns { finished, nextInput, … }", describe(decision));
  }
  const { finished, nextInput, nextState, emit } = decision;
  checkTensor("rawRnn", "finished", finished, [batch ?? "batch"], "bool");
  checkTensor("rawRnn", "nextInput", nextInput, [batch, cell.inputSize], cell.inputDtype);
  if (nextState !== undefined) tidy(() => checkState("rawRnn", "nextState", nextState, cell.zeroState(batch)));
  if (emit !== undefined) checkTensor("rawRnn", "emit", emit, [batch, ...emit.shape.slice(1)], emit.dtype);
}

const allOf = (finished: tf.Tensor1D): boolean => finished.dataSync().every((over) => over !== 0);
