import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCount, checkOptions, checkTensor } from "../checks";
import type { RandomKey } from "../random-key";
import { checkState, type State, zeroTensor, zipState } from "../state";
import { tidy } from "../tidy";

export interface FunctionCellOptions<S extends State> {
  /** Features of one time step's input. */
  inputSize: number;
  /** Features of one time step's output. */
  outputSize: number;
  /**
   * The number of features of each tensor of the state, in the state's structure: `5`, or `{ c: 5, h: 3 }`. Default:
   * `outputSize`.
   */
  stateSize?: StateSize;
  /**
   * The weights that the function uses, by name, in the order in which the optimizer gets them. Default: no weights.
   */
  weights?: Readonly<Record<string, tf.Variable>>;
  /** Computes one time step: from inputs `[batch, inputSize]` and the state to the output and the next state. */
  call(inputs: tf.Tensor2D, state: S, key?: RandomKey): [output: tf.Tensor2D, state: S];
}

/** The structure of a state. Each tensor `[batch, n]` is replaced by its number of features n. */
export type StateSize = number | readonly StateSize[] | { readonly [name: string]: StateSize };

/**
 * Makes a cell from a function of tensors. TensorFlow.js computes the function's gradients, and every unroller and
 * wrapper takes the cell.
 *
 * Past the end of a sequence an unroller calls the function with zeros instead of the padding and discards its results.
 * The function's derivative must be finite at 0 all the same, because NaN times 0 is NaN: x / ‖x‖ has no such
 * derivative.
 *
 * @example
 *   const w = tf.variable(tf.randomNormal<tf.Rank.R2>([4, 4]));
 *   const cell = functionCell<tf.Tensor2D>({
 *     inputSize: 4, outputSize: 4, weights: { w },
 *     call: (x, h) => { const y: tf.Tensor2D = tf.relu(tf.add(x, tf.matMul(h, w))); return [y, y]; },
 *   });
 *   const [outputs, state] = dynamicRnn(cell, tf.ones([2, 5, 4]));
 *
 * @throws ArgumentError when a size is not a positive whole number; at a call, when the shape or structure of an input,
 *   the output or a state differs from the declared one
 */
export function functionCell<S extends State = tf.Tensor2D>(options: FunctionCellOptions<S>): RNNCell<S> {
  checkOptions(WHERE, options, ["inputSize", "outputSize", "stateSize", "weights", "call"]);
  const { inputSize, outputSize, stateSize = outputSize, weights = {}, call } = options;
  checkCount(WHERE, "inputSize", inputSize);
  checkCount(WHERE, "outputSize", outputSize);
  checkSizes(stateSize);
  const variables = Object.values(weights);
  const zeroState = (batchSize: number) => zero(stateSize, batchSize) as S;
  return {
    inputSize,
    outputSize,
    variables,
    weights,
    zeroState,
    call: (inputs, state, key) =>
      tidy(() => {
        checkTensor(WHERE, "inputs", inputs, ["batch", inputSize]);
        const like = zeroState(inputs.shape[0]);
        checkState(WHERE, "state", state, like);
        const [output, next] = call(inputs, state, key);
        checkTensor(WHERE, "the output that `call` returns", output, [inputs.shape[0], outputSize]);
        checkState(WHERE, "the state that `call` returns", next, like);
        return [output, zipState(like, next, (_, part) => part)]; // in the declared order of names
      }),
    dispose: () => tf.dispose(variables),
  };
}

const WHERE = "functionCell";

function checkSizes(size: StateSize): void {
  if (typeof size === "number") checkCount(WHERE, "stateSize", size);
  else for (const part of Object.values(size)) checkSizes(part);
}

function zero(size: StateSize, batchSize: number): State {
  if (typeof size === "number") return zeroTensor(batchSize, size);
  if (Array.isArray(size)) return size.map((part) => zero(part, batchSize));
  return Object.fromEntries(Object.entries(size).map(([name, part]) => [name, zero(part, batchSize)]));
}
