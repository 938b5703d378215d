import * as tf from "../../tf";

/** TensorFlow.js keeps what a failed gradient had saved for its way back; outside all gradients it is freed here. */
export function forgetTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}

/** Whether what is computed now is recorded for a gradient. */
export function tapeIsOn(): boolean {
  const { gradientDepth, kernelDepth } = tf.engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/** Runs a function as if no gradient were being recorded around it. */
function apart<T>(run: () => T): T {
  const { state } = tf.engine();
  const { gradientDepth, activeTape } = state;
  state.gradientDepth = 0;
  state.activeTape = [];
  try {
    return run();
  } finally {
    forgetTape();
    Object.assign(state, { gradientDepth, activeTape });
  }
}

/** Runs a function; returns all tensors that went into its operations, as gradients see them. */
export function tensorsUsed(run: () => void): tf.Tensor[] {
  const { state } = tf.engine();
  return apart(() => {
    state.gradientDepth = 1;
    try {
      run();
    } finally {
      state.gradientDepth = 0;
    }
    return (state.activeTape ?? []).flatMap(({ inputs }) => Object.values(inputs as Record<string, tf.Tensor>));
  });
}

/** The gradients of a function's value; undefined for what it does not depend on. */
export function gradientsApart(value: () => tf.Tensor, by: readonly tf.Tensor[]): (tf.Tensor | undefined)[] {
  return apart(() => tf.engine().gradients(value, [...by], undefined, true).grads);
}
