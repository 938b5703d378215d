import { ArgumentError, describe } from "../arguments";
import { isCapturing, isExporting } from "../compile/internal";
import { checkLengths, checkTensor } from "../rnn/internal";
import * as tf from "../tf";

/**
 * Turns each sequence of a batch around inside its own length: TensorFlow's `tf.reverse_sequence`. Its padding stays where it
 * is. An encoder that reads its source backwards is closer to the first words when the decoder begins to write them
 * (Sutskever et al. 2014, arXiv:1409.3215).
 *
 *   reversed[b, t] = x[b, lengths[b] − 1 − t]   for t < lengths[b]
 *   reversed[b, t] = x[b, t]                    for t ≥ lengths[b]
 *
 * @example
 *   const ids = tf.tensor2d([[5, 6, 7, 0], [8, 9, 0, 0]], [2, 4], "int32");
 *   reverseSequence(ids, tf.tensor1d([3, 2], "int32")); // [[7, 6, 5, 0], [9, 8, 0, 0]]
 *
 * @param x `[batch, nSteps, …]` of any type; an int32 x has no gradient
 * @param lengths int32 `[batch]`, 0 to nSteps. Default: all are nSteps
 * @throws ArgumentError where a shape or type is wrong, or a length is outside 0…nSteps. A compiled function refuses such a length when
 *   it runs, by a `CompileError` that names the row; in an exported graph such a row stays as it is
 */
export function reverseSequence<T extends tf.Tensor>(x: T, lengths?: tf.Tensor1D): T {
  if (x?.shape?.length === undefined || x.rank < 2) {
    throw new ArgumentError("reverseSequence", "x", "a tensor [batch, nSteps, …]", describe(x));
  }
  const [batch = 0, nSteps = 0] = x.shape;
  if (lengths === undefined) return tf.reverse(x, 1);
  checkTensor("reverseSequence", "lengths", lengths, [batch], "int32");
  if (!isCapturing()) checkLengths("reverseSequence", "lengths", lengths, { least: 0, most: nSteps, of: "time steps" });
  return tf.tidy(() => {
    const int = (value: number) => tf.scalar(value, "int32");
    const steps = tf.range(0, nSteps, 1, "int32").expandDims(0);
    const given = lengths.expandDims(1);
    const isWrong = tf.logicalOr(tf.less(given, int(0)), tf.greater(given, int(nSteps)));
    const last = tf.where(isWrong, tf.zerosLike(given), given);
    const turned = tf.sub(tf.sub(last, int(1)), steps);
    const source = tf.where(tf.less(steps, last), turned, tf.mul(steps, tf.onesLike(last)));
    const firsts = tf.mul(tf.range(0, batch, 1, "int32"), int(nSteps)).expandDims(1);
    // A graph's look-up fails for an index below 0. One that is exported may run where none fails.
    const rows = isExporting() ? firsts : tf.where(isWrong, tf.fill([batch, 1], -nSteps, "int32"), firsts);
    const flat = x.reshape([batch * nSteps, ...x.shape.slice(2)]);
    return tf.gather(flat, tf.add(source, rows).flatten()).reshape(x.shape) as T;
  });
}
