import { checkOptions } from "../../../arguments";
import { checkTensor } from "../../../rnn/internal";
import * as tf from "../../../tf";
import { decodeLoop } from "../decode-loop";
import { pick } from "../pick-rows";

/**
 * The hypotheses of a beam search from what each step chose: TensorFlow's `gather_tree`. It follows the parents from the last step
 * back to the first. Past its first end token a hypothesis has end tokens only.
 *
 * @example
 *   const stepIds = tf.tensor3d([[[3, 4]], [[5, 6]]], [2, 1, 2], "int32"); // [nSteps, batch, beams]
 *   const parentIds = tf.tensor3d([[[0, 0]], [[1, 0]]], [2, 1, 2], "int32");
 *   const hypotheses = gatherTree(stepIds, parentIds, { maxSequenceLengths: tf.tensor1d([2], "int32"), endToken: 2 });
 *   console.log(hypotheses.dataSync()); // 4, 3 and 5, 6: the first beam is 4, 5, the second 3, 6
 *
 * @param stepIds int32 `[nSteps, batch, beams]`, the token of each beam at each step
 * @param parentIds int32 `[nSteps, batch, beams]`, the beam that it continues
 * @param options `maxSequenceLengths`, int32 `[batch]`: later steps do not count. `endToken`
 * @returns int32 `[nSteps, batch, beams]`
 * @throws ArgumentError when a shape or type is wrong
 */
export function gatherTree(
  stepIds: tf.Tensor3D,
  parentIds: tf.Tensor3D,
  options: { readonly maxSequenceLengths: tf.Tensor1D; readonly endToken: number },
): tf.Tensor3D {
  checkOptions("gatherTree", options, ["maxSequenceLengths", "endToken"]);
  checkTensor("gatherTree", "stepIds", stepIds, ["nSteps", "batch", "beams"], "int32");
  checkTensor("gatherTree", "parentIds", parentIds, stepIds.shape, "int32");
  const { maxSequenceLengths, endToken } = options;
  const [nSteps, batch, beams] = stepIds.shape;
  checkTensor("gatherTree", "maxSequenceLengths", maxSequenceLengths, [batch], "int32");
  return tf.tidy(() => {
    const int = (value: number) => tf.scalar(value, "int32");
    const end = tf.fill([batch, beams], endToken, "int32");
    const own = tf.add(tf.zeros([batch, 1], "int32"), tf.range(0, beams, 1, "int32").expandDims(0)) as tf.Tensor2D;
    const { results } = decodeLoop(
      () => tf.scalar(true),
      ([beam], turn) => {
        const time = tf.sub(int(nSteps - 1), turn);
        const isIn = tf.less(time, maxSequenceLengths).expandDims(1);
        const at = (all: tf.Tensor) =>
          pick(tf.reshape(tf.gather(all, time), [batch, beams]) as tf.Tensor2D, beam as tf.Tensor2D);
        return {
          results: [tf.where(isIn, at(stepIds), end)],
          loopVars: [tf.where(isIn, at(parentIds), beam as tf.Tensor)],
        };
      },
      [own],
      nSteps,
    );
    const ids = tf.reverse(results[0] as tf.Tensor, 0);
    const isEnd = tf.equal(ids, int(endToken)).toFloat();
    const hasEnded = tf.greater(tf.cumsum(isEnd, 0), 0);
    return tf.where(hasEnded, tf.fill(stepIds.shape, endToken, "int32"), ids) as tf.Tensor3D;
  });
}
