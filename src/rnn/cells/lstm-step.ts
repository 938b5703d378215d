import * as tf from "../../tf";
import { tidy } from "../tidy";
import type { Activation } from "./basic-rnn";

/** What goes into the gates i (input), j (new memory), f (forget, its bias added) and o (output), `[batch, numUnits]`. */
export type GateBlocks = readonly [i: tf.Tensor2D, j: tf.Tensor2D, f: tf.Tensor2D, o: tf.Tensor2D];

export interface LSTMStepOptions {
  activation?: Activation;
  /** Diagonal weights from c to the gates. */
  peepholes?: Readonly<Record<"f" | "i" | "o", tf.Tensor1D>>;
  cellClip?: number;
  /** From `[batch, numUnits]` to the output. */
  project?: (m: tf.Tensor2D) => tf.Tensor2D;
  projClip?: number;
}

/** The four blocks of columns, in TensorFlow 1.x's order. PyTorch's is i, f, j, o; Keras's too. */
export const gates = (preActivations: tf.Tensor2D): GateBlocks =>
  tf.split(preActivations, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

/**
 * One step of long short-term memory (Hochreiter and Schmidhuber 1997; peepholes: Gers and Schmidhuber 2000; projection:
 * Sak et al. 2014), as TensorFlow 1.x computes it from the four pre-activations:
 *
 *   c' = σ(f + w_f∘c)∘c + σ(i + w_i∘c)∘φ(j)      clipped to ±cellClip
 *   m  = σ(o + w_o∘c')∘φ(c')
 *   h' = m·W_p                                    clipped to ±projClip; without a projection, m
 *
 * @param blocks i, j, f, o, each `[batch, numUnits]`
 * @param state c, `[batch, numUnits]`
 * @returns c' and h'; h' is the output
 */
export function lstmStep(
  [i, j, f, o]: GateBlocks,
  { c }: { readonly c: tf.Tensor2D },
  { activation = tf.tanh, peepholes, cellClip, project, projClip }: LSTMStepOptions = {},
): { c: tf.Tensor2D; h: tf.Tensor2D } {
  return tidy(() => {
    const seen = (gate: tf.Tensor2D, name: "f" | "i" | "o", memory: tf.Tensor2D) =>
      tf.sigmoid(peepholes === undefined ? gate : tf.add(gate, tf.mul(peepholes[name], memory)));
    const kept = tf.mul(seen(f, "f", c), c);
    const next = clip(tf.add(kept, tf.mul(seen(i, "i", c), activation(j))), cellClip);
    const m = tf.mul(seen(o, "o", next), activation(next)) as tf.Tensor2D;
    return { c: next, h: project === undefined ? m : clip(project(m), projClip) };
  });
}

function clip(x: tf.Tensor, limit: number | undefined): tf.Tensor2D {
  return (limit === undefined ? x : tf.clipByValue(x, -limit, limit)) as tf.Tensor2D;
}

/** An LSTM's state: the long-term memory c, and h, which is also its output. */
export type LSTMState = { readonly c: tf.Tensor2D; readonly h: tf.Tensor2D };
