import {
  type After,
  emitFunction,
  FLOAT32,
  type GraphWriter,
  type ShapedRef,
  type UpdateInputs,
} from "../../compile/extend";
import * as tf from "../../tf";
import { checkFunction, checkOptions, describe } from "../checks";
import { ArgumentError } from "../errors";
import { Optimizer } from "./optimizer";
import type { OptimizerOptions } from "./options";

/** How an optimizer of one's own updates one weight. */
export interface OptimizerUpdate<Slot extends string> {
  /** The initial value of each slot of a weight, by name. Slots have the weight's shape. Default: no slots. */
  slots?: Readonly<Record<Slot, number>>;
  /**
   * Computes the new value of a weight, and of its slots, by tensor operations only.
   *
   * @param now the weight, its gradient (averaged over the batch, and clipped) and its slots before the step; the learning
   *   rate, and the number of the step from 1, as scalars
   */
  update(now: {
    readonly weight: tf.Tensor;
    readonly gradient: tf.Tensor;
    readonly slots: Readonly<Record<Slot, tf.Tensor>>;
    readonly learningRate: tf.Scalar;
    readonly step: tf.Scalar;
  }): { readonly weight: tf.Tensor; readonly slots?: Readonly<Record<Slot, tf.Tensor>> };
}

/**
 * Makes an optimizer from the function that updates one weight. `fit`, `trainStep` and `minimize` take it as any other: the
 * function runs eagerly, and is recorded once for each weight in a compiled step, with the same numbers. Learning rates,
 * schedules, clipping, accumulation, averages and checkpoints are those of all optimizers.
 *
 * @example
 *   const lion = functionOptimizer("Lion", {
 *     slots: { Lion: 0 },
 *     update: ({ weight, gradient, slots, learningRate }) => {
 *       const direction = tf.sign(tf.add(tf.mul(slots.Lion, 0.9), tf.mul(gradient, 0.1)));
 *       const moment = tf.add(tf.mul(slots.Lion, 0.99), tf.mul(gradient, 0.01));
 *       return { weight: tf.sub(weight, tf.mul(direction, learningRate)), slots: { Lion: moment } };
 *     },
 *   }, { learningRate: 1e-4 });
 *
 * @param name names the optimizer in messages
 * @throws ArgumentError when an option is out of range or unknown; CompileError, at a compiled step, when the update reads
 *   values of tensors
 */
export function functionOptimizer<Slot extends string = never>(
  name: string,
  definition: OptimizerUpdate<Slot>,
  options: OptimizerOptions = {},
): Optimizer {
  return new FunctionOptimizer(name, definition, options);
}

class FunctionOptimizer<Slot extends string> extends Optimizer {
  private readonly slotNames: readonly Slot[];

  constructor(
    name: string,
    private readonly definition: OptimizerUpdate<Slot>,
    options: OptimizerOptions,
  ) {
    checkOptions(name, definition, ["slots", "update"]);
    checkFunction(name, "update", definition.update);
    super(name, options, definition.slots ?? {});
    this.slotNames = Object.keys(definition.slots ?? {}) as Slot[];
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const values = this.updated([variable, gradient, tf.scalar(rate), tf.scalar(this.step + 1), ...slots]);
    [variable, ...slots].forEach((each, i) => {
      each.assign(values[i] as tf.Tensor);
    });
  }

  protected stepNumbers(): readonly number[] {
    return [this.currentRate(), this.step + 1];
  }

  protected writeMove(writer: GraphWriter, { weight, variable, slots, scalars, gradient }: UpdateInputs): After {
    const handles = [variable, ...slots];
    const after = `^${gradient.split(":")[0]}`; // a guarded step has no gradient where it updates nothing
    const values = handles.map((handle) => ({ ref: writer.readVariable(handle, FLOAT32), shape: weight.shape }));
    const numbers = scalars.map((ref) => ({ ref, shape: [] }));
    const inputs = [values[0], { ref: gradient, shape: weight.shape }, ...numbers, ...values.slice(1)] as ShapedRef[];
    const results = emitFunction(writer, (given) => this.updated(given), inputs);
    // No variable is assigned before all results are there: they are computed from the values before the step.
    const ready = results.map((ref) => `^${ref.split(":")[0]}`);
    const assigned = handles.map((handle, i) =>
      writer.assignVariable(handle, results[i] as string, FLOAT32, [after, ...ready]),
    );
    return `^${writer.node("NoOp", assigned)}`;
  }

  /** @param given weight, gradient, rate, step, slots. @returns the weight and the slots after the step */
  private updated([weight, gradient, learningRate, step, ...values]: readonly tf.Tensor[]): tf.Tensor[] {
    const slots = Object.fromEntries(this.slotNames.map((name, i) => [name, values[i]])) as Record<Slot, tf.Tensor>;
    const now = { weight, gradient, learningRate, step, slots } as Parameters<OptimizerUpdate<Slot>["update"]>[0];
    const result = this.definition.update(now);
    const all = [result?.weight, ...this.slotNames.map((name) => result?.slots?.[name])];
    all.forEach((value, i) => {
      if (value instanceof tf.Tensor && value.dtype === "float32" && value.shape.join() === now.weight.shape.join())
        return;
      const what = i === 0 ? "weight" : `slots.${this.slotNames[i - 1]}`;
      const expected = `a float32 tensor of shape [${now.weight.shape}]`;
      throw new ArgumentError(this.where, `${what}, as update returns it`, expected, describe(value));
    });
    return all as tf.Tensor[];
  }
}
