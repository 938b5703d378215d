import * as tf from "../../tf";
import { checkOptions } from "../checks";
import { tidy } from "../tidy";
import type { Activation } from "./basic-rnn";

/**
 * The pre-activations of an LSTM, `[batch, numUnits]` each: i (input gate), j (new memory), f (forget gate, with the
 * forget bias added) and o (output gate).
 */
export type GateBlocks = readonly [i: tf.Tensor2D, j: tf.Tensor2D, f: tf.Tensor2D, o: tf.Tensor2D];

export interface LSTMStepOptions {
  /** φ. Default: tanh. */
  activation?: Activation;
  /** σ of the gates. Default: sigmoid. */
  recurrentActivation?: Activation;
  /** Diagonal weights from c to the gates, `[numUnits]` each. Default: no peepholes. */
  peepholes?: Readonly<Record<"f" | "i" | "o", tf.Tensor1D>>;
  /** Clips c to [−cellClip, cellClip]. Default: no clipping. */
  cellClip?: number;
  /** Maps m, `[batch, numUnits]`, to the output. Default: the output is m. */
  project?: (m: tf.Tensor2D) => tf.Tensor2D;
  /** Clips the projected output to [−projClip, projClip]. Default: no clipping. */
  projClip?: number;
}

const OPTIONS = ["activation", "recurrentActivation", "peepholes", "cellClip", "project", "projClip"];

/**
 * Splits pre-activations into the four blocks of columns, in TensorFlow 1.x's order. PyTorch and Keras have i, f, j, o.
 */
export const gates = (preActivations: tf.Tensor2D): GateBlocks =>
  tf.split(preActivations, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

/**
 * One step of long short-term memory (Hochreiter and Schmidhuber 1997; peepholes: Gers and Schmidhuber 2000;
 * projection: Sak et al. 2014), as TensorFlow 1.x computes it from the four pre-activations.
 *
 *   c' = σ(f + w_f∘c)∘c + σ(i + w_i∘c)∘φ(j)      clipped to ±cellClip
 *   m  = σ(o + w_o∘c')∘φ(c')
 *   h' = m·W_p                                    clipped to ±projClip; without a projection, m
 *
 * @example
 *   const block = (): tf.Tensor2D => tf.randomNormal([2, 4]); // [batch, numUnits]
 *   const { c, h } = lstmStep([block(), block(), block(), block()], { c: tf.zeros([2, 4]) }, { cellClip: 3 });
 *
 * @param blocks i, j, f, o, each `[batch, numUnits]`
 * @param state c, `[batch, numUnits]`
 * @returns c' and h'; h' is the output
 */
export function lstmStep(
  [i, j, f, o]: GateBlocks,
  { c }: { readonly c: tf.Tensor2D },
  options: LSTMStepOptions = {},
): { c: tf.Tensor2D; h: tf.Tensor2D } {
  checkOptions("lstmStep", options, OPTIONS);
  const { activation = tf.tanh, recurrentActivation = tf.sigmoid, peepholes, cellClip, project, projClip } = options;
  return tidy(() => {
    const gateOf = (gate: tf.Tensor2D, name: "f" | "i" | "o", memory: tf.Tensor2D) =>
      recurrentActivation(peepholes === undefined ? gate : tf.add(gate, tf.mul(peepholes[name], memory)));
    const kept = tf.mul(gateOf(f, "f", c), c);
    const next = clip(tf.add(kept, tf.mul(gateOf(i, "i", c), activation(j))), cellClip);
    const m = tf.mul(gateOf(o, "o", next), activation(next)) as tf.Tensor2D;
    return { c: next, h: project === undefined ? m : clip(project(m), projClip) };
  });
}

function clip(x: tf.Tensor, limit: number | undefined): tf.Tensor2D {
  return (limit === undefined ? x : tf.clipByValue(x, -limit, limit)) as tf.Tensor2D;
}

/** An LSTM's state: the long-term memory c, `[batch, numUnits]`, and the output h, `[batch, outputSize]`. */
export type LSTMState = { readonly c: tf.Tensor2D; readonly h: tf.Tensor2D };
