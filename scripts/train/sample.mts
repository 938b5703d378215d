/** Text from a model of characters, one character after the other. */
import { Random } from "unroll/data";
import { type Dense, type Embedding, flattenState, packState, type RNNCell } from "unroll/rnn";
import * as tf from "unroll/tf";
import { pick } from "./pick.mts";

export interface CharacterNetwork {
  readonly embedding: Embedding;
  readonly cell: RNNCell;
  readonly head: Dense;
}

export interface SampleOptions {
  /** In characters. */
  readonly length: number;
  readonly temperature: number;
  readonly seed: number;
}

/**
 * Writes a text that begins at a new line. The cell's state goes on from character to character: each character depends on
 * all before it.
 *
 * @param characters the character that each number stands for
 */
export function sample(
  { embedding, cell, head }: CharacterNetwork,
  characters: readonly string[],
  { length, temperature, seed }: SampleOptions,
): string {
  const random = new Random(seed);
  let state = cell.zeroState(1);
  let last = Math.max(0, characters.indexOf("\n"));
  let text = "";
  for (let i = 0; i < length; i++) {
    const { scores, next } = tf.tidy(() => {
      const vector = embedding.call(tf.tensor1d([last], "int32")) as tf.Tensor2D; // [1, embeddingSize]
      const [output, after] = cell.call(vector, state);
      return { scores: head.call(output), next: flattenState(after) };
    });
    tf.dispose(flattenState(state));
    state = packState(state, next);
    last = pick(scores.dataSync(), temperature, random.uniform(0, 1));
    scores.dispose();
    text += characters[last];
  }
  tf.dispose(flattenState(state));
  return text;
}
