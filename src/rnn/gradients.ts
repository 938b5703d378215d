import { forgetTape } from "../compile";
import * as tf from "../tf";
import { checkFunction, describe } from "./checks";
import { ArgumentError } from "./errors";
import { tidy } from "./tidy";

const WHERE = "computeGradients";

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
  checkFunction(WHERE, "loss", loss);
  if (!Array.isArray(variables)) {
    throw new ArgumentError(WHERE, "variables", "a list of variables, say cell.variables", describe(variables));
  }
  if (variables.length === 0) {
    throw new ArgumentError(WHERE, "variables", "at least one variable", "an empty list");
  }
  const disposed = variables.findIndex((variable) => variable.isDisposed);
  if (disposed >= 0) {
    throw new ArgumentError(WHERE, `variables[${disposed}]`, "a variable", "a disposed variable");
  }
  const twice = variables.findIndex((variable, place) => variables.indexOf(variable) !== place);
  if (twice >= 0) {
    throw new ArgumentError(WHERE, `variables[${twice}]`, "each variable once", `${variables[twice]?.name} again`);
  }
  const { value, grads } = gradientsOf(loss, variables);
  const unused = variables.findIndex(({ name }) => !grads[name]);
  if (unused >= 0) {
    tf.dispose([value, grads]);
    throw new ArgumentError(
      WHERE,
      `variables[${unused}]`,
      "a weight that the loss uses",
      `one of shape [${variables[unused]?.shape}] that takes no part`,
    );
  }
  const gradients = variables.map((variable) => ({ variable, gradient: grads[variable.name] as tf.Tensor }));
  return { loss: value, gradients };
}

/** Whatever goes wrong in the loss, no tensor stays behind. */
function gradientsOf(loss: () => tf.Scalar, variables: readonly tf.Variable[]) {
  let connected = false;
  try {
    return tidy(() =>
      tf.variableGrads(() => {
        const value = loss();
        if (!(value instanceof tf.Tensor) || value.rank > 0) {
          throw new ArgumentError(WHERE, "loss", "a function that returns a scalar", describe(value));
        }
        connected = true;
        return value;
      }, [...variables]),
    );
  } catch (error) {
    forgetTape();
    if (error instanceof Error && connected && /Cannot find a connection/.test(error.message)) {
      const shape = `[${variables[0]?.shape}]`;
      throw new ArgumentError(
        WHERE,
        "variables[0]",
        "a weight that the loss uses",
        `one of shape ${shape} that takes no part`,
      );
    }
    throw error;
  }
}
