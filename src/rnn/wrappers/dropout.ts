import * as tf from "../../tf";
import type { RNNCell, RunOverTime } from "../cell";
import { checkCell, checkOptions, checkPositive } from "../checks";
import { ArgumentError } from "../errors";
import { atTime, foldIn, keep, type RandomKey, uniformFrom } from "../random-key";
import type { State, StateRecord } from "../state";
import { tidy } from "../tidy";
import { afterStep } from "./after-step";
import { CellWrapper } from "./wrapper";

export interface DropoutOptions {
  /** The share of the inputs that is kept. Default: 1. */
  inputKeepProb?: number;
  /** The share of the outputs that is kept. Default: 1. */
  outputKeepProb?: number;
  /** The share of the state that is kept from one time step to the next. An LSTM's c is never dropped. Default: 1. */
  stateKeepProb?: number;
  /**
   * Uses one mask for all time steps (Gal and Ghahramani 2015, arXiv:1512.05287), and, as TensorFlow 1.x does, the same
   * mask for all sequences of the batch: `[1, n]`. Default: false, a new mask for each sequence at each step.
   */
  variationalRecurrent?: boolean;
  /**
   * Draws the masks of `variationalRecurrent` for each sequence, `[batch, n]`, as Gal and Ghahramani do. Default: false.
   */
  variationalPerSequence?: boolean;
}

const OPTIONS = "inputKeepProb outputKeepProb stateKeepProb variationalRecurrent variationalPerSequence".split(" ");

/** The indices that a dropout wrapper folds into its random key, one for each use. */
const INPUT = 0;
const STATE = 1;
const OUTPUT = 2;
const INNER = 3;

/**
 * Applies dropout to a cell's inputs, outputs and state (Srivastava et al. 2014), as TensorFlow 1.x's `DropoutWrapper`
 * does:
 *
 *   dropout(x) = d∘x / keepProb        d is 1 with probability keepProb, else 0; the division keeps the mean
 *
 * Dropout is on in training runs only. The option `training: { seed, step }` of an unroller makes a training run;
 * without this option the wrapper computes the same numbers as its cell.
 *
 * @example
 *   const cell = new DropoutWrapper(new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 }), { inputKeepProb: 0.8 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [trained] = dynamicRnn(cell, x, { training: { seed: 7, step: 0 } });
 *   const [tested] = dynamicRnn(cell, x); // without dropout
 *
 * @throws ArgumentError when a keep probability is not above 0 and at most 1, an option is unknown, or
 *   `variationalPerSequence` stands without `variationalRecurrent`
 */
export class DropoutWrapper<S extends State> extends CellWrapper<S> {
  readonly inputKeepProb: number;
  readonly outputKeepProb: number;
  readonly stateKeepProb: number;
  readonly variationalRecurrent: boolean;
  readonly variationalPerSequence: boolean;

  constructor(cell: RNNCell<S>, options: DropoutOptions = {}) {
    checkCell("DropoutWrapper", cell);
    checkOptions("DropoutWrapper", options, OPTIONS);
    super(cell);
    const { inputKeepProb = 1, outputKeepProb = 1, stateKeepProb = 1, variationalRecurrent = false } = options;
    for (const [name, value] of Object.entries({ inputKeepProb, outputKeepProb, stateKeepProb })) {
      checkPositive("DropoutWrapper", name, value, 1);
    }
    this.inputKeepProb = inputKeepProb;
    this.outputKeepProb = outputKeepProb;
    this.stateKeepProb = stateKeepProb;
    const { variationalPerSequence = false } = options;
    if (variationalPerSequence && !variationalRecurrent) {
      throw new ArgumentError("DropoutWrapper", "variationalPerSequence", "variationalRecurrent: true with it", "none");
    }
    this.variationalRecurrent = variationalRecurrent;
    this.variationalPerSequence = variationalPerSequence;
  }

  call(inputs: tf.Tensor2D, state: S, key?: RandomKey): [tf.Tensor2D, S] {
    if (key === undefined) return this.cell.call(inputs, state);
    return tidy(() => {
      const x = this.drop(inputs, this.inputKeepProb, foldIn(key, INPUT));
      const [output, next] =
        this.stateKeepProb === 1
          ? this.cell.call(x, state, foldIn(key, INNER))
          : afterStep(this.cell, INNER, this.dropState).call(x, state, foldIn(key, STATE));
      return [this.drop(output, this.outputKeepProb, foldIn(key, OUTPUT)), next];
    });
  }

  overTime(run: RunOverTime, inputs: tf.Tensor3D, state: S, key?: RandomKey): [tf.Tensor3D, S] {
    if (key === undefined) return run(this.cell, inputs, state, INNER);
    const x = this.dropAll(inputs, this.inputKeepProb, foldIn(key, INPUT));
    // Without state dropout the cell inside runs with its own `overTime` or `all`; with it, one step after the other.
    const [outputs, next] =
      this.stateKeepProb === 1
        ? run(this.cell, x, state, INNER)
        : run(afterStep(this.cell, INNER, this.dropState), x, state, STATE);
    return [this.dropAll(outputs, this.outputKeepProb, foldIn(key, OUTPUT)), next];
  }

  private readonly dropState = (next: S, _before: S, key: RandomKey | undefined): S => {
    let index = INNER + 1;
    const walk = (part: State): State => {
      if (part instanceof tf.Tensor) return this.drop(part, this.stateKeepProb, foldIn(key, index++));
      if (Array.isArray(part)) return part.map(walk);
      const record = part as StateRecord;
      const isLSTM = "c" in record && "h" in record;
      const dropped = (name: string, inner: State) => (isLSTM && name === "c" ? inner : walk(inner));
      return Object.fromEntries(Object.entries(record).map(([name, inner]) => [name, dropped(name, inner)]));
    };
    return walk(next) as S;
  };

  private drop<T extends tf.Tensor>(x: T, keepProb: number, key: RandomKey | undefined): T {
    return keepProb === 1 || key === undefined ? x : keep(x, keepProb, this.uniform(x.shape, key));
  }

  /** Drops at all time steps at once. Each time step has the random numbers that `call` draws at this step. */
  private dropAll(x: tf.Tensor3D, keepProb: number, key: RandomKey | undefined): tf.Tensor3D {
    if (keepProb === 1 || key === undefined) return x;
    const [nSteps, ...shape] = x.shape;
    if (this.variationalRecurrent) return keep(x, keepProb, tf.expandDims(this.uniform(shape, key), 0));
    const uniforms = Array.from({ length: nSteps }, (_, t) => this.uniform(shape, atTime(key, t) as RandomKey));
    return keep(x, keepProb, tf.stack(uniforms) as tf.Tensor3D);
  }

  private uniform([batch, size]: readonly number[], key: RandomKey): tf.Tensor {
    const shape: [number, number] = [batch as number, size as number];
    if (!this.variationalRecurrent) return uniformFrom(key, shape);
    const once = { ...key, time: 0 };
    return uniformFrom(once, this.variationalPerSequence ? shape : [1, shape[1]]);
  }
}
