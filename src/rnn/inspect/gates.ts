import * as tf from "../../tf";
import type { GRUCell } from "../cells/gru";
import type { LSTMCell } from "../cells/lstm";
import { gates, type LSTMState } from "../cells/lstm-step";
import type { ResetAfterGRUCell } from "../cells/reset-after-gru";
import { checkTensor } from "../checks";
import { tidy } from "../tidy";
import { firstState } from "../time/unroll";

/** What an LSTM did at each time step: gates from 0 (shut) to 1 (open), `[batch, nSteps, numUnits]`. */
export interface LSTMGates {
  /** Input gate: how much of the new memory is written. */
  readonly i: tf.Tensor3D;
  /** Forget gate: how much of the old memory is kept. */
  readonly f: tf.Tensor3D;
  /** Output gate: how much of the memory is shown. */
  readonly o: tf.Tensor3D;
  /** The memory after the step. */
  readonly c: tf.Tensor3D;
  /** The output, `[batch, nSteps, outputSize]`. */
  readonly h: tf.Tensor3D;
}

/** What a GRU did at each time step, `[batch, nSteps, numUnits]`; gates from 0 to 1. */
export interface GRUGates {
  /** Reset gate: how much of the state the candidate sees. */
  readonly r: tf.Tensor3D;
  /** Update gate: how much of the old state is kept. */
  readonly u: tf.Tensor3D;
  /** The state after the step, which is the output. */
  readonly h: tf.Tensor3D;
}

/**
 * Runs an LSTM over a batch and keeps what its gates were, with peepholes where it has them. To look at, not to train:
 * it goes step by step.
 *
 *   i, f = σ([x, h]·W + b + w∘c)      f with its forget bias
 *   o    = σ([x, h]·W + b + w∘c')
 *
 * @param inputs `[batch, nSteps, inputSize]`
 * @throws ArgumentError on a wrong shape
 */
export function lstmGates(
  cell: LSTMCell,
  inputs: tf.Tensor3D,
  { initialState }: { readonly initialState?: LSTMState } = {},
): LSTMGates {
  return trace("lstmGates", cell, inputs, initialState, (x, state) => {
    const [i, , f, o] = gates(tf.add(tf.matMul(tf.concat2d([x, state.h], 1), cell.kernel), cell.bias));
    const [, next] = cell.call(x, state);
    const seen = (gate: tf.Tensor, name: "f" | "i" | "o", memory: tf.Tensor) =>
      tf.sigmoid(cell.peepholes === undefined ? gate : tf.add(gate, tf.mul(cell.peepholes[name], memory)));
    const open = {
      i: seen(i, "i", state.c),
      f: seen(tf.add(f, cell.forgetBias), "f", state.c),
      o: seen(o, "o", next.c),
    };
    return [{ ...open, c: next.c, h: next.h }, next];
  });
}

/**
 * Runs a GRU over a batch and keeps what its gates were; see `lstmGates`.
 *
 *   r, u = σ([x, h]·Wg + bg)
 *
 * @param inputs `[batch, nSteps, inputSize]`
 * @throws ArgumentError on a wrong shape
 */
export function gruGates(
  cell: GRUCell | ResetAfterGRUCell,
  inputs: tf.Tensor3D,
  { initialState }: { readonly initialState?: tf.Tensor2D } = {},
): GRUGates {
  return trace("gruGates", cell, inputs, initialState, (x, state) => {
    const both = tf.sigmoid(tf.add(tf.matMul(tf.concat2d([x, state], 1), cell.gatesKernel), cell.gatesBias));
    const [r, u] = tf.split(both, 2, 1) as [tf.Tensor, tf.Tensor];
    const [, h] = cell.call(x, state);
    return [{ r, u, h }, h];
  });
}

type AnyCell = LSTMCell | GRUCell | ResetAfterGRUCell;

/** Step by step from the first state; each name's tensors are stacked along time, axis 1. */
function trace<S extends LSTMState | tf.Tensor2D, Name extends string>(
  where: string,
  cell: AnyCell,
  inputs: tf.Tensor3D,
  initialState: S | undefined,
  step: (x: tf.Tensor2D, state: S) => [shown: Record<Name, tf.Tensor>, next: S],
): Record<Name, tf.Tensor3D> {
  checkTensor(where, "inputs", inputs, ["batch", "nSteps", cell.inputSize]);
  return tidy(() => {
    let state = firstState(where, cell as never, inputs.shape[0], initialState) as S;
    const shown = (tf.unstack(inputs, 1) as tf.Tensor2D[]).map((x) => {
      const [values, next] = step(x, state);
      state = next;
      return values;
    });
    const names = Object.keys(shown[0] as object) as Name[];
    const stacked = names.map((name) => [
      name,
      tf.stack(
        shown.map((values) => values[name]),
        1,
      ),
    ]);
    return Object.fromEntries(stacked) as Record<Name, tf.Tensor3D>;
  });
}
