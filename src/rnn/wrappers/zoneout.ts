import * as tf from "../../tf";
import type { RNNCell, RunOverTime } from "../cell";
import { checkBelowOne, checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import { foldIn, type RandomKey, uniformFrom } from "../random-key";
import { flattenState, packState, type State } from "../state";
import { tidy } from "../tidy";
import { afterStep } from "./after-step";
import { CellWrapper } from "./wrapper";

export interface ZoneoutOptions<S extends State> {
  /**
   * The probability that a unit of the state keeps its value of the time step before: one number, or one number for
   * each part of the state, as in `{ c: 0.5, h: 0.05 }`.
   */
  zoneoutProb: number | (S extends tf.Tensor ? number : { readonly [Part in keyof S]: number });
}

/**
 * Zoneout (Krueger et al. 2016, arXiv:1606.01305). In a training run each unit of the state keeps its old value with
 * probability z; in a test run the new state is the expected value:
 *
 *   training  s' = d∘s + (1 − d)∘cell(s)     d is 1 with probability z, else 0
 *   testing   s' = z·s + (1 − z)·cell(s)
 *
 * The output is the output of the cell at this step, without zoneout.
 *
 * @example
 *   const inner = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const cell = new ZoneoutWrapper(inner, { zoneoutProb: { c: 0.5, h: 0.05 } });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [outputs, state] = dynamicRnn(cell, x, { training: { seed: 7, step: 0 } });
 *
 * @throws ArgumentError when a probability is not in [0, 1), or the parts are not those of the state
 */
export class ZoneoutWrapper<S extends State> extends CellWrapper<S> {
  private readonly probabilities: readonly number[];

  constructor(cell: RNNCell<S>, options: ZoneoutOptions<S>) {
    super(cell);
    checkOptions("ZoneoutWrapper", options, ["zoneoutProb"]);
    this.probabilities = probabilitiesOf(cell, options.zoneoutProb);
  }

  call(inputs: tf.Tensor2D, state: S, key?: RandomKey): [tf.Tensor2D, S] {
    return tidy(() => this.zoned().call(inputs, state, foldIn(key, 0)));
  }

  overTime(run: RunOverTime, inputs: tf.Tensor3D, state: S): [tf.Tensor3D, S] {
    return run(this.zoned(), inputs, state, 0);
  }

  private zoned(): RNNCell<S> {
    return afterStep(this.cell, 0, (next, before, key) => {
      const old = flattenState(before);
      const mixed = flattenState(next).map((fresh, i) => {
        const z = this.probabilities[i] as number;
        return z === 0 ? fresh : this.mix(fresh, old[i] as tf.Tensor2D, z, foldIn(key, i + 1));
      });
      return packState(next, mixed);
    });
  }

  private mix(fresh: tf.Tensor2D, old: tf.Tensor2D, z: number, key: RandomKey | undefined): tf.Tensor2D {
    if (key === undefined) return tf.add(tf.mul(old, z), tf.mul(fresh, 1 - z));
    return tf.where(tf.less(uniformFrom(key, fresh.shape), z), old, fresh);
  }
}

function probabilitiesOf<S extends State>(cell: RNNCell<S>, given: ZoneoutOptions<S>["zoneoutProb"]): number[] {
  const zero = cell.zeroState(1);
  const parts = flattenState(zero).length;
  const names = zero instanceof tf.Tensor ? [] : Object.keys(zero);
  tf.dispose(zero as tf.TensorContainer);
  const probabilities = typeof given === "number" ? new Array<number>(parts).fill(given) : named(names, parts, given);
  for (const z of probabilities) checkBelowOne("ZoneoutWrapper", "zoneoutProb", z);
  return probabilities;
}

function named(names: readonly string[], parts: number, given: unknown): number[] {
  const record = given as Record<string, number>;
  if (names.length !== parts || Object.keys(record).sort().join() !== [...names].sort().join()) {
    const expected = `a number, or one for each of {${names.join(", ")}}`;
    throw new ArgumentError("ZoneoutWrapper", "zoneoutProb", expected, JSON.stringify(given));
  }
  return names.map((name) => record[name] as number);
}
