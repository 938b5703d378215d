import type * as tf from "../../tf";
import type { Source } from "../examples/source";
import { type Model, weightsByName } from "../model";
import { withBatch } from "./batch-tensors";

/** A step whose loss or a gradient was not finite; it changed no weight. */
export interface StepFailure {
  readonly loss: number;
  /** The first tensor that is not finite, in the order x, y, weights, loss, gradients. */
  readonly tensor: string;
}

/** @param gradient the weight whose gradient is the first that is not finite, where it is known */
export function failureOf(
  { model, source }: { readonly model: Model; readonly source: Source },
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

/** The name of the first tensor that is not finite, among the batch's x and y, then the weights. */
function firstNotFinite(model: Model, source: Source, indices: Int32Array): string | undefined {
  return withBatch(source, indices, ({ x, y }) => {
    const tensors: Readonly<Record<string, tf.Tensor | undefined>> = { x, y, ...weightsByName(model) };
    return Object.entries(tensors).find(([, tensor]) => tensor !== undefined && !allFinite(tensor))?.[0];
  });
}

const allFinite = (tensor: tf.Tensor) => (tensor.dataSync() as Float32Array).every(Number.isFinite);
