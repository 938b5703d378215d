import type * as tf from "../../tf";

/** What a time step, or a chunk of time steps, returns. */
export interface Chunk {
  readonly results: tf.Tensor[];
  readonly states: tf.Tensor[];
}
