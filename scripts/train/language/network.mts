/** The language model: from tokens to scores for the next token, with a state that goes on from batch to batch. */
import { Dense, dynamicRnn, Embedding, type State } from "unroll/rnn";
import type * as tf from "unroll/tf";
import { statefulModelOf } from "unroll/train";
import type { Settings } from "../config.mts";
import { headSeed, stack } from "../network.mts";

/** Numbers for each token: few tokens, as characters are, need fewer. */
const embeddingSizeOf = (vocabularySize: number) => (vocabularySize <= 256 ? 32 : 128);

export function languageModel(settings: Settings, vocabularySize: number) {
  const embeddingSize = embeddingSizeOf(vocabularySize);
  const seed = headSeed(settings);
  const embedding = new Embedding({ vocabularySize, embeddingSize, seed: seed + 1 });
  const cell = stack(settings, embeddingSize);
  const head = new Dense({ inputSize: settings.units, outputSize: vocabularySize, seed });
  return statefulModelOf({ embedding, rnn: cell, head }, (x: tf.Tensor2D, training, _lengths, initialState?: State) => {
    const vectors = embedding.call(x); // one for each token: [batch, nSteps, embeddingSize]
    const [outputs, state] = dynamicRnn(cell, vectors, { training, initialState });
    return { outputs: head.call(outputs), state };
  });
}
