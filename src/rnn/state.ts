import * as tf from "../tf";
import { checkCount, checkTensor, describe } from "./checks";
import { ArgumentError } from "./errors";
import { flattenTree, packTree } from "./tree";

/**
 * The state that a cell passes from one time step to the next: a tensor `[batch, n]`, or a record or list of states.
 * An LSTM's state is `{ c, h }`, a stack's state is the list of its cells' states.
 */
export type State = tf.Tensor2D | StateRecord | readonly State[];
export interface StateRecord {
  readonly [name: string]: State;
}

const isTensor = (state: unknown): state is tf.Tensor2D => state instanceof tf.Tensor;

/** Returns one zero tensor `[batchSize, size]` of a zero state. @throws ArgumentError when the batch size is below 1 */
export function zeroTensor(batchSize: number, size: number): tf.Tensor2D {
  checkCount("zeroState", "batchSize", batchSize);
  return tf.zeros([batchSize, size]);
}

/**
 * Returns a state's tensors in order: a record's in the order in which its names were written, a list's from the first.
 *
 * @example
 *   const cell = new LSTMCell({ inputSize: 3, numUnits: 4 });
 *   const [c, h] = flattenState(cell.zeroState(2)); // [2, 4] each
 */
export function flattenState(state: State): tf.Tensor2D[] {
  return flattenTree(state) as tf.Tensor2D[];
}

/**
 * Builds a state with the structure of `like` from tensors in the order of `flattenState`.
 *
 * @example
 *   const cell = new LSTMCell({ inputSize: 3, numUnits: 4 });
 *   const { c, h } = packState(cell.zeroState(2), [tf.ones([2, 4]), tf.zeros([2, 4])]);
 *
 * @throws ArgumentError when there are too few or too many tensors
 */
export function packState<S extends State>(like: S, tensors: readonly tf.Tensor2D[]): S {
  const count = flattenState(like).length;
  if (tensors.length !== count)
    throw new ArgumentError("packState", "tensors", `${count} of them`, `${tensors.length}`);
  return packTree(like, tensors);
}

/**
 * Applies a function to the tensors of two states of the same structure. Names match names; the result has the order of
 * names of the first state.
 */
export function zipState<S extends State>(a: S, b: S, combine: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor2D): S {
  const zip = (one: State, other: State): State => {
    if (isTensor(one)) return combine(one, other as tf.Tensor2D);
    if (Array.isArray(one)) return one.map((part, i) => zip(part, (other as State[])[i] as State));
    const parts = Object.entries(one).map(([name, part]) => [name, zip(part, (other as StateRecord)[name] as State)]);
    return Object.fromEntries(parts);
  };
  return zip(a, b) as S;
}

/**
 * Refuses a state whose structure, batch size or number of features differs from that of `like`.
 *
 * @throws ArgumentError that names the part, as in `initialState.c`
 */
export function checkState(where: string, argument: string, state: State, like: State): void {
  if (isTensor(like)) {
    checkTensor(where, argument, state as tf.Tensor, like.shape);
    return;
  }
  const expected = Array.isArray(like) ? `a list of ${like.length} states` : describe(like);
  const sameKind =
    typeof state === "object" && state !== null && !isTensor(state) && Array.isArray(state) === Array.isArray(like);
  const names = Object.keys(like);
  if (!sameKind || Object.keys(state).sort().join() !== [...names].sort().join()) {
    throw new ArgumentError(where, argument, expected, describe(state));
  }
  for (const name of names) {
    const part = (of: State) => (of as StateRecord)[name] as State;
    checkState(where, `${argument}.${name}`, part(state), part(like));
  }
}
