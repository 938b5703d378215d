import * as tf from "../../tf";
import { gradientsByRows } from "./row-gradients";

/**
 * Frees the tensors on TensorFlow.js's tape. The engine keeps them for ever after a gradient that failed. Inside a gradient
 * nothing is freed, because the gradient still needs its tape.
 */
export function forgetTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}

/** Whether TensorFlow.js records the operations that run now for a gradient. */
export function tapeIsOn(): boolean {
  const { gradientDepth, kernelDepth } = tf.engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/** The variables that the operations on TensorFlow.js's tape have used, inside a gradient. */
export function variablesOnTape(): tf.Variable[] {
  const tape = tf.engine().state.activeTape ?? [];
  const inputs = tape.flatMap(({ inputs }) => Object.values(inputs as Record<string, tf.Tensor>));
  return [...new Set(inputs.filter((input) => input instanceof tf.Variable))];
}

/**
 * The name of the kernel that computed a tensor, by TensorFlow.js's tape; undefined outside a gradient, and for an input.
 *
 * @param past kernels that are passed over, to the one that computed their first input
 */
export function kernelOnTape(tensor: tf.Tensor, past: ReadonlySet<string>): string | undefined {
  let { id } = tensor;
  let name: string | undefined;
  for (const { kernelName, inputs, outputs } of [...(tf.engine().state.activeTape ?? [])].reverse()) {
    if (!outputs.some((output: tf.Tensor) => output.id === id)) continue;
    name = kernelName;
    const [first] = Object.values(inputs as Record<string, tf.Tensor>);
    if (!past.has(kernelName) || first === undefined) return name;
    ({ id } = first);
  }
  return name;
}

/** Runs a function as if no gradient were being recorded; afterwards the recording continues. */
function withoutTape<T>(run: () => T): T {
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

/** Runs a function; returns the inputs of all its operations, as gradients see them. */
export function tensorsUsed(run: () => void): tf.Tensor[] {
  const { state } = tf.engine();
  return withoutTape(() => {
    state.gradientDepth = 1;
    try {
      run();
    } finally {
      state.gradientDepth = 0;
    }
    return (state.activeTape ?? []).flatMap(({ inputs }) => Object.values(inputs as Record<string, tf.Tensor>));
  });
}

/**
 * The gradients of a function's value, computed apart from any gradient that is being recorded.
 *
 * @returns undefined for each tensor that the value does not depend on
 */
export function separateGradients(value: () => tf.Tensor, by: readonly tf.Tensor[]) {
  return withoutTape(() => gradientsByRows(value, by).gradients);
}
