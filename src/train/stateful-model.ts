import { ArgumentError, flattenState, type Named, type State, type Training } from "../rnn";
import * as tf from "../tf";
import { checkFunction, checkOptions, describe } from "./checks";
import type { Part } from "./examples/data";
import type { Batch, Source } from "./examples/source";
import type { LengthsOf, TensorsOf } from "./examples/tensors-of";
import { type AnyModel, checkLike, checkOutputs, type DataLike, type Model, modelOf } from "./model";
import { isRecord, type Structure } from "./structure";

/** What a stateful model returns: outputs, and the state after the batch's last time step. */
export interface StatefulOutputs<O extends Structure<tf.Tensor> = tf.Tensor, S extends State = State> {
  readonly outputs: O;
  readonly state: S;
}

/** The function of a stateful model: from a batch, and the state before it, to outputs and the state after it. */
// biome-ignore lint/suspicious/noExplicitAny: a model of any x
export type CallWithState<X = any, O extends Structure<tf.Tensor> = tf.Tensor, S extends State = State> = (
  x: X,
  training?: Training,
  lengths?: LengthsOf<X>,
  state?: S,
) => StatefulOutputs<O, S>;

/**
 * A model whose state goes on from batch to batch of streams, for truncated backpropagation through time: the state comes in
 * as a number, so that no gradient goes back beyond the batch. `statefulModelOf` makes one. Its `call`, which `predict` and
 * exports use, begins anew with each batch.
 */
// biome-ignore lint/suspicious/noExplicitAny: the rank of x is the model's own business
export interface StatefulModel<X = any, O extends Structure<tf.Tensor> = tf.Tensor, S extends State = State>
  extends Model<X, O> {
  /**
   * Computes the outputs of a batch, and the state after its last time step; see `Model`.
   *
   * @param state the state after the batch before, with a row for each stream; undefined where the model begins anew
   */
  readonly callWithState: CallWithState<X, O, S>;
  /** The state where a stream begins, for a number of rows. Default: zeros. */
  readonly initialState?: (batchSize: number) => S;
}

export interface StatefulModelOptions<S extends State = State, P extends Structure<Part> = Structure<Part>> {
  /** The state where a stream begins, for a number of rows. Default: zeros. */
  initialState?: (batchSize: number) => S;
  /** Streams of the form that the model takes; see `modelOf`. Only their type counts. Default: `call` says the type of x. */
  like?: DataLike<P>;
}

/**
 * Makes a stateful model of cells and layers and the function that joins them. `fit` and `evaluate` give it streams.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 1, numUnits: 8 });
 *   const head = new Dense({ inputSize: 8, outputSize: 1 });
 *   const forecaster = statefulModelOf({ cell, head }, (x: tf.Tensor3D, training, _lengths, initialState?: tf.Tensor2D) => {
 *     const [outputs, state] = dynamicRnn(cell, x, { training, initialState });
 *     return { outputs: head.call(outputs), state };
 *   });
 *
 * @param parts cells and layers, by the scope before the names of their weights
 * @param call computes outputs and the next state from a batch and the state before it. It says the type of the state, so that
 *   `callWithState` has it: `initialState?: ReturnType<typeof cell.zeroState>` for any cell
 * @throws ArgumentError as `modelOf`
 */
export function statefulModelOf<P extends Structure<Part>, O extends Structure<tf.Tensor>, S extends State>(
  parts: Readonly<Record<string, Named>>,
  call: CallWithState<TensorsOf<P>, O, S>,
  options: StatefulModelOptions<S, P> & { like: DataLike<P> },
): StatefulModel<TensorsOf<P>, O, S>;
// biome-ignore lint/suspicious/noExplicitAny: without a type, x may be anything
export function statefulModelOf<X = any, O extends Structure<tf.Tensor> = tf.Tensor, S extends State = State>(
  parts: Readonly<Record<string, Named>>,
  call: CallWithState<X, O, S>,
  options?: StatefulModelOptions<S>,
): StatefulModel<X, O, S>;
export function statefulModelOf<X, O extends Structure<tf.Tensor>, S extends State>(
  parts: Readonly<Record<string, Named>>,
  call: CallWithState<X, O, S>,
  options: StatefulModelOptions<S> = {},
): StatefulModel<X, O, S> {
  checkOptions("statefulModelOf", options, ["initialState", "like"]);
  const { initialState, like } = options;
  if (like !== undefined) checkLike("statefulModelOf", like);
  if (initialState !== undefined) checkFunction("statefulModelOf", "initialState", initialState);
  checkFunction("statefulModelOf", "call", call);
  const begins = (x: X, training?: Training, lengths?: LengthsOf<X>): O => call(x, training, lengths).outputs;
  return { ...modelOf<X, O>(parts, begins), callWithState: call, ...(initialState && { initialState }) };
}

/** Whether a model is stateful. */
const isStateful = (model: AnyModel): boolean => "callWithState" in model;

/** Calls a stateful model. @throws ArgumentError when it returns no outputs or no state */
export function callStateful(
  where: string,
  model: AnyModel,
  { x, lengths }: Pick<Batch, "x" | "lengths">,
  training?: Training,
  state?: State,
): StatefulOutputs<Structure<tf.Tensor>> {
  const { callWithState } = model as StatefulModel;
  const given: unknown = callWithState(x, training, lengths?.x, state);
  const { outputs, state: next } = (isRecord(given) ? given : {}) as { outputs?: unknown; state?: State };
  if (outputs === undefined || next === undefined) {
    throw new ArgumentError(where, "what model.callWithState returns", "{ outputs, state }", describe(given));
  }
  const wrong = flattenState(next).find((each) => !(each instanceof tf.Tensor));
  if (wrong !== undefined) throw new ArgumentError(where, "the model's state", "a state of tensors", describe(wrong));
  return { outputs: checkOutputs(where, outputs), state: next };
}

/** Refuses streams for a model without a state. @throws ArgumentError */
export function checkTakesStreams(where: string, model: AnyModel, source: Source): void {
  if (!source.isStateful || isStateful(model)) return;
  throw new ArgumentError(where, "model", "a stateful one, as statefulModelOf makes, for streams", "another");
}
