import { ArgumentError, describe } from "../../arguments";
import { flattenState, type State } from "../../rnn";
import { checkTensor } from "../../rnn/internal";
import type * as tf from "../../tf";
import { isTree } from "../decoders/tensor-tree";

/**
 * The tensors of a state, which came from a user's encoder.
 *
 * @throws ArgumentError for what is no state, and a tensor that is not float32 `[batch, features]` of the batch of the first one
 */
export function statePartsOf(where: string, state: State): tf.Tensor2D[] {
  if (!isTree(state)) throw new ArgumentError(where, "state", "a state with tensors", describe(state));
  const parts = flattenState(state);
  const [first] = parts;
  parts.forEach((part, i) => {
    const name = parts.length === 1 ? "state" : `state, its part ${i}`;
    checkTensor(where, name, part, [i === 0 ? "batch" : (first as tf.Tensor).shape[0], "features"]);
  });
  return parts;
}
