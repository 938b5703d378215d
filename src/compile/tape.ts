import * as tf from "../tf";

/** TensorFlow.js keeps what a failed gradient had saved for its way back; outside all gradients it is freed here. */
export function forgetTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}
