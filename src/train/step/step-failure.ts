import * as tf from "../../tf";
import type { Source } from "../examples/source";
import { type Model, weightsByName } from "../model";

/** A step whose loss or gradient was not finite, and that therefore moved nothing. */
export interface StepFailure {
  readonly loss: number;
  /** The first tensor that is not finite, in the order x, y, weights, loss, gradients. */
  readonly tensor: string;
}

/** @param gradient the weight whose gradient is the first that is not finite, where it is known */
export function failureOf(
  { model, source }: { readonly model: Model; readonly source: Source },
  rows: Int32Array,
  loss: number,
  gradient: tf.Variable | undefined,
): StepFailure {
  const given = firstNotFinite(model, source, rows);
  if (given !== undefined) return { loss, tensor: given };
  if (!Number.isFinite(loss)) return { loss, tensor: "the loss" };
  const weight = Object.entries(weightsByName(model)).find(([, variable]) => variable === gradient);
  return { loss, tensor: weight ? `the gradient of ${weight[0]}` : "a sum over gradients" };
}

/** The first of the batch's x and y, then of the weights, by name. */
function firstNotFinite(model: Model, source: Source, rows: Int32Array): string | undefined {
  const batch = source.take(rows);
  const tensors = { x: batch.x, y: batch.y, ...weightsByName(model) };
  try {
    const found = Object.entries(tensors).find(([, tensor]) => tensor !== undefined && !isFinite_(tensor));
    return found?.[0];
  } finally {
    tf.dispose(source.parts.map((part) => batch[part] as tf.Tensor));
  }
}

const isFinite_ = (tensor: tf.Tensor) => (tensor.dataSync() as Float32Array).every(Number.isFinite);
