import * as tf from "../tf";

/** Adds each slice to its row of zeros. It runs in JavaScript, because WebAssembly has no kernel of a segment sum. */
export function summedInto(shape: readonly number[], values: tf.Tensor, rows: Int32Array): tf.Tensor {
  const slices = values.dataSync();
  const size = rows.length === 0 ? 0 : slices.length / rows.length;
  const sums = new Float32Array(tf.util.sizeFromShape([...shape]));
  rows.forEach((row, i) => {
    for (let k = 0; k < size; k++)
      sums[row * size + k] = (sums[row * size + k] as number) + (slices[i * size + k] as number);
  });
  return tf.tensor(sums, [...shape]);
}
