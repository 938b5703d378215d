import { weightName } from "../arguments";
import { forgetTape, gradientsByRows, isCapturing, type RowSlices } from "../compile/internal";
import * as tf from "../tf";
import { checkFunction, describe } from "./checks";
import { ArgumentError } from "./errors";
import { summedInto } from "./row-sums";
import { tidy } from "./tidy";

const WHERE = "computeGradients";

/** A weight and the derivative of the loss with respect to it. Both have the same shape. */
export interface GradientOf {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  /**
   * The rows that the loss looked up, each as often as it did; all other rows of the gradient are zero. It is TensorFlow 1.x's
   * IndexedSlices: an optimizer may leave the other rows unchanged. undefined where the loss uses the weight in another way
   * than by `tf.gather` along its first axis, such as `Embedding`; the whole weight then has a gradient.
   */
  readonly indices?: Int32Array;
}

/**
 * The gradients of single look-ups, before those of one row were summed: TensorFlow 1.x clips these. They are remembered for
 * the gradient that was made of them, so that one which a caller has changed cannot be taken for it.
 */
const sliceValues = new WeakMap<tf.Tensor, Float32Array>();

/** The gradients of the look-ups that a gradient was summed from; undefined for a gradient from elsewhere. */
export const sliceValuesOf = (gradient: tf.Tensor): Float32Array | undefined => sliceValues.get(gradient);

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
  const { value, gradients } = gradientsOf(loss, variables);
  const unused = gradients.indexOf(undefined);
  if (unused >= 0) {
    tf.dispose([value, ...gradients.flatMap((each) => (each ? [each.gradient] : []))]);
    throw takesNoPart(variables, unused);
  }
  return { loss: value, gradients: gradients as GradientOf[] };
}

/** Computes the gradients. When the loss function throws, no tensor is leaked. */
function gradientsOf(loss: () => tf.Scalar, variables: readonly tf.Variable[]) {
  try {
    const computed: { value?: tf.Scalar; gradients: (GradientOf | undefined)[] } = { gradients: [] };
    tidy(() => {
      const { value, gradients } = gradientsByRows(() => {
        const value = loss();
        if (value instanceof tf.Tensor && value.rank === 0) return value;
        throw new ArgumentError(WHERE, "loss", "a function that returns a scalar", describe(value));
      }, variables);
      computed.value = value;
      computed.gradients = gradients.map(
        (gradient, i) => gradient && gradientOf(variables[i] as tf.Variable, gradient),
      );
      return [value, ...computed.gradients.flatMap((each) => (each ? [each.gradient] : []))];
    });
    return computed as Required<typeof computed>;
  } catch (error) {
    forgetTape();
    throw error;
  }
}

function gradientOf(variable: tf.Variable, given: tf.Tensor | RowSlices): GradientOf {
  if (given instanceof tf.Tensor) return { variable, gradient: given };
  if (isCapturing()) {
    const gradient = tf.unsortedSegmentSum(given.values, given.indices, variable.shape[0] as number);
    return { variable, gradient }; // the rows are not known before a call
  }
  const indices = given.indices.dataSync() as Int32Array;
  const gradient = summedInto(variable.shape, given.values, indices);
  sliceValues.set(gradient, given.values.dataSync() as Float32Array);
  return { variable, gradient, indices };
}

function takesNoPart(variables: readonly tf.Variable[], at: number): ArgumentError {
  const got = `${weightName(variables[at] as tf.Variable)} that takes no part`;
  return new ArgumentError(WHERE, `variables[${at}]`, "a weight that the loss uses", got);
}
