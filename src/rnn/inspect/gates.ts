import * as tf from "../../tf";
import type { GRUCell } from "../cells/gru";
import type { LSTMCell } from "../cells/lstm";
import { gates, type LSTMState } from "../cells/lstm-step";
import type { ResetAfterGRUCell } from "../cells/reset-after-gru";
import { checkOptions, checkTensor } from "../checks";
import { tidy } from "../tidy";
import { firstState } from "../time/states";

/**
 * An LSTM's gates, memory and output at each time step, `[batch, nSteps, numUnits]`. A gate of 0 is shut, of 1 open.
 */
export interface LSTMGates {
  /** Input gate: the share of the new memory that is written. */
  readonly i: tf.Tensor3D;
  /** Forget gate: the share of the old memory that is kept. */
  readonly f: tf.Tensor3D;
  /** Output gate: the share of the memory that enters the output. */
  readonly o: tf.Tensor3D;
  /** The memory after the step. */
  readonly c: tf.Tensor3D;
  /** The output, `[batch, nSteps, outputSize]`. */
  readonly h: tf.Tensor3D;
}

/** A GRU's gates and state at each time step, `[batch, nSteps, numUnits]`. Gates are from 0 to 1. */
export interface GRUGates {
  /** Reset gate: the share of the state that enters the candidate. */
  readonly r: tf.Tensor3D;
  /** Update gate: the share of the old state that is kept. */
  readonly u: tf.Tensor3D;
  /** The state after the step. It is also the output. */
  readonly h: tf.Tensor3D;
}

/**
 * Runs an LSTM over a batch and returns its gates at each time step, for plots. It computes one step after the other
 * and is slower than `dynamicRnn`, so train with `dynamicRnn`.
 *
 *   i, f = σ([x, h]·W + b + w∘c)      f with its forget bias
 *   o    = σ([x, h]·W + b + w∘c')     the terms with w only with peepholes
 *
 * @example
 *   const cell = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const { i, f, o, c, h } = lstmGates(cell, tf.randomNormal([2, 5, 3])); // [2, 5, 4] each
 *   console.log(tf.mean(f).dataSync()[0]); // the share of the memory that an average step keeps
 *
 * @param inputs `[batch, nSteps, inputSize]`
 * @param options `initialState`: the state before the first time step. Default: zeros.
 * @throws ArgumentError when a tensor has the wrong shape
 */
export function lstmGates(
  cell: LSTMCell,
  inputs: tf.Tensor3D,
  options: { readonly initialState?: LSTMState } = {},
): LSTMGates {
  return recordSteps("lstmGates", cell, inputs, options, (x, state) => {
    const [i, , f, o] = gates(tf.add(tf.matMul(tf.concat2d([x, state.h], 1), cell.kernel), cell.biasOrZeros()));
    const [, next] = cell.call(x, state);
    const gateOf = (gate: tf.Tensor2D, name: "f" | "i" | "o", memory: tf.Tensor2D) =>
      cell.recurrentActivation(
        cell.peepholes === undefined ? gate : tf.add(gate, tf.mul(cell.peepholes[name], memory)),
      );
    const open = {
      i: gateOf(i, "i", state.c),
      f: gateOf(tf.add(f, cell.forgetBias), "f", state.c),
      o: gateOf(o, "o", next.c),
    };
    return [{ ...open, c: next.c, h: next.h }, next];
  });
}

/**
 * Runs a GRU over a batch and returns its gates at each time step, for plots, as `lstmGates` does for an LSTM.
 *
 *   r, u = σ([x, h]·Wg + bg)
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const { r, u, h } = gruGates(cell, tf.randomNormal([2, 5, 3])); // [2, 5, 4] each
 *
 * @param inputs `[batch, nSteps, inputSize]`
 * @param options `initialState`: the state before the first time step. Default: zeros.
 * @throws ArgumentError when a tensor has the wrong shape
 */
export function gruGates(
  cell: GRUCell | ResetAfterGRUCell,
  inputs: tf.Tensor3D,
  options: { readonly initialState?: tf.Tensor2D } = {},
): GRUGates {
  return recordSteps("gruGates", cell, inputs, options, (x, state) => {
    const { gatesBias } = cell.stepWeights();
    const both = cell.recurrentActivation(tf.add(tf.matMul(tf.concat2d([x, state], 1), cell.gatesKernel), gatesBias));
    const [r, u] = tf.split(both, 2, 1) as [tf.Tensor, tf.Tensor];
    const [, h] = cell.call(x, state);
    return [{ r, u, h }, h];
  });
}

type AnyCell = LSTMCell | GRUCell | ResetAfterGRUCell;

/** Runs `step` at each time step from the first state on, and stacks the tensors of each name along time, axis 1. */
function recordSteps<S extends LSTMState | tf.Tensor2D, Name extends string>(
  where: string,
  cell: AnyCell,
  inputs: tf.Tensor3D,
  options: { readonly initialState?: S },
  step: (x: tf.Tensor2D, state: S) => [shown: Record<Name, tf.Tensor>, next: S],
): Record<Name, tf.Tensor3D> {
  checkOptions(where, options, ["initialState"]);
  checkTensor(where, "inputs", inputs, ["batch", "nSteps", cell.inputSize]);
  return tidy(() => {
    let state = firstState(where, cell as never, inputs.shape[0], options.initialState) as S;
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
