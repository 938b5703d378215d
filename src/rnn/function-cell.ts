import * as tf from "../tf";
import type { RNNCell } from "./cell";
import { checkCount } from "./checks";
import type { Draw } from "./draw";
import { flattenState, type State } from "./state";
import { tidy } from "./tidy";

export interface FunctionCellOptions<S extends State> {
  inputSize: number;
  outputSize: number;
  /** The state's sizes, in its structure: `5`, or `{ c: 5, h: 3 }`. The output size unless told otherwise. */
  stateSize?: StateSize;
  /** The weights that the function uses, by name, in the order the optimizer gets them. */
  weights?: Readonly<Record<string, tf.Variable>>;
  /** One time step: `[batch, inputSize]` and the state, to the output and the next state. */
  call(inputs: tf.Tensor2D, state: S, draw?: Draw): [output: tf.Tensor2D, state: S];
}

/** A state's structure with numbers of features where the tensors are. */
export type StateSize = number | readonly StateSize[] | { readonly [name: string]: StateSize };

/**
 * A cell from a plain function of tensors; its gradients come by themselves.
 *
 *   const w = tf.variable(tf.randomNormal([4, 4]));
 *   const cell = functionCell<tf.Tensor2D>({
 *     inputSize: 4, outputSize: 4, weights: { w },
 *     call: (x, h) => { const y = tf.relu(tf.add(x, tf.matMul(h, w))); return [y, y]; },
 *   });
 *
 * @throws ArgumentError when a size is not a positive whole number
 */
export function functionCell<S extends State = tf.Tensor2D>(options: FunctionCellOptions<S>): RNNCell<S> {
  const { inputSize, outputSize, stateSize = outputSize, weights = {}, call } = options;
  checkCount("functionCell", "inputSize", inputSize);
  checkCount("functionCell", "outputSize", outputSize);
  const zero = (size: StateSize, batchSize: number): State => {
    if (typeof size === "number") {
      checkCount("functionCell", "stateSize", size);
      return tf.zeros([batchSize, size]);
    }
    if (Array.isArray(size)) return size.map((part) => zero(part, batchSize));
    return Object.fromEntries(Object.entries(size).map(([name, part]) => [name, zero(part, batchSize)]));
  };
  tf.dispose(flattenState(zero(stateSize, 1)));
  const variables = Object.values(weights);
  return {
    inputSize,
    outputSize,
    variables,
    weights,
    zeroState: (batchSize) => zero(stateSize, batchSize) as S,
    call: (inputs, state, draw) => tidy(() => call(inputs, state, draw)),
    dispose: () => tf.dispose(variables),
  };
}
