import { checkOptions } from "../../../arguments";
import type { SequenceLength } from "../../../rnn";
import { checkTensor, liveSteps } from "../../../rnn/internal";
import * as tf from "../../../tf";
import { likeliest } from "./likeliest";
import type { Sampler, SamplerInputs } from "./sampler";

export interface TrainingSamplerOptions {
  /** What the cell reads at each step, `[batch, nSteps, inputSize]`: mostly the vectors of the right tokens. Required. */
  inputs: tf.Tensor3D;
  /** The number of live steps of each sequence, 0 to nSteps. Default: all are nSteps. */
  sequenceLength?: SequenceLength;
}

/**
 * Reads given inputs, whatever the decoder says (teacher forcing): TensorFlow's `TrainingSampler` (in TensorFlow 1.x
 * `TrainingHelper`). Its sampled tokens are the likeliest of each step. `dynamicRnn` computes the same outputs faster; a decoder
 * with this sampler is the training form of one that writes.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 8, numUnits: 16, seed: 2 });
 *   const sampler = new TrainingSampler({ inputs: tf.randomNormal([4, 5, 8]), sequenceLength: [5, 3, 1, 0] });
 *   const { outputs } = dynamicDecode(new BasicDecoder(cell, sampler, cell.zeroState(4)));
 *   console.log(outputs.rnnOutput.shape); // [4, 5, 16]
 *
 * @throws ArgumentError when an option is wrong or unknown
 */
export class TrainingSampler implements Sampler {
  readonly batchSize: number;
  readonly maximumSteps: number;
  private readonly inputs: tf.Tensor3D;
  /** `[nSteps + 1, batch]`, 1 where a sequence has ended: all have past the last step. */
  private readonly ended: tf.Tensor2D;

  /** @param where what errors call the sampler. Default: its own name */
  constructor(options: TrainingSamplerOptions, where = "TrainingSampler") {
    checkOptions(where, options, ["inputs", "sequenceLength"]);
    const { inputs, sequenceLength } = options;
    checkTensor(where, "inputs", inputs, ["batch", "nSteps", "inputSize"]);
    this.inputs = inputs;
    [this.batchSize, this.maximumSteps] = inputs.shape;
    const nSteps = this.maximumSteps;
    const live = liveSteps(where, sequenceLength ?? filled(this.batchSize, nSteps), this.batchSize, nSteps);
    const dead = tf.sub(1, tf.reshape(live as tf.Tensor3D, [nSteps, this.batchSize]).toFloat()) as tf.Tensor2D;
    this.ended = tf.concat2d([dead, tf.ones([1, this.batchSize])], 0);
  }

  initialize(): SamplerInputs {
    return this.at(tf.scalar(0, "int32"));
  }

  sample(_time: tf.Scalar, outputs: tf.Tensor2D): tf.Tensor1D {
    return likeliest(outputs);
  }

  nextInputs(time: tf.Scalar, _outputs: tf.Tensor2D, _sampleIds: tf.Tensor1D): SamplerInputs {
    return this.at(tf.add(time, tf.scalar(1, "int32")));
  }

  /** The inputs of a step. Past the last step there are none: the last ones come again, and nothing is live. */
  private at(time: tf.Scalar): SamplerInputs {
    const finished = tf.greater(tf.gather(this.ended, time), 0).as1D() as tf.Tensor1D;
    const place = tf.minimum(time, tf.scalar(this.maximumSteps - 1, "int32"));
    return { finished, inputs: tf.gather(this.inputs, place, 1) as tf.Tensor as tf.Tensor2D };
  }
}

const filled = (count: number, value: number): number[] => new Array(count).fill(value);
