import * as tf from "../start";
import { activations } from "./activations";
import { averagePooling } from "./average-pooling";
import { broadcast } from "./broadcast";
import { convolutions } from "./convolution";
import { cumulative } from "./cumulative";
import { einsum } from "./einsum";
import { maxPooling } from "./max-pooling";
import { movedElements } from "./moved-elements";
import { piecewiseConstant } from "./piecewise-constant";
import { resizing } from "./resizing";
import { select } from "./select";
import { orderTape } from "./tape";

/**
 * Registers the gradients that TensorFlow.js lacks, or computes wrongly, and makes those that it has differentiable again.
 * `test/engine/gradients.test.ts` tries every gradient of the table, first and second order, against differences.
 */
export function registerGradients(): void {
  orderTape();
  const configs = [
    ...activations(),
    ...averagePooling(),
    ...broadcast(),
    ...convolutions(),
    ...cumulative(),
    einsum(),
    ...maxPooling(),
    ...movedElements(),
    ...piecewiseConstant(),
    ...resizing(),
    select(),
  ];
  for (const config of configs) {
    if (tf.getGradient(config.kernelName)) tf.unregisterGradient(config.kernelName);
    tf.registerGradient(config);
  }
}
