import type { VariableUpdate } from "../../compile/internal";
import { flattenState, type Training } from "../../rnn";
import * as tf from "../../tf";
import type { Batch } from "../examples/source";
import { countedParts, eagerLoss } from "../loss/step-loss";
import { callModel } from "../model";
import { callStateful } from "../stateful-model";
import type { Structure } from "../structure";
import type { TrainingStepOptions } from "./step-options";
import { StreamState } from "./stream-state";

/** A batch, and the state of streams before it. */
export interface CarriedBatch {
  readonly batch: Batch;
  readonly carried: readonly tf.Tensor[];
}

export const streamStateOf = ({ where, model, source, streamState }: TrainingStepOptions): StreamState | undefined =>
  source.isStateful ? new StreamState(where, model, source, streamState) : undefined;

/** The model's outputs, and the tensors of the next state where it carries one. */
export function callCarried(
  { where, model }: TrainingStepOptions,
  state: StreamState | undefined,
  { batch, carried }: CarriedBatch,
  training: Training,
): { readonly outputs: Structure<tf.Tensor>; readonly next: tf.Tensor[] } {
  if (state === undefined) return { outputs: callModel(where, model, batch, training), next: [] };
  const called = callStateful(where, model, batch, training, state.packed(batch, carried));
  return { outputs: called.outputs, next: flattenState(called.state) };
}

/** The loss of a batch, eagerly, and the tensors of the next state. */
export function lossOf(
  options: TrainingStepOptions,
  state: StreamState | undefined,
  given: CarriedBatch,
  training: Training,
): ReturnType<typeof eagerLoss> & { readonly next: readonly tf.Tensor[] } {
  const { outputs, next } = callCarried(options, state, given, training);
  const counted = countedParts(options.where, options.loss, outputs, given.batch);
  return { ...eagerLoss(counted, given.batch), next };
}

/** Disposes values of variables that a step was to assign. */
export const disposeValues = (updates: readonly VariableUpdate[]) => tf.dispose(updates.map(({ value }) => value));
