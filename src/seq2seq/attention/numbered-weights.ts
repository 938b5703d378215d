import type * as tf from "../../tf";
import type { AttentionMechanism } from "./mechanism";

/**
 * Names the weights of an attention wrapper as TensorFlow 1.x does: the memory layers stand outside the wrapper's scope,
 * because a mechanism projects its memory before the decoder begins. The second layer or mechanism of the same kind has
 * `_1` behind its name.
 */
export function numberedWeights(
  cell: Readonly<Record<string, tf.Variable>>,
  mechanisms: readonly AttentionMechanism[],
  attentionKernels: readonly tf.Variable[],
): Record<string, tf.Variable> {
  const scope = "attention_wrapper";
  const named: Record<string, tf.Variable> = {};
  for (const [name, variable] of Object.entries(cell)) named[`${scope}/${name}`] = variable;
  for (const [i, mechanism] of mechanisms.entries()) {
    const number = mechanisms.slice(0, i).filter((other) => other.scope === mechanism.scope).length;
    for (const [name, variable] of Object.entries(mechanism.weights)) {
      const own = name.slice(mechanism.scope.length + 1);
      if (variable === mechanism.memoryKernel) named[`${numbered("memory_layer", i)}/kernel`] = variable;
      else named[`${scope}/${numbered(mechanism.scope, number)}/${own}`] = variable;
    }
  }
  for (const [i, kernel] of attentionKernels.entries()) {
    named[`${scope}/${numbered("attention_layer", i)}/kernel`] = kernel;
  }
  return named;
}

const numbered = (name: string, i: number) => (i === 0 ? name : `${name}_${i}`);
