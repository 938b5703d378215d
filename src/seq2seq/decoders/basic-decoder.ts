import { ArgumentError, describe } from "../../arguments";
import type { Dense, RNNCell, State } from "../../rnn";
import { checkCell, checkState } from "../../rnn/internal";
import type * as tf from "../../tf";
import type { BaseDecoder, DecoderStart, DecoderStep } from "./base-decoder";
import type { Sampler } from "./samplers/sampler";

/** What a `BasicDecoder` says at each step: the output layer's outputs, or the cell's without one, and the tokens chosen by them. */
export type BasicDecoderOutput = {
  /** `[batch, outputSize]`; of all steps `[batch, nSteps, outputSize]`. */
  readonly rnnOutput: tf.Tensor;
  /** int32 `[batch]`; of all steps `[batch, nSteps]`. */
  readonly sampleIds: tf.Tensor;
};

/** From a cell's outputs to logits: a `Dense`, or another layer with `call`. */
export type OutputLayer = Pick<Dense, "call">;

/**
 * A decoder that runs a cell, and lets a sampler choose the tokens and what is read next: TensorFlow's `BasicDecoder`. It is for
 * `dynamicDecode`. For one batch it means:
 *
 *   output, state = cell(inputs, state)
 *   rnnOutput     = outputLayer(output)
 *   sampleIds     = sampler.sample(rnnOutput)
 *   inputs        = sampler.nextInputs(sampleIds)
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 8, numUnits: 16, seed: 2 });
 *   const sampler = new TrainingSampler({ inputs: tf.randomNormal([4, 5, 8]) });
 *   const { outputs } = dynamicDecode(new BasicDecoder(cell, sampler, cell.zeroState(4)));
 *   console.log(outputs.sampleIds.shape); // [4, 5]
 *
 * @param initialState the state before the first step, mostly an encoder's last
 * @param outputLayer from the cell's output to what the sampler sees. Default: the output itself
 * @throws ArgumentError when an argument is none of its kind, or the state is none of the cell's, for the sampler's batch size
 */
export class BasicDecoder<S extends State> implements BaseDecoder<S, BasicDecoderOutput> {
  readonly maximumSteps?: number;

  constructor(
    readonly cell: RNNCell<S>,
    readonly sampler: Sampler,
    readonly initialState: S,
    readonly outputLayer?: OutputLayer,
  ) {
    checkCell("BasicDecoder", cell);
    if (typeof sampler?.sample !== "function") {
      throw new ArgumentError("BasicDecoder", "sampler", "a sampler, with `sample`", describe(sampler));
    }
    checkState("BasicDecoder", "initialState", initialState, cell.zeroState(sampler.batchSize));
    if (outputLayer !== undefined && typeof outputLayer?.call !== "function") {
      throw new ArgumentError("BasicDecoder", "outputLayer", "a layer with `call`", describe(outputLayer));
    }
    if (sampler.maximumSteps !== undefined) this.maximumSteps = sampler.maximumSteps;
  }

  initialize(): DecoderStart<S> {
    return { ...this.sampler.initialize(), state: this.initialState };
  }

  step(time: tf.Scalar, inputs: tf.Tensor, before: S): DecoderStep<S, BasicDecoderOutput> {
    const [output, state] = this.cell.call(inputs as tf.Tensor2D, before);
    const rnnOutput = this.outputLayer?.call(output) ?? output;
    const sampleIds = this.sampler.sample(time, rnnOutput);
    return { ...this.sampler.nextInputs(time, rnnOutput, sampleIds), state, outputs: { rnnOutput, sampleIds } };
  }
}
