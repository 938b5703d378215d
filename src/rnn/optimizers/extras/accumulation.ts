import type { GradientAccumulation } from "../../../compile/extend";
import * as tf from "../../../tf";
import { checkCount } from "../../checks";
import { ArgumentError } from "../../errors";
import type { GradientOf } from "../../gradients";
import { onRows, type Slices, slicesOf, summedSlices } from "../row-slices";

/** The name of the slot that sums gradients. */
export const ACCUMULATOR_SLOT = "accumulator";

/**
 * Gradient accumulation: sums the gradients of several batches, each weighted by its number of terms, and updates with their
 * mean. That is one step on the joined batch.
 */
export class Accumulation implements GradientAccumulation {
  /** The number of batches whose gradients are summed now. */
  pending = 0;
  private variables: readonly tf.Variable[] = [];
  private made: tf.Variable | undefined;

  constructor(
    private readonly where: string,
    readonly batches: number,
    private readonly slotsOf: (variable: tf.Variable) => readonly tf.Variable[],
    private readonly onAdded: () => void,
  ) {
    checkCount(where, "gradientAccumulationSteps", batches);
  }

  /** How many terms the summed gradients have, a scalar. */
  get count(): tf.Variable {
    this.made ??= tf.tidy(() => tf.variable(tf.scalar(0), false));
    return this.made;
  }

  accumulatorOf(variable: tf.Variable): tf.Variable {
    return this.slotsOf(variable).at(-1) as tf.Variable;
  }

  isLast(): boolean {
    return this.pending === this.batches - 1;
  }

  begin(variables: readonly tf.Variable[]): void {
    const isSame =
      variables.length === this.variables.length && variables.every((each) => this.variables.includes(each));
    if (this.pending > 0 && this.variables.length > 0 && !isSame) {
      const expected = `the same trainable weights in all ${this.batches} batches of an update`;
      throw new ArgumentError(this.where, "variables", expected, `others after ${this.pending} of them`);
    }
    this.variables = [...variables];
  }

  added(): void {
    this.pending++;
    this.onAdded();
  }

  /** Adds the gradients of one batch. @returns the mean gradients of all, after the last batch; else undefined */
  add(gradients: readonly GradientOf[], count: number): (tf.Tensor | Slices)[] | undefined {
    this.begin(gradients.map(({ variable }) => variable));
    const sums = gradients.map(({ variable }) => this.accumulatorOf(variable));
    gradients.forEach((given, i) => {
      addTo(sums[i] as tf.Variable, given, count);
    });
    this.count.assign(tf.add(this.count, count));
    if (!this.isLast()) return undefined;
    const means = gradients.map(({ indices }, i) => this.meanOf(sums[i] as tf.Variable, indices !== undefined));
    sums.forEach((sum, i) => {
      sum.assign(gradients[i]?.indices ? tf.neg(tf.zerosLike(sum)) : tf.zerosLike(sum));
    });
    this.count.assign(tf.zerosLike(this.count));
    return means;
  }

  /** The mean of all batches; in slices, one for each row that got any. */
  private meanOf(sum: tf.Variable, isSliced: boolean): tf.Tensor | Slices {
    if (!isSliced) return tf.divNoNan(sum, this.count);
    const size = sum.size / (sum.shape[0] as number);
    const sums = sum.dataSync();
    const all = Int32Array.from({ length: sum.shape[0] as number }, (_, row) => row);
    const indices = all.filter((row) => !Object.is(sums[row * size], -0));
    return { indices, values: tf.divNoNan(tf.gather(sum, tf.tensor1d(indices, "int32")), this.count) };
  }

  /** The numbers of the state. */
  numbers(): Record<string, number> {
    return { accumulated_batches: this.pending, accumulated_count: this.count.dataSync()[0] as number };
  }

  /** @throws ArgumentError before anything is changed */
  checkNumbers({ accumulated_batches: batches, accumulated_count: count }: Readonly<Record<string, number>>): void {
    checkCount(this.where, "accumulated_batches", batches, 0);
    if ((batches as number) >= this.batches) {
      throw new ArgumentError(this.where, "accumulated_batches", `less than ${this.batches}`, `${batches}`);
    }
    if (!Number.isFinite(count)) throw new ArgumentError(this.where, "accumulated_count", "a number", `${count}`);
  }

  takeNumbers({ accumulated_batches: batches, accumulated_count: count }: Readonly<Record<string, number>>): void {
    this.pending = batches as number;
    this.variables = [];
    tf.tidy(() => this.count.assign(tf.scalar(count as number)));
  }

  /** Called after an update. */
  updated(): void {
    this.pending = 0;
  }

  dispose(): void {
    this.made?.dispose();
    this.made = undefined;
  }
}

/** Adds a gradient to an accumulator. A row that gets a slice is not −0 then: see `emitAccumulation`. */
function addTo(sum: tf.Variable, given: GradientOf, count: number): void {
  const gradient = slicesOf(given);
  if (gradient instanceof tf.Tensor) {
    sum.assign(tf.add(sum, tf.mul(gradient, count)));
    return;
  }
  const { values, indices } = summedSlices(gradient);
  onRows([sum], indices, ([rows]) => {
    rows?.assign(tf.add(rows, tf.add(tf.mul(values, count), 0)));
  });
}
