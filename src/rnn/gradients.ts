import { weightName } from "../arguments";
import { forgetTape } from "../compile/internal";
import * as tf from "../tf";
import { checkFunction, describe } from "./checks";
import { ArgumentError } from "./errors";
import { tidy } from "./tidy";

const WHERE = "computeGradients";

/** A weight and the derivative of the loss with respect to it. Both have the same shape. */
export interface GradientOf {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
}

/**
 * Computes a loss and its gradient with respect to each variable by backpropagation. Where the loss contains an
 * unrolled cell, this is backpropagation through time.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const { loss, gradients } = computeGradients(() => tf.mean(dynamicRnn(cell, x)[1]), cell.variables);
 *   for (const { variable, gradient } of gradients) console.log(variable.name, gradient.shape);
 *   tf.dispose([loss, ...gradients.map(({ gradient }) => gradient)]);
 *
 * @param loss a function that returns the loss, a scalar
 * @param variables the weights. The loss must depend on each of them
 * @returns the loss, and one gradient for each variable in the order of `variables`. The caller disposes all of them
 * @throws ArgumentError when `variables` is empty, names a variable twice, or holds a variable that is frozen or that the
 *   loss does not use
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
  const twice = variables.findIndex((variable, index) => variables.indexOf(variable) !== index);
  if (twice >= 0) {
    throw new ArgumentError(
      WHERE,
      `variables[${twice}]`,
      "each variable once",
      `${weightName(variables[twice] as tf.Variable)} again`,
    );
  }
  const frozen = variables.findIndex(({ trainable }) => !trainable);
  if (frozen >= 0) {
    const got = `${weightName(variables[frozen] as tf.Variable)}, which is frozen: its trainable is false`;
    throw new ArgumentError(WHERE, `variables[${frozen}]`, "a weight to train", got);
  }
  const { value, grads } = gradientsOf(loss, variables);
  const unused = variables.findIndex(({ name }) => !grads[name]);
  if (unused >= 0) {
    tf.dispose([value, grads]);
    throw takesNoPart(variables, unused);
  }
  const gradients = variables.map((variable) => ({ variable, gradient: grads[variable.name] as tf.Tensor }));
  return { loss: value, gradients };
}

/** Computes the gradients. When the loss function throws, no tensor is leaked. */
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
      throw takesNoPart(variables, 0);
    }
    throw error;
  }
}

function takesNoPart(variables: readonly tf.Variable[], at: number): ArgumentError {
  const got = `${weightName(variables[at] as tf.Variable)} that takes no part`;
  return new ArgumentError(WHERE, `variables[${at}]`, "a weight that the loss uses", got);
}
