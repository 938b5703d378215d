import type * as tf from "../../tf";
import type { Source } from "../examples/source";
import { type AnyModel, weightsByName } from "../model";
import { withTensors } from "./batch-tensors";

/** A step whose loss or a gradient was not finite; it changed no weight. */
export interface StepFailure {
  readonly loss: number;
  /** The first tensor that is not finite, in the order x, y, weights, loss, gradients. */
  readonly tensor: string;
}

/** @param gradient the weight whose gradient is the first that is not finite, where it is known */
export function failureOf(
  { model, source }: { readonly model: AnyModel; readonly source: Source },
  indices: Int32Array,
  loss: number,
  gradient: tf.Variable | undefined,
): StepFailure {
  const input = firstNotFinite(model, source, indices);
  if (input !== undefined) return { loss, tensor: input };
  if (!Number.isFinite(loss)) return { loss, tensor: "the loss" };
  const weight = Object.entries(weightsByName(model)).find(([, variable]) => variable === gradient);
  return { loss, tensor: weight ? `the gradient of ${weight[0]}` : "a sum over gradients" };
}

/** The name of the first tensor that is not finite, among the batch's tensors, then the weights. */
function firstNotFinite(model: AnyModel, source: Source, indices: Int32Array): string | undefined {
  return withTensors(source, indices, (tensors) => {
    const all: Readonly<Record<string, tf.Tensor>> = { ...tensors, ...weightsByName(model) };
    return Object.entries(all).find(([, tensor]) => !allFinite(tensor))?.[0];
  });
}

const allFinite = (tensor: tf.Tensor) => (tensor.dataSync() as Float32Array).every(Number.isFinite);
