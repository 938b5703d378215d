import { ArgumentError, checkCount, checkOptions, describe } from "../../../arguments";
import { foldIn, type RandomKey, uniformFrom } from "../../../rnn/internal";
import * as tf from "../../../tf";
import type { TokenEmbedding } from "./greedy-embedding-sampler";
import { sampledTokens } from "./sampled-tokens";
import type { Sampler, SamplerInputs } from "./sampler";
import { TrainingSampler, type TrainingSamplerOptions } from "./training-sampler";

export interface ScheduledEmbeddingTrainingSamplerOptions extends TrainingSamplerOptions {
  /** The vectors of the tokens. Required. */
  embedding: TokenEmbedding;
  /** The probability that a step reads a token that the decoder drew, from 0 to 1, or a scalar tensor. Required. */
  samplingProbability: number | tf.Scalar;
  /** A whole number that fixes what is drawn. Required: a training must be repeatable. */
  seed: number;
  /** The number of the training step, so that each step draws new numbers; in a compiled function an int32 scalar. Default: 0. */
  step?: number | tf.Scalar;
}

const NAMES = ["inputs", "sequenceLength", "embedding", "samplingProbability", "seed", "step"];

/**
 * Reads given inputs, and at some steps the vector of a token that the decoder drew by its own logits (scheduled sampling; Bengio et
 * al. 2015, arXiv:1506.03099): TensorFlow's `ScheduledEmbeddingTrainingSampler` (in TensorFlow 1.x `…TrainingHelper`). Its `sampleIds`
 * are the drawn tokens, −1 where the next step reads the given input. With probability 0 it is a `TrainingSampler`, bit for bit.
 *
 * @example
 *   const embedding = new Embedding({ vocabularySize: 20, embeddingSize: 8, seed: 1 });
 *   const cell = new GRUCell({ inputSize: 8, numUnits: 16, seed: 2 });
 *   const head = new Dense({ inputSize: 16, outputSize: 20, seed: 3 });
 *   const inputs = embedding.call(tf.tensor2d([[1, 7, 9], [1, 8, 4]], [2, 3], "int32"));
 *   const sampler = new ScheduledEmbeddingTrainingSampler({ inputs, embedding, samplingProbability: 0.25, seed: 4 });
 *   const { outputs } = dynamicDecode(new BasicDecoder(cell, sampler, cell.zeroState(2), head));
 *
 * @throws ArgumentError when an option is wrong or unknown
 */
export class ScheduledEmbeddingTrainingSampler implements Sampler {
  readonly batchSize: number;
  readonly maximumSteps: number;
  private readonly training: TrainingSampler;

  constructor(private readonly options: ScheduledEmbeddingTrainingSamplerOptions) {
    const where = "ScheduledEmbeddingTrainingSampler";
    checkOptions(where, options, NAMES);
    const { inputs, sequenceLength, embedding, samplingProbability, seed, step } = options;
    this.training = new TrainingSampler({ inputs, ...(sequenceLength && { sequenceLength }) }, where);
    if (typeof embedding?.call !== "function") {
      throw new ArgumentError(where, "embedding", "a layer with `call`", describe(embedding));
    }
    const isScalar = samplingProbability instanceof tf.Tensor && samplingProbability.size === 1;
    if (!isScalar && !((samplingProbability as number) >= 0 && (samplingProbability as number) <= 1)) {
      throw new ArgumentError(where, "samplingProbability", "a probability from 0 to 1", describe(samplingProbability));
    }
    checkCount(where, "seed", seed, Number.MIN_SAFE_INTEGER);
    if (typeof step === "number") checkCount(where, "step", step, 0);
    this.batchSize = this.training.batchSize;
    this.maximumSteps = this.training.maximumSteps;
  }

  initialize(): SamplerInputs {
    return this.training.initialize();
  }

  sample(time: tf.Scalar, outputs: tf.Tensor2D): tf.Tensor1D {
    const { seed, step = 0, samplingProbability } = this.options;
    const key: RandomKey = { seed, step, time, path: [-3] };
    const draw = (index: number) => uniformFrom(foldIn(key, index) as RandomKey, [this.batchSize]) as tf.Tensor1D;
    const own = sampledTokens(outputs, draw(0), {});
    return tf.where(tf.less(draw(1), samplingProbability), own, tf.fill([this.batchSize], -1, "int32")) as tf.Tensor1D;
  }

  nextInputs(time: tf.Scalar, outputs: tf.Tensor2D, sampleIds: tf.Tensor1D): SamplerInputs {
    const given = this.training.nextInputs(time, outputs, sampleIds);
    const zero = tf.scalar(0, "int32");
    const own = this.options.embedding.call(tf.maximum(sampleIds, zero) as tf.Tensor1D);
    const isOwn = tf.greaterEqual(sampleIds, zero).expandDims(1);
    return { finished: given.finished, inputs: tf.where(isOwn, own, given.inputs) };
  }
}
