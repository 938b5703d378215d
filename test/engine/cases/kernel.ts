import * as tf from "../../../src/tf";
import type { Operation } from "../differences";

export const X = [3, 4];
export const IMAGE = [1, 4, 4, 2];
export const VOLUME = [1, 3, 3, 3, 1];
export const ints = (values: number[], shape?: number[]) => tf.tensor(values, shape ?? [values.length], "int32");

/** A kernel by its name, for what TensorFlow.js exports no function of. */
export const kernel =
  (name: string, inputs: readonly string[], attributes: object = {}): Operation =>
  (...given: tf.Tensor[]) =>
    tf
      .engine()
      .runKernel(
        name,
        Object.fromEntries(inputs.map((input, i) => [input, given[i] as tf.Tensor])),
        attributes as tf.NamedAttrMap,
      ) as tf.Tensor;
