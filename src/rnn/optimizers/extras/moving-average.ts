import { type After, FLOAT32, type GraphWriter, typeAttr } from "../../../compile/extend";
import * as tf from "../../../tf";
import { checkBelowOne, checkOptions, describe } from "../../checks";
import { ArgumentError } from "../../errors";

export interface MovingAverageOptions {
  /** The share of the average that a step keeps: 0.99, 0.999. Default: 0.999. */
  decay?: number;
  /**
   * Makes the decay smaller in the first steps, min(decay, (1 + n) / (10 + n)) after n steps, so that the average forgets
   * the initial weights sooner: TensorFlow 1.x's `num_updates`. Default: false.
   */
  numUpdates?: boolean;
  /**
   * Lets `fit` measure the averages after each epoch, in place of the weights. (A checkpoint has both. EarlyStopping restores
   * weights, not averages.) Default: false.
   */
  measured?: boolean;
}

/** TensorFlow 1.x's name of the slot. */
export const AVERAGE_SLOT = "ExponentialMovingAverage";

/** The update of TensorFlow 1.x's ExponentialMovingAverage: average −= (1 − decay) · (average − weight). */
export class MovingAverage {
  private readonly decay: number;
  private readonly numUpdates: boolean;
  readonly measured: boolean;

  /** @throws ArgumentError when an option is out of range or unknown */
  constructor(where: string, options: MovingAverageOptions) {
    checkOptions(`${where}.movingAverage`, options, ["decay", "numUpdates", "measured"]);
    const { decay = 0.999, numUpdates = false, measured = false } = options;
    checkBelowOne(where, "movingAverage.decay", decay);
    for (const [name, value] of Object.entries({ numUpdates, measured })) {
      if (typeof value === "boolean") continue;
      throw new ArgumentError(where, `movingAverage.${name}`, "true or false", describe(value));
    }
    this.measured = measured;
    this.decay = decay;
    this.numUpdates = numUpdates;
  }

  /** 1 − decay in float32, for the step after `done` steps. */
  share(done: number): number {
    const n = done + 1;
    if (!this.numUpdates) return Math.fround(1 - this.decay);
    return Math.fround(1 - Math.min(Math.fround(this.decay), Math.fround((1 + n) / (10 + n))));
  }

  /** Moves the average towards the weight, eagerly. */
  move(average: tf.Variable, variable: tf.Variable, share: number): void {
    average.assign(tf.sub(average, tf.mul(tf.sub(average, variable), share)));
  }

  /** Writes the same, after the weight's update. */
  write(writer: GraphWriter, [average, variable]: readonly [string, string], share: string, updated: After): After {
    const dtype = typeAttr(FLOAT32);
    const [now, weight] = [average, variable].map((handle) =>
      writer.node("ReadVariableOp", [handle, updated], { dtype }),
    );
    const difference = writer.binary("Sub", now as string, weight as string, FLOAT32);
    const change = writer.binary("Mul", difference, share, FLOAT32);
    return `^${writer.node("AssignSubVariableOp", [average, change], { dtype })}`;
  }
}
