import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCount, checkTensor } from "../checks";
import type { RandomKey } from "../random-key";
import { checkState, type State, zeroTensor, zipState } from "../state";
import { tidy } from "../tidy";

export interface FunctionCellOptions<S extends State> {
  inputSize: number;
  outputSize: number;
  /** The state's sizes, in its structure: `5`, or `{ c: 5, h: 3 }`. The output size unless told otherwise. */
  stateSize?: StateSize;
  /** The weights that the function uses, by name, in the order the optimizer gets them. */
  weights?: Readonly<Record<string, tf.Variable>>;
  /** One time step: `[batch, inputSize]` and the state, to the output and the next state. */
  call(inputs: tf.Tensor2D, state: S, draw?: RandomKey): [output: tf.Tensor2D, state: S];
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
 * Past the end of a sequence the function is called with zeros in place of the padding. What it makes of them is thrown
 * away, but its derivative must be finite there: x / ‖x‖ is not.
 *
 * @throws ArgumentError when a size is not a positive whole number, or at a call, when an input, the output or a state
 *   has another shape or structure than declared
 */
export function functionCell<S extends State = tf.Tensor2D>(options: FunctionCellOptions<S>): RNNCell<S> {
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
    call: (inputs, state, draw) =>
      tidy(() => {
        checkTensor(WHERE, "inputs", inputs, ["batch", inputSize]);
        const like = zeroState(inputs.shape[0]);
        checkState(WHERE, "state", state, like);
        const [output, next] = call(inputs, state, draw);
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
