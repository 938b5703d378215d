import type { NumericArray } from "../../data";
import { ArgumentError, flattenState, packState, type State } from "../../rnn";
import * as tf from "../../tf";
import { describe } from "../checks";
import type { Batch, Source } from "../examples/source";
import type { AnyModel } from "../model";
import { callStateful, type StatefulModel } from "../stateful-model";
import { withBatch } from "./batch-tensors";

/**
 * The state that a stateful model carries from batch to batch of streams: one row for each stream. Its structure is what the
 * model returns for a batch without a state.
 */
export class StreamState {
  /** What the state looks like; its tensors are disposed. */
  private structure: State | undefined;
  private carried: readonly tf.Tensor[] = [];

  /** @param start the state that a checkpoint kept. Default: zeros, which the first batch's `reset` asks for anyway */
  constructor(
    private readonly where: string,
    private readonly model: AnyModel,
    private readonly source: Source,
    private start?: readonly NumericArray[],
  ) {}

  /** The state before a batch, in the order of `flattenState`; it stays the owner's. */
  before(indices: Int32Array): readonly tf.Tensor[] {
    if (this.structure === undefined) this.find(indices);
    return this.carried;
  }

  /** Takes the state after a batch, and disposes the one before. */
  after(next: readonly tf.Tensor[]): void {
    tf.dispose([...this.carried]);
    this.carried = next;
  }

  /** The state in the model's structure, with the rows that begin anew as the model begins. */
  packed({ reset }: Batch, carried: readonly tf.Tensor[]): State {
    const begins = tf.cast(reset as tf.Tensor, "bool");
    const first = (this.model as Partial<StatefulModel>).initialState?.(begins.shape[0] as number);
    const initial = first === undefined ? undefined : flattenState(first as State);
    const rows = carried.map((each, i) => {
      const condition = tf.reshape(begins, [-1, ...each.shape.slice(1).map(() => 1)]);
      return tf.where(condition, initial?.[i] ?? tf.zerosLike(each), each) as tf.Tensor2D;
    });
    return packState(this.structure as State, rows);
  }

  /** A copy of the state, for a checkpoint. */
  arrays(): NumericArray[] {
    return this.carried.map((each) => ({ data: Float32Array.from(each.dataSync()), shape: [...each.shape] }));
  }

  dispose(): void {
    this.after([]);
    this.structure = undefined;
  }

  /** Finds the structure of the state by a call without training. @throws ArgumentError for a kept state of another shape */
  private find(indices: Int32Array): void {
    let structure: State = [];
    const zeros = withBatch(this.source, indices, (batch) =>
      tf.tidy(() => {
        structure = callStateful(this.where, this.model, batch).state;
        return flattenState(structure).map((each) => tf.zerosLike(each));
      }),
    );
    this.structure = structure;
    this.carried = zeros;
    const { start } = this;
    if (start === undefined) return;
    if (start.length !== zeros.length) this.checkKept([start.length], [zeros.length]);
    for (const [i, { shape }] of start.entries()) this.checkKept(shape, zeros[i]?.shape);
    this.after(start.map(({ data, shape }) => tf.tensor(data, [...shape])));
    this.start = undefined;
  }

  private checkKept(kept: readonly number[], shape: readonly number[] | undefined): void {
    if (kept.join() === shape?.join()) return;
    const expected = `a state as the checkpoint keeps, [${kept}]`;
    throw new ArgumentError(this.where, "model's state", expected, describe(shape));
  }
}
