import * as tf from "../../tf";

/**
 * Looks up rows of a table by indices of any shape. The WebAssembly engine has no kernel for the gradient of `tf.gather`,
 * so there the gradient is computed as a product with one-hot vectors.
 */
export function lookUp(table: tf.Tensor, ids: tf.Tensor): tf.Tensor {
  if (tf.getBackend() !== "wasm") return tf.gather(table, ids as tf.Tensor1D);
  const gather = tf.customGrad((given, save) => {
    (save as tf.GradSaveFunc)([ids]); // `save` keeps the tensor for the backward pass, past any tidy
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
      const flat = tf.reshape(saved as tf.Tensor, [-1]) as tf.Tensor1D;
      const oneHot = tf.oneHot(flat, table.shape[0] as number).toFloat() as tf.Tensor2D;
      const rows = tf.reshape(dy, [flat.size, table.size / (table.shape[0] as number)]) as tf.Tensor2D;
      return [tf.reshape(tf.matMul(oneHot, rows, true, false), table.shape)];
    };
    return { value: tf.gather(given as tf.Tensor, ids as tf.Tensor1D), gradFunc };
  });
  return gather(table);
}
