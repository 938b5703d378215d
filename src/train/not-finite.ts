import * as tf from "../tf";
import type { Source } from "./data";
import { type Model, weightsOf } from "./model";

/** The first tensor with a number that is not finite, by name: the batch's x and y, then weights. */
export function firstNotFinite(model: Model, source: Source, rows: Int32Array): string | undefined {
  const batch = source.take(rows);
  const tensors = { x: batch.x, y: batch.y, ...weightsOf(model) };
  try {
    const found = Object.entries(tensors).find(([, tensor]) => tensor !== undefined && !isFinite_(tensor));
    return found?.[0];
  } finally {
    tf.dispose(source.parts.map((part) => batch[part] as tf.Tensor));
  }
}

const isFinite_ = (tensor: tf.Tensor) => (tensor.dataSync() as Float32Array).every(Number.isFinite);
