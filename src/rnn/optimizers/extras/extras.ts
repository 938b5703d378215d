import {
  type After,
  FLOAT32,
  type GradientClipping,
  type GraphWriter,
  type SlicedUpdate,
  type UpdateInputs,
} from "../../../compile/extend";
import type * as tf from "../../../tf";
import { ArgumentError } from "../../errors";
import type { GradientOf } from "../../gradients";
import type { OptimizerOptions } from "../options";
import { type Slices, slicesOf } from "../row-slices";
import { SlotStore } from "../state/slot-store";
import { swapWithAverages } from "../state/swap-averages";
import { ACCUMULATOR_SLOT, Accumulation } from "./accumulation";
import { clippingOf } from "./clipping";
import { AVERAGE_SLOT, MovingAverage } from "./moving-average";
import { multiplierOf } from "./part-rates";

type Variables = readonly tf.Variable[];

/**
 * What all optimizers have around their own update: clipping, accumulated gradients, rates by part, moving averages; and the
 * store of the slots. A variable's slots are the optimizer's own, then the average, then the accumulator.
 */
export class Extras {
  readonly store: SlotStore;
  readonly clip: GradientClipping | undefined;
  readonly accumulation: Accumulation | undefined;
  readonly average: MovingAverage | undefined;
  private readonly multiplier: (variable: tf.Variable) => number;
  private readonly ownCount: number;
  private isSwapped = false;

  /** @throws ArgumentError when an option is out of range */
  constructor(
    private readonly where: string,
    options: OptimizerOptions,
    own: Readonly<Record<string, number>>,
  ) {
    const { partRates = [], movingAverage, gradientAccumulationSteps: batches = 1 } = options;
    this.clip = clippingOf(where, options);
    this.multiplier = multiplierOf(where, partRates);
    this.average = movingAverage === undefined ? undefined : new MovingAverage(where, movingAverage);
    const slotsOf = (variable: tf.Variable) => this.store.of(variable);
    const accumulation = new Accumulation(where, batches, slotsOf, () => this.store.stepped());
    this.accumulation = batches > 1 ? accumulation : undefined;
    this.ownCount = Object.keys(own).length;
    this.store = new SlotStore(where, {
      ...own,
      ...(this.average && { [AVERAGE_SLOT]: "weight" }),
      ...(this.accumulation && { [ACCUMULATOR_SLOT]: -0 }), // no slice was added to its rows yet
    });
  }

  begin(variables: Variables): void {
    this.checkNotSwapped();
    this.store.begin(variables);
  }

  /** @throws ArgumentError while the averages are swapped in */
  checkNotSwapped(): void {
    if (!this.isSwapped) return;
    const expected = "the weights themselves, by a second call of swapAverages";
    throw new ArgumentError(this.where, "variables", expected, "their averages");
  }

  /** The slots of a compiled step: all but the accumulator. */
  slotsOf(variable: tf.Variable): Variables {
    return this.store.of(variable).slice(0, this.ownCount + (this.average ? 1 : 0));
  }

  ownSlots(slots: Variables): Variables {
    return slots.slice(0, this.ownCount);
  }

  /** @returns the gradients of an update; undefined where they were only added */
  accumulate(gradients: readonly GradientOf[], count: number): (tf.Tensor | Slices)[] | undefined {
    if (this.accumulation) return this.accumulation.add(gradients, count);
    return gradients.map(slicesOf);
  }

  rateOf(variable: tf.Variable, rate: number): number {
    return Math.fround(rate * this.multiplier(variable));
  }

  moveAverage(variable: tf.Variable, done: number): void {
    const slot = this.store.of(variable)[this.ownCount] as tf.Variable;
    this.average?.move(slot, variable, this.average.share(done));
  }

  scalars(done: number): number[] {
    return this.average ? [this.average.share(done)] : [];
  }

  /** The inputs of the optimizer's own update: its own slots and numbers, and the learning rate of the variable's part. */
  ownInputs<Inputs extends UpdateInputs | SlicedUpdate>(writer: GraphWriter, inputs: Inputs, rateAt: number): Inputs {
    const multiplier = this.multiplier(inputs.weight);
    const scalars = this.average ? inputs.scalars.slice(0, -1) : inputs.scalars;
    const scaled = (rate: string) => writer.binary("Mul", rate, writer.float(multiplier), FLOAT32);
    return {
      ...inputs,
      slots: inputs.slots.slice(0, this.ownCount),
      scalars: multiplier === 1 ? scalars : scalars.map((each, i) => (i === rateAt ? scaled(each) : each)),
    };
  }

  writeAverage(
    writer: GraphWriter,
    { slots, variable, scalars }: Pick<UpdateInputs, "slots" | "variable" | "scalars">,
    updated: After,
  ): After {
    if (this.average === undefined) return updated;
    const handles = [slots[this.ownCount] as string, variable] as const;
    return this.average.write(writer, handles, scalars.at(-1) as string, updated);
  }

  stepped(): void {
    this.store.stepped();
    this.accumulation?.updated();
  }

  /** @throws ArgumentError without averages */
  swapAverages(): void {
    if (this.average === undefined) {
      throw new ArgumentError(this.where, "movingAverage", "an option { decay }, for averages to swap", "none");
    }
    swapWithAverages(this.store, this.ownCount);
    this.isSwapped = !this.isSwapped;
  }

  get isAccumulating(): boolean {
    return (this.accumulation?.pending ?? 0) > 0;
  }

  /** The numbers of the state. */
  numbers(): Record<string, number> {
    return this.accumulation?.numbers() ?? {};
  }

  takeNumbers(numbers: Readonly<Record<string, number>>): void {
    this.accumulation?.checkNumbers(numbers);
    this.accumulation?.takeNumbers(numbers);
    this.isSwapped = false;
  }

  dispose(): void {
    this.store.dispose();
    this.accumulation?.dispose();
  }
}
