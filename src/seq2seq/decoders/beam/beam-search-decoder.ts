import type { RNNCell, State } from "../../../rnn";
import { checkCell, checkState, mapTree, type OpenSteps, openStepsOf } from "../../../rnn/internal";
import * as tf from "../../../tf";
import { maskedLogits } from "../allowed-tokens";
import type { BaseDecoder, DecoderStart, DecoderStep } from "../base-decoder";
import { pickRows } from "../pick-rows";
import type { DecoderStateRecord } from "../tensor-tree";
import { attentionOf, requireAttention } from "./attention-of";
import { type BeamRules, type Beams, beamStep } from "./beam-step";
import { finalScores, isSettled } from "./final-scores";
import { gatherTree } from "./gather-tree";
import { type BeamSearchDecoderOptions, checkBeamOptions } from "./options";
import { tileBatch } from "./tile-batch";

/** What a beam search says at each step, `[batch, beams]` each; of all steps `[batch, nSteps, beams]`. */
export type BeamSearchDecoderOutput = {
  /** The hypotheses' scores with the penalties; −∞ for a beam without a hypothesis. */
  readonly scores: tf.Tensor;
  /** int32, the token that each beam's hypothesis got at this step. */
  readonly predictedIds: tf.Tensor;
  /** int32, the beam that it continues. */
  readonly parentIds: tf.Tensor;
  /** Where the cell attends, the attention of the step, `[batch, beams, places]`. */
  readonly alignments?: tf.Tensor;
};

/** The state of a beam search. */
export interface BeamSearchDecoderState<S extends State = State> extends Beams, DecoderStateRecord {
  readonly cellState: S;
  readonly logProbs: tf.Tensor2D;
  readonly finished: tf.Tensor2D;
  readonly lengths: tf.Tensor2D;
  /** With a coverage penalty, the attention that each place got so far, `[batch·beams, places]`. */
  readonly accumulatedAttentionProbs: tf.Tensor | readonly [];
}

/** What `dynamicDecode` returns of a beam search. */
export type FinalBeamSearchDecoderOutput = {
  /** The hypotheses, int32 `[batch, nSteps, beams]`, the best first. Past its end a hypothesis has end tokens. */
  readonly predictedIds: tf.Tensor;
  readonly beamSearchDecoderOutput: BeamSearchDecoderOutput;
};

/**
 * Searches the likeliest sequences with a beam: TensorFlow's `BeamSearchDecoder`, for `dynamicDecode`. It keeps the `beamWidth` best
 * hypotheses of each sequence. At each step it continues every hypothesis with every token, and keeps the best of all these; an
 * ended hypothesis keeps its probability. The numbers are TensorFlow Addons'. No hypothesis comes twice. Where there are fewer
 * hypotheses than beams, as with a vocabulary smaller than the beam at the first step, the beams left over have the score −∞.
 *
 *   score = log p / ((5 + length) / 6)^lengthPenaltyWeight + coveragePenaltyWeight · Σ log(min(Σ attention, 1))
 *
 * @example
 *   const embedding = new Embedding({ vocabularySize: 20, embeddingSize: 8, seed: 1 });
 *   const cell = new GRUCell({ inputSize: 8, numUnits: 16, seed: 2 });
 *   const outputLayer = new Dense({ inputSize: 16, outputSize: 20, seed: 3 });
 *   const initialState = tileBatch(cell.zeroState(2), 4);
 *   const startTokens = tf.tensor1d([1, 1], "int32");
 *   const decoder = new BeamSearchDecoder(cell, { beamWidth: 4, embedding, startTokens, endToken: 2, initialState, outputLayer });
 *   const { predictedIds } = dynamicDecode(decoder, { maximumIterations: 10 });
 *   console.log(predictedIds.shape); // [2, 10, 4]
 *
 * @param cell any cell; one that attends must do so to the tiled memory, `wrapper.attend(tileBatch(memory, beamWidth), …)`
 * @throws ArgumentError when an option is wrong or unknown, the state is not tiled, or there is a coverage penalty and no attention
 */
export class BeamSearchDecoder<S extends State>
  implements BaseDecoder<BeamSearchDecoderState<S>, BeamSearchDecoderOutput, FinalBeamSearchDecoderOutput>
{
  readonly tracksOwnFinished = true;
  readonly maximumSteps?: number;
  private readonly batch: number;
  private readonly rules: BeamRules;
  private opened: OpenSteps<S> | undefined;

  constructor(
    readonly cell: RNNCell<S>,
    private readonly options: BeamSearchDecoderOptions<S>,
  ) {
    checkCell("BeamSearchDecoder", cell);
    checkBeamOptions("BeamSearchDecoder", options);
    this.batch = options.startTokens.shape[0];
    const { endToken, lengthPenaltyWeight = 0, coveragePenaltyWeight = 0 } = options;
    if (options.maximumIterations !== undefined) this.maximumSteps = options.maximumIterations;
    this.rules = { endToken, lengthPenaltyWeight, coveragePenaltyWeight };
    checkState(
      "BeamSearchDecoder",
      "initialState",
      options.initialState,
      cell.zeroState(this.batch * options.beamWidth),
    );
  }

  initialize(): DecoderStart<BeamSearchDecoderState<S>> {
    this.opened = openStepsOf(this.cell); // prepares the weights once, before the loop
    const { batch, options } = this;
    const { beamWidth, initialState, embedding, startTokens } = options;
    const isRest = tf.greater(tf.range(0, beamWidth, 1, "int32"), tf.scalar(0, "int32")).expandDims(0);
    const none = tf.fill([batch, beamWidth], Number.NEGATIVE_INFINITY);
    const finished = tf.logicalOr(isRest, tf.zeros([batch, 1], "bool")) as tf.Tensor2D;
    const state = {
      cellState: initialState,
      logProbs: tf.where(finished, none, tf.zerosLike(none)) as tf.Tensor2D,
      finished,
      lengths: tf.zeros([batch, beamWidth], "int32") as tf.Tensor2D,
      accumulatedAttentionProbs: this.covers
        ? tf.zerosLike(requireAttention("BeamSearchDecoder", initialState))
        : ([] as const),
    };
    return { finished, inputs: embedding.call(tileBatch(startTokens, beamWidth)), state };
  }

  step(
    _time: tf.Scalar,
    inputs: tf.Tensor,
    before: BeamSearchDecoderState<S>,
  ): DecoderStep<BeamSearchDecoderState<S>, BeamSearchDecoderOutput> {
    const { outputLayer, embedding, beamWidth } = this.options;
    const { step } = this.opened ?? openStepsOf(this.cell);
    const [output, cellState] = step(inputs as tf.Tensor2D, before.cellState, undefined);
    const logits = maskedLogits(outputLayer?.call(output) ?? output, this.allowedRows());
    const attention = this.accumulated(before, cellState);
    const { scores, predictedIds, parentIds, ...beams } = beamStep(before, logits, attention, this.rules);
    const state = {
      ...beams,
      cellState: mapTree(cellState, (each) => pickRows(each, parentIds)),
      accumulatedAttentionProbs: attention === undefined ? ([] as const) : pickRows(attention, parentIds),
    };
    const own = attentionOf(state.cellState);
    const alignments = own && tf.reshape(own, [this.batch, beamWidth, -1]);
    return {
      outputs: { scores, predictedIds, parentIds, ...(alignments && { alignments }) },
      state,
      inputs: embedding.call(tf.reshape(predictedIds, [-1]) as tf.Tensor1D),
      finished: this.isOver(state),
    };
  }

  finalize(
    outputs: BeamSearchDecoderOutput,
    _finalState: BeamSearchDecoderState<S>,
    iterations: tf.Scalar,
  ): FinalBeamSearchDecoderOutput {
    const { predictedIds, parentIds } = outputs;
    const maxSequenceLengths = tf.mul(tf.ones([this.batch], "int32"), iterations) as tf.Tensor1D;
    const { endToken } = this.rules;
    const tree = gatherTree(predictedIds as tf.Tensor3D, parentIds as tf.Tensor3D, { maxSequenceLengths, endToken });
    return { predictedIds: tree, beamSearchDecoderOutput: outputs };
  }

  /**
   * The scores of the hypotheses as they are, `[batch, beams]`, each with both penalties at its own length. (A step's `scores` are
   * TensorFlow's, whose penalties lag behind by a step.)
   */
  finalScores(state: BeamSearchDecoderState<S>): tf.Tensor2D {
    return finalScores(state, state.accumulatedAttentionProbs, this.rules);
  }

  private get covers(): boolean {
    return this.rules.coveragePenaltyWeight !== 0;
  }

  /** The mask of each row of logits. */
  private allowedRows(): tf.Tensor | undefined {
    const { allowed, beamWidth } = this.options;
    return allowed?.rank === 2 ? tileBatch(allowed as tf.Tensor, beamWidth) : allowed;
  }

  private accumulated(before: BeamSearchDecoderState<S>, cellState: S): tf.Tensor | undefined {
    if (!this.covers) return undefined;
    const own = requireAttention("BeamSearchDecoder", cellState);
    const live = tf.reshape(tf.sub(1, before.finished.toFloat()), [-1, 1]);
    return tf.add(before.accumulatedAttentionProbs as tf.Tensor, tf.mul(own, live));
  }

  /** Which beams need no further step. */
  private isOver(state: BeamSearchDecoderState<S>): tf.Tensor2D {
    const { nBest, maximumIterations } = this.options;
    if (nBest === undefined || maximumIterations === undefined) return state.finished;
    const settled = isSettled(state, this.finalScores(state), { nBest, maximumIterations, ...this.rules });
    return tf.logicalOr(state.finished, settled);
  }
}
