import { unstack } from "../../compile";
import * as tf from "../../tf";
import type { OpenCell } from "../cell";

/** Products of fewer rows are over before another core could help. */
const MANY_ROWS = 1024;

/**
 * What an opened cell projects, by time step and part. In chunks of time the weights' gradients are formed stretch by
 * stretch: that of the later time steps while the way back goes on, by whichever core is free. Shards are seldom done at
 * the same time, and the last would otherwise form all of its own at the end.
 *
 * @param inputs `[nSteps, batch, inputSize]`
 * @param most in how many chunks; one where the cell knows none, or has few inputs
 */
export function projectedSteps(
  open: Pick<OpenCell, "project" | "inChunks">,
  inputs: tf.Tensor3D,
  most: number,
): tf.Tensor2D[][] {
  const [nSteps, batch, inputSize] = inputs.shape;
  const chunks = open.inChunks && nSteps * batch >= MANY_ROWS ? most : 1;
  const size = Math.ceil(nSteps / chunks);
  const steps: tf.Tensor2D[][] = [];
  for (let first = 0; first < nSteps; first += size) {
    const count = Math.min(size, nSteps - first);
    const these = count === nSteps ? inputs : tf.slice3d(inputs, [first, 0, 0], [count, batch, inputSize]);
    const projected = open.project(tf.reshape(these, [count * batch, inputSize]), first, count);
    const parts = projected.map((part) => unstack(tf.reshape(part, [count, batch, -1])) as tf.Tensor2D[]);
    for (let t = 0; t < count; t++) steps.push(parts.map((part) => part[t] as tf.Tensor2D));
  }
  return steps;
}
