import type { RNNCell, State } from "../../rnn";
import { type OpenSteps, openStepsOf } from "../../rnn/internal";
import * as tf from "../../tf";
import { maskedLogits } from "../decoders/allowed-tokens";
import type { BaseDecoder, DecoderStart, DecoderStep } from "../decoders/base-decoder";
import { attentionOf } from "../decoders/beam/attention-of";
import { pick } from "../decoders/pick-rows";
import { likeliest } from "../decoders/samplers/likeliest";
import { sampledTokens } from "../decoders/samplers/sampled-tokens";
import type { BatchInputs } from "./batch";
import type { DecodableModel } from "./decodable-model";
import type { DecodeSettings } from "./options";

/** What each step says: not all logits, which would fill the memory, but the token and the logarithm of its probability. */
export type ScoredOutput = {
  readonly ids: tf.Tensor;
  readonly logProbs: tf.Tensor;
  readonly alignments?: tf.Tensor;
};

/** A decoder that takes the likeliest token, or draws one. */
export class ScoredDecoder<S extends State> implements BaseDecoder<S, ScoredOutput> {
  private opened: OpenSteps<S> | undefined;

  constructor(
    private readonly model: DecodableModel<never>,
    private readonly start: { readonly cell: RNNCell<S>; readonly state: S },
    private readonly inputs: BatchInputs,
    private readonly settings: DecodeSettings,
  ) {}

  initialize(): DecoderStart<S> {
    this.opened = openStepsOf(this.start.cell); // prepares the weights once, before the loop
    const rows = this.inputs.source.shape[0] as number;
    const inputs = this.model.embedding.call(tf.fill([rows], this.model.begin, "int32") as tf.Tensor1D);
    return { finished: tf.zeros([rows], "bool"), inputs, state: this.start.state };
  }

  step(time: tf.Scalar, inputs: tf.Tensor, before: S): DecoderStep<S, ScoredOutput> {
    const { allowed, uniform } = this.inputs;
    const { step } = this.opened ?? openStepsOf(this.start.cell);
    const [output, state] = step(inputs as tf.Tensor2D, before, undefined);
    const logits = maskedLogits(this.model.head.call(output), allowed);
    const draw = uniform && (tf.gather(uniform, time, 1) as tf.Tensor as tf.Tensor1D);
    const ids = draw === undefined ? likeliest(logits) : sampledTokens(logits, draw, this.settings);
    const top: tf.Tensor2D = tf.max(logits, 1, true);
    const own = draw === undefined ? top : pick(logits, ids.expandDims(1)); // the likeliest token has the largest logit
    const total = tf.log(tf.sum(tf.exp(tf.sub(logits, top)), 1, true));
    const logProbs = tf.reshape(tf.sub(tf.sub(own, top), total), [-1]);
    const alignments = attentionOf(state);
    return {
      outputs: { ids, logProbs, ...(alignments && { alignments }) },
      state,
      inputs: this.model.embedding.call(ids),
      finished: tf.equal(ids, tf.scalar(this.model.end, "int32")),
    };
  }
}
