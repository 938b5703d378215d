import * as tf from "../tf";
import { ArgumentError } from "./errors";

/** A weight and the derivative of the loss by it, of the same shape. */
export interface GradientOf {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
}

/**
 * The loss and its derivative by each of the variables: backpropagation, through time where the loss is recurrent.
 *
 * @param loss a function that computes the loss, a scalar
 * @param variables the weights; each must take part in the loss
 * @returns the loss and one gradient a variable, in the order of `variables`; the caller disposes them
 * @throws ArgumentError when there are no variables, or one does not take part in the loss
 */
export function computeGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { loss: tf.Scalar; gradients: GradientOf[] } {
  if (variables.length === 0) {
    throw new ArgumentError("computeGradients", "variables", "at least one variable", "an empty list");
  }
  const disposed = variables.findIndex((variable) => variable.isDisposed);
  if (disposed >= 0) {
    throw new ArgumentError("computeGradients", `variables[${disposed}]`, "a variable", "a disposed variable");
  }
  const { value, grads } = tf.variableGrads(loss, [...variables]);
  const gradients = variables.map((variable, place) => {
    const gradient = grads[variable.name];
    if (gradient === undefined || gradient === null) {
      tf.dispose([value, grads]);
      throw new ArgumentError("computeGradients", `variables[${place}]`, "a weight that the loss uses", variable.name);
    }
    return { variable, gradient };
  });
  return { loss: value, gradients };
}
