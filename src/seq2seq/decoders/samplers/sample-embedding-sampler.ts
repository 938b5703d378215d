import { ArgumentError, checkOptions, describe } from "../../../arguments";
import { checkTensor, uniformFrom } from "../../../rnn/internal";
import * as tf from "../../../tf";
import { maskedLogits } from "../allowed-tokens";
import {
  EMBEDDING_OPTIONS,
  GreedyEmbeddingSampler,
  type GreedyEmbeddingSamplerOptions,
} from "./greedy-embedding-sampler";
import { checkTokenSampling, sampledTokens, type TokenSampling } from "./sampled-tokens";
import type { Sampler, SamplerInputs } from "./sampler";

export interface SampleEmbeddingSamplerOptions extends GreedyEmbeddingSamplerOptions, TokenSampling {
  /** A whole number that fixes what is drawn. Default: another one at each construction. */
  seed?: number;
  /** The random numbers themselves, uniform on [0, 1), `[batch, nSteps]`, in place of a seed. Default: drawn by the seed. */
  uniform?: tf.Tensor2D;
}

const NAMES = [...EMBEDDING_OPTIONS, "temperature", "topK", "topP", "seed", "uniform"];

/**
 * Draws the token of each step by its probability, and reads its vector at the next step: TensorFlow's `SampleEmbeddingSampler` (in
 * TensorFlow 1.x `SampleEmbeddingHelper`). The tokens that may come are those of `nextTokenProbabilities` of `unroll/train`. The same
 * seed draws the same tokens, eagerly and compiled. A seed that a compiled function makes a sampler with is one of its constants: it
 * draws the same at every call. There, pass random numbers as `uniform`.
 *
 * @example
 *   const embedding = new Embedding({ vocabularySize: 20, embeddingSize: 8, seed: 1 });
 *   const cell = new GRUCell({ inputSize: 8, numUnits: 16, seed: 2 });
 *   const head = new Dense({ inputSize: 16, outputSize: 20, seed: 3 });
 *   const startTokens = tf.tensor1d([1, 1], "int32");
 *   const sampler = new SampleEmbeddingSampler({ embedding, startTokens, endToken: 2, temperature: 0.8, topK: 5, seed: 4 });
 *   const { outputs } = dynamicDecode(new BasicDecoder(cell, sampler, cell.zeroState(2), head), { maximumIterations: 10 });
 *
 * @throws ArgumentError when an option is wrong or unknown, or there are both a seed and random numbers
 */
export class SampleEmbeddingSampler implements Sampler {
  readonly batchSize: number;
  readonly maximumSteps?: number;
  private readonly greedy: GreedyEmbeddingSampler;
  private readonly seed: number;

  constructor(private readonly options: SampleEmbeddingSamplerOptions) {
    const where = "SampleEmbeddingSampler";
    checkOptions(where, options, NAMES);
    checkTokenSampling(where, options);
    const { embedding, startTokens, endToken, allowed, seed, uniform } = options;
    this.greedy = new GreedyEmbeddingSampler({ embedding, startTokens, endToken, ...(allowed && { allowed }) }, where);
    this.batchSize = this.greedy.batchSize;
    this.seed = seed ?? newSeed(uniform);
    if (uniform === undefined) return;
    if (seed !== undefined) throw new ArgumentError(where, "seed", "none beside uniform", describe(seed));
    checkTensor(where, "uniform", uniform, [this.batchSize, "nSteps"]);
    this.maximumSteps = uniform.shape[1];
  }

  initialize(): SamplerInputs {
    return this.greedy.initialize();
  }

  sample(time: tf.Scalar, outputs: tf.Tensor2D): tf.Tensor1D {
    const { allowed, uniform } = this.options;
    const draw =
      uniform === undefined
        ? uniformFrom({ seed: this.seed, step: 0, time, path: [-2] }, [this.batchSize])
        : tf.gather(uniform, time, 1);
    return sampledTokens(maskedLogits(outputs, allowed), draw as tf.Tensor1D, this.options);
  }

  nextInputs(time: tf.Scalar, outputs: tf.Tensor2D, sampleIds: tf.Tensor1D): SamplerInputs {
    return this.greedy.nextInputs(time, outputs, sampleIds);
  }
}

/** A seed for a sampler that got none. (Inside a compiled function there is no randomness of the host, and so no such seed.) */
const newSeed = (uniform: tf.Tensor | undefined): number =>
  uniform === undefined ? Math.floor(Math.random() * 2 ** 31) : 0;
