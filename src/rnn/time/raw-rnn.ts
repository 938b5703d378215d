import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCell, checkCount, checkFunction, checkLive, checkOptions, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import { atTime, checkTraining, firstKey, type Training } from "../random-key";
import { checkState, type State } from "../state";
import { tidy } from "../tidy";
import { blank, freeze } from "./over-time";
import { firstState } from "./unroll";

/** What the loop function sees before time step `time`. */
export interface RawMoment<S extends State, L> {
  readonly time: number;
  /** The cell's output at the step before; none before the first. */
  readonly output?: tf.Tensor2D;
  /** The cell's state after the step before; none before the first. */
  readonly state?: S;
  readonly loopState?: L;
}

/** What the loop function decides. */
export interface RawDecision<S extends State, L> {
  /** bool `[batch]`: the sequences that have ended. One that has ended stays so. */
  readonly finished: tf.Tensor1D;
  /** The input of time step `time`, `[batch, inputSize]`. */
  readonly nextInput: tf.Tensor2D;
  /** The state that time step `time` begins with: needed before the first, else the cell's own unless told otherwise. */
  readonly nextState?: S;
  /** What is kept as the output of the step before: the cell's output unless told otherwise. */
  readonly emit?: tf.Tensor2D;
  /** Anything to be carried to the next call. */
  readonly loopState?: L;
}

export interface RawRnnOptions {
  /** An error beyond that many time steps, so that a loop that never ends does not hang. 10,000 unless told otherwise. */
  maxSteps?: number;
  training?: Training;
}

/**
 * An unrolling in which a function decides each next input, each next state, and when each sequence ends; TensorFlow's
 * `raw_rnn`. With it: vector to sequence, feedback of outputs, output of variable length with an end token.
 *
 * The function is called before every time step, first with `time` 0 and no output. Where a sequence has ended, outputs
 * are 0 and the state stays. The loop ends when every sequence has. It reads `finished` at each step, so it runs eagerly.
 *
 * @returns the kept outputs, one `[batch, …]` tensor a time step; the final state; the last loop state
 * @throws ArgumentError on a wrong shape or dtype, a missing first state, or more than `maxSteps` time steps
 */
export function rawRnn<S extends State, L = undefined>(
  cell: RNNCell<S>,
  loop: (moment: RawMoment<S, L>) => RawDecision<S, L>,
  options: RawRnnOptions = {},
): [outputs: tf.Tensor2D[], state: S, loopState: L | undefined] {
  checkCell("rawRnn", cell);
  checkFunction("rawRnn", "loop", loop);
  checkOptions("rawRnn", options, ["maxSteps", "training"]);
  const { maxSteps = 10_000, training } = options;
  checkCount("rawRnn", "maxSteps", maxSteps);
  if (training !== undefined) checkTraining("rawRnn", training);
  checkLive("rawRnn", cell);
  const key = training && firstKey(training, 0);
  return tidy(() => {
    let decision = loop({ time: 0 });
    const batch = decision?.finished?.shape?.[0] as number;
    checkDecision(cell, decision, batch);
    let state = firstOf(cell, decision, batch);
    const outputs: tf.Tensor2D[] = [];
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
      const live = tf.expandDims(tf.logicalNot(finished), 1) as tf.Tensor2D;
      const [output, after] = cell.call(decision.nextInput, state, atTime(key, time - 1));
      decision = loop({ time, output, state: after, loopState: decision.loopState });
      checkDecision(cell, decision, batch);
      outputs.push(blank(live, decision.emit ?? output));
      state = freeze(live, decision.nextState ?? after, state); // by name
      finished = tf.logicalOr(finished, decision.finished);
    }
    return [outputs, state, decision.loopState];
  });
}

function firstOf<S extends State, L>(cell: RNNCell<S>, { nextState }: RawDecision<S, L>, batch: number): S {
  if (nextState === undefined) {
    throw new ArgumentError("rawRnn", "nextState", "the first state when time is 0, say cell.zeroState(batch)", "none");
  }
  return firstState("rawRnn", cell, batch, nextState);
}

function checkDecision<S extends State, L>(cell: RNNCell<S>, decision: RawDecision<S, L>, batch: number): void {
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
