import { refuseHiddenConstants } from "../own-gradients";
import * as tf from "../start";
import { orderTape } from "../tape";
import { activations } from "./activations";
import { averagePooling } from "./average-pooling";
import { broadcast } from "./broadcast";
import { convolutions } from "./convolution";
import { cumulative } from "./cumulative";
import { einsum } from "./einsum";
import { maxPooling } from "./max-pooling";
import { movedElements } from "./moved-elements";
import { parts } from "./parts";
import { piecewiseConstant } from "./piecewise-constant";
import { resizing } from "./resizing";
import { select } from "./select";

/** The engine is one for all copies of this library in a process, so its mark must be one, too. */
const DONE = Symbol.for("unroll: gradients are registered");

/**
 * Registers the gradients that TensorFlow.js lacks, or computes wrongly, and makes those that it has differentiable again.
 * `test/engine/gradients.test.ts` tries every gradient of the table, first and second order, against differences.
 */
export function registerGradients(): void {
  const engine = tf.engine() as { [DONE]?: true };
  if (engine[DONE]) return;
  engine[DONE] = true;
  orderTape();
  refuseHiddenConstants();
  const configs = [
    ...activations(),
    ...averagePooling(),
    ...broadcast(),
    ...convolutions(),
    ...cumulative(),
    einsum(),
    ...maxPooling(),
    ...movedElements(),
    ...parts(),
    ...piecewiseConstant(),
    ...resizing(),
    select(),
  ];
  for (const config of configs) {
    if (tf.getGradient(config.kernelName)) tf.unregisterGradient(config.kernelName);
    tf.registerGradient(config);
  }
}
