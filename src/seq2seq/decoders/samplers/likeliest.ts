import * as tf from "../../../tf";

/** The likeliest token of each row, int32 `[batch]`; of equally likely ones that of the lowest id. */
export const likeliest = (logits: tf.Tensor2D): tf.Tensor1D => tf.argMax(logits, 1) as tf.Tensor1D;
