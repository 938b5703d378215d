// An independent way to the numbers of decode: the decoder reads the ids that it wrote, one call a step.
import type { DecodableModel } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";

export interface Taught {
  /** The logarithm of each token's probability, [...ids, end] where the output ended. */
  readonly logProbs: number[];
  /** What each step looked at. */
  readonly alignments: number[][];
}

/** @param allowed 0 for a token that is never written; the probabilities of the others add up to 1 */
export function taught(
  model: DecodableModel<tf.Tensor2D>,
  source: Int32Array,
  ids: readonly number[],
  allowed?: readonly number[],
): Taught {
  return tf.tidy(() => {
    const lengths = tf.tensor1d([source.length], "int32");
    const encoded = model.encode(tf.tensor2d(source, [1, source.length], "int32"), undefined, lengths);
    const { cell, state: first } = model.decoder(encoded);
    let [token, state] = [model.begin, first];
    const made: { logProbs: number[]; alignments: number[][] } = { logProbs: [], alignments: [] };
    for (const id of ids) {
      const [output, next] = cell.call(model.embedding.call(tf.tensor1d([token], "int32")), state);
      const logits = Array.from(model.head.call(output).dataSync(), (logit, i) =>
        i === model.begin || allowed?.[i] === 0 ? Number.NEGATIVE_INFINITY : logit,
      );
      const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      made.logProbs.push((logits[id] as number) - total);
      if ("alignments" in next) made.alignments.push(Array.from((next.alignments as tf.Tensor).dataSync()));
      [token, state] = [id, next];
    }
    return made;
  });
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
