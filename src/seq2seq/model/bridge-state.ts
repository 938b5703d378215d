import { ArgumentError, flattenState, type RNNCell, type State, type StateRecord } from "../../rnn";
import { checkCell, tidy } from "../../rnn/internal";
import * as tf from "../../tf";
import { statePartsOf } from "./state-parts";

/**
 * Makes a decoder's first state of an encoder's last one without weights, where the sizes allow it:
 *
 * - a state of the same structure and sizes stays as it is;
 * - the states of both directions, `[forward, backward]`, are joined part by part, so that the decoder has twice the units;
 * - of an LSTM's `{ c, h }` a GRU or basic cell gets `h`, its output;
 * - of a list of states, one for each layer, each layer of the decoder gets its own.
 *
 * Anything else needs weights: `DenseBridge`.
 *
 * @example
 *   const forward = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 1 });
 *   const backward = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 2 });
 *   const decoder = new GRUCell({ inputSize: 3, numUnits: 8, seed: 3 });
 *   const [, states] = bidirectionalDynamicRnn(forward, backward, tf.ones([2, 5, 3]));
 *   const initialState = bridgeState(states, decoder); // [2, 8]: h of both directions
 *
 * @throws ArgumentError for what is no state of one batch, and with the sizes of both where no rule applies
 */
export function bridgeState<S extends State>(state: State, cell: RNNCell<S>): S {
  checkCell("bridgeState", cell);
  statePartsOf("bridgeState", state);
  return tidy(() => {
    const like = cell.zeroState(1);
    const made = fitted(state, like) ?? fitted(joined(state), like);
    if (made !== undefined) return made as S;
    const expected = `a state that fits ${sizesOf(like)}, or that DenseBridge makes fit`;
    throw new ArgumentError("bridgeState", "state", expected, sizesOf(state));
  });
}

/** The state in the form of another; undefined where it does not fit. */
function fitted(state: State | undefined, like: State): State | undefined {
  if (state === undefined) return undefined;
  if (like instanceof tf.Tensor) {
    if (state instanceof tf.Tensor) return state.shape[1] === like.shape[1] ? tf.clone(state) : undefined;
    return isLSTMState(state) ? fitted(state.h, like) : undefined;
  }
  if (state instanceof tf.Tensor || Array.isArray(state) !== Array.isArray(like)) return undefined;
  const names = Object.keys(like);
  if (Object.keys(state).sort().join() !== [...names].sort().join()) return undefined;
  const part = (of: State, name: string) => (of as StateRecord)[name] as State;
  const parts = names.map((name) => fitted(part(state, name), part(like, name)));
  if (parts.some((each) => each === undefined)) return undefined;
  if (Array.isArray(like)) return parts as State[];
  return Object.fromEntries(names.map((name, i) => [name, parts[i] as State]));
}

/** The states of two directions, side by side; undefined for anything else. */
function joined(state: State): State | undefined {
  if (!Array.isArray(state) || state.length !== 2) return undefined;
  return both(state[0] as State, state[1] as State);
}

function both(a: State, b: State): State | undefined {
  if (a instanceof tf.Tensor || b instanceof tf.Tensor) {
    return a instanceof tf.Tensor && b instanceof tf.Tensor ? tf.concat2d([a, b], 1) : undefined;
  }
  const names = Object.keys(a);
  if (Array.isArray(a) !== Array.isArray(b) || names.join() !== Object.keys(b).join()) return undefined;
  const parts = names.map((name) => both((a as StateRecord)[name] as State, (b as StateRecord)[name] as State));
  if (parts.some((each) => each === undefined)) return undefined;
  if (Array.isArray(a)) return parts as State[];
  return Object.fromEntries(names.map((name, i) => [name, parts[i] as State]));
}

const isLSTMState = (state: State): state is { readonly c: State; readonly h: State } =>
  !(state instanceof tf.Tensor) && Object.keys(state).sort().join() === "c,h";

/** "parts of 4 and 4 features" */
const sizesOf = (state: State): string => {
  const sizes = flattenState(state).map(({ shape }) => shape[1]);
  return `${sizes.length === 1 ? "a part" : "parts"} of ${sizes.join(" and ") || "no"} features`;
};
