import { ArgumentError, checkCount, checkOptions, describe } from "../../../arguments";
import type { Embedding } from "../../../rnn";
import { checkTensor } from "../../../rnn/internal";
import * as tf from "../../../tf";
import { type AllowedTokens, checkAllowed, maskedLogits } from "../allowed-tokens";
import { likeliest } from "./likeliest";
import type { Sampler, SamplerInputs } from "./sampler";

/** The table of the vectors of tokens that a decoder reads: an `Embedding`, or another layer with these two members. */
export type TokenEmbedding = Pick<Embedding, "call" | "vocabularySize">;

export interface GreedyEmbeddingSamplerOptions {
  /** The vectors of the tokens, which the cell reads. Required. */
  embedding: TokenEmbedding;
  /** The tokens that are read first, int32 `[batch]`. Required. */
  startTokens: tf.Tensor1D;
  /** The token that ends a sequence. Required. */
  endToken: number;
  /** Which tokens may be written: a mask `[vocabulary]`, or `[batch, vocabulary]`. Default: all. */
  allowed?: AllowedTokens;
}

/**
 * Takes the likeliest token of each step, and reads its vector at the next step: TensorFlow's `GreedyEmbeddingSampler` (in TensorFlow
 * 1.x `GreedyEmbeddingHelper`). A sequence ends with the step that chose `endToken`.
 *
 * @example
 *   const embedding = new Embedding({ vocabularySize: 20, embeddingSize: 8, seed: 1 });
 *   const cell = new GRUCell({ inputSize: 8, numUnits: 16, seed: 2 });
 *   const head = new Dense({ inputSize: 16, outputSize: 20, seed: 3 });
 *   const sampler = new GreedyEmbeddingSampler({ embedding, startTokens: tf.fill([4], 1, "int32"), endToken: 2 });
 *   const decoder = new BasicDecoder(cell, sampler, cell.zeroState(4), head);
 *   const { outputs } = dynamicDecode(decoder, { maximumIterations: 10 });
 *   console.log(outputs.sampleIds.shape); // [4, 10]
 *
 * @throws ArgumentError when an option is wrong or unknown
 */
export class GreedyEmbeddingSampler implements Sampler {
  readonly batchSize: number;

  /** @param where what errors call the sampler. Default: its own name */
  constructor(
    private readonly options: GreedyEmbeddingSamplerOptions,
    where = "GreedyEmbeddingSampler",
  ) {
    checkOptions(where, options, EMBEDDING_OPTIONS);
    checkEmbeddingOptions(where, options);
    this.batchSize = options.startTokens.shape[0];
  }

  initialize(): SamplerInputs {
    return {
      finished: tf.zeros([this.batchSize], "bool"),
      inputs: this.options.embedding.call(this.options.startTokens),
    };
  }

  sample(_time: tf.Scalar, outputs: tf.Tensor2D): tf.Tensor1D {
    return likeliest(maskedLogits(outputs, this.options.allowed));
  }

  nextInputs(_time: tf.Scalar, _outputs: tf.Tensor2D, sampleIds: tf.Tensor1D): SamplerInputs {
    const finished: tf.Tensor1D = tf.equal(sampleIds, tf.scalar(this.options.endToken, "int32"));
    return { finished, inputs: this.options.embedding.call(sampleIds) };
  }
}

export const EMBEDDING_OPTIONS = ["embedding", "startTokens", "endToken", "allowed"];

/** @throws ArgumentError when the embedding has no `call`, or a token is none of its vocabulary */
export function checkEmbeddingOptions(where: string, options: GreedyEmbeddingSamplerOptions): void {
  const { embedding, startTokens, endToken, allowed } = options;
  if (typeof embedding?.call !== "function") {
    throw new ArgumentError(where, "embedding", "a layer with `call`", describe(embedding));
  }
  checkTensor(where, "startTokens", startTokens, ["batch"], "int32");
  checkCount(where, "endToken", endToken, 0);
  if (allowed !== undefined) checkAllowed(where, allowed, startTokens.shape[0], embedding.vocabularySize);
  if (endToken < embedding.vocabularySize) return;
  throw new ArgumentError(where, "endToken", `a token from 0 to ${embedding.vocabularySize - 1}`, `${endToken}`);
}
