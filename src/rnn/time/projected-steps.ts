import { unstack } from "../../compile/internal";
import * as tf from "../../tf";
import type { OpenCell } from "../cell";

/** With fewer input vectors the products take so little time that a second core cannot help. */
const FEWEST_INPUTS_TO_SPLIT = 1024;

/**
 * Calls `project` of an opened cell and returns its results by time step and part.
 *
 * With several chunks of time, the backward pass computes the weights' gradients chunk by chunk: a free core computes
 * the gradient of the later time steps while the backward pass goes on through the earlier ones. This pays because
 * shards seldom end at the same time, and the last shard would otherwise compute all of its gradient at the end, alone.
 *
 * @param inputs `[nSteps, batch, inputSize]`
 * @param most the largest number of chunks. There is one chunk where the cell has no `inChunks`, or few inputs
 */
export function projectedSteps(
  open: Pick<OpenCell, "project" | "inChunks">,
  inputs: tf.Tensor3D,
  most: number,
): tf.Tensor2D[][] {
  const [nSteps, batch, inputSize] = inputs.shape;
  const chunks = open.inChunks && nSteps * batch >= FEWEST_INPUTS_TO_SPLIT ? most : 1;
  const size = Math.ceil(nSteps / chunks);
  const steps: tf.Tensor2D[][] = [];
  for (let first = 0; first < nSteps; first += size) {
    const count = Math.min(size, nSteps - first);
    const chunk = count === nSteps ? inputs : tf.slice3d(inputs, [first, 0, 0], [count, batch, inputSize]);
    const projected = open.project(tf.reshape(chunk, [count * batch, inputSize]), first, count);
    const parts = projected.map((part) => unstack(tf.reshape(part, [count, batch, -1])) as tf.Tensor2D[]);
    for (let t = 0; t < count; t++) steps.push(parts.map((part) => part[t] as tf.Tensor2D));
  }
  return steps;
}
