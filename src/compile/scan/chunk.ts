import type * as tf from "../../tf";

/** What a step, or a chunk of steps, makes. */
export interface Chunk {
  readonly results: tf.Tensor[];
  readonly states: tf.Tensor[];
}
