import { ArgumentError, checkCount, checkOptions, describe } from "../../arguments";
import { flattenTree, mapTree, packTree, tidy } from "../../rnn/internal";
import * as tf from "../../tf";
import type { BaseDecoder, DecoderOutputs } from "./base-decoder";
import { decodeLoop } from "./decode-loop";
import { alignTree, type DecoderState } from "./tensor-tree";

export interface DynamicDecodeOptions {
  /**
   * The most steps; the outputs have so many. Required, unless the decoder knows (a `TrainingSampler` does).
   */
  maximumIterations?: number;
  /** Sets the outputs of sequences that have ended to 0, and keeps their state. Default: false. */
  imputeFinished?: boolean;
  /** The outputs are `[nSteps, batch, …]` instead of `[batch, nSteps, …]`. Default: false. */
  outputTimeMajor?: boolean;
}

/** What `dynamicDecode` returns: what the decoder makes of its outputs, its last state, and how long each sequence became. */
export type Decoding<S extends DecoderState, F> = F & {
  readonly finalState: S;
  /** int32 `[batch]`: the number of steps of each sequence, the one that ended it included. (`[batch, beams]` of a beam search.) */
  readonly finalSequenceLengths: tf.Tensor;
  /** The number of steps that were made, an int32 scalar. */
  readonly iterations: tf.Scalar;
};

const WHERE = "dynamicDecode";

/**
 * Runs a decoder until all sequences have ended, or for `maximumIterations` steps: TensorFlow's `dynamic_decode`. In a compiled
 * function it is one loop of the graph, so that one native call writes a whole batch.
 *
 *   let { finished, inputs, state } = decoder.initialize();
 *   for (let time = 0; time < maximumIterations && !all(finished); time++) {
 *     const next = decoder.step(time, inputs, state);
 *     outputs.push(next.outputs);
 *     lengths = finished ? lengths : time + 1;
 *     [inputs, state, finished] = [next.inputs, next.state, finished || next.finished];
 *   }
 *
 * The outputs always have `maximumIterations` steps: those past the last step that was made are 0. (TensorFlow's have as many
 * steps as were made.) What an ended sequence says while others go on is of no meaning; `imputeFinished` makes it 0.
 *
 * @example
 *   const embedding = new Embedding({ vocabularySize: 20, embeddingSize: 8, seed: 1 });
 *   const cell = new GRUCell({ inputSize: 8, numUnits: 16, seed: 2 });
 *   const head = new Dense({ inputSize: 16, outputSize: 20, seed: 3 });
 *   const sampler = new GreedyEmbeddingSampler({ embedding, startTokens: tf.tensor1d([1, 1], "int32"), endToken: 2 });
 *   const decoder = new BasicDecoder(cell, sampler, cell.zeroState(2), head);
 *   const { outputs, finalSequenceLengths } = dynamicDecode(decoder, { maximumIterations: 10 });
 *
 * @returns what the decoder makes of its outputs (`{ outputs }`, each `[batch, nSteps, …]`), `finalState` and
 *   `finalSequenceLengths`
 * @throws ArgumentError when an option is wrong or unknown, nothing says how many steps there may be, or a step changes the
 *   structure, a shape or a type of the state
 */
export function dynamicDecode<S extends DecoderState, O extends DecoderOutputs, F = { readonly outputs: O }>(
  decoder: BaseDecoder<S, O, F>,
  options: DynamicDecodeOptions = {},
): Decoding<S, F> {
  const { steps, imputeFinished, outputTimeMajor } = checked(decoder, options);
  return tidy(() => {
    const start = decoder.initialize();
    const { tracksOwnFinished = false } = decoder;
    let names: string[] = [];
    const unpack = ([finished, lengths, inputs, ...state]: tf.Tensor[]) => ({
      finished: finished as tf.Tensor,
      lengths: lengths as tf.Tensor,
      inputs: inputs as tf.Tensor,
      state: packTree(start.state, state),
    });
    const turn = (loopVars: tf.Tensor[], time: tf.Scalar) => {
      const before = unpack(loopVars);
      const next = decoder.step(time, before.inputs, before.state);
      const finished = tracksOwnFinished ? next.finished : tf.logicalOr(before.finished, next.finished);
      const ownLengths = tracksOwnFinished ? (next.state as { lengths?: tf.Tensor }).lengths : undefined;
      const count = () => tf.where(before.finished, before.lengths, tf.add(time, tf.scalar(1, "int32")));
      const lengths = ownLengths ?? count();
      names = Object.keys(next.outputs);
      const frozen = (value: tf.Tensor, kept: tf.Tensor) =>
        imputeFinished ? tf.where(alongside(before.finished, value), kept, value) : value;
      const state = alignTree(WHERE, "state", next.state, before.state);
      const old = flattenTree(before.state);
      return {
        results: Object.values(next.outputs).map((each) => frozen(each, tf.zerosLike(each))),
        loopVars: [finished, lengths, next.inputs, ...state.map((each, i) => frozen(each, old[i] as tf.Tensor))],
      };
    };
    const lengths = tf.zeros(start.finished.shape, "int32");
    const first = [start.finished, lengths, start.inputs, ...flattenTree(start.state)];
    const { results, loopVars, iterations } = decodeLoop(
      ([finished]) => tf.logicalNot(tf.all(finished as tf.Tensor)),
      turn,
      first,
      steps,
    );
    const last = unpack(loopVars);
    const timeMajor = Object.fromEntries(names.map((name, i) => [name, results[i] as tf.Tensor])) as O;
    const final = decoder.finalize?.(timeMajor, last.state, iterations) ?? ({ outputs: timeMajor } as F);
    const ordered = outputTimeMajor ? final : mapTree(final as DecoderState, batchFirst);
    const own = { finalState: last.state, finalSequenceLengths: last.lengths, iterations };
    return { ...(ordered as F), ...mapTree(own as DecoderState, (each) => tf.clone(each)) } as Decoding<S, F>;
  });
}

/** Moves time behind the batch. */
const batchFirst = (x: tf.Tensor): tf.Tensor =>
  x.rank < 2 ? x : tf.transpose(x, [1, 0, ...x.shape.slice(2).map((_, axis) => axis + 2)]);

/** Gives a mask of leading axes as many axes as x has. */
const alongside = (mask: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.reshape(
    mask,
    x.shape.map((_, axis) => mask.shape[axis] ?? 1),
  );

function checked<S extends DecoderState, O extends DecoderOutputs, F>(
  decoder: BaseDecoder<S, O, F>,
  options: DynamicDecodeOptions,
) {
  if (typeof decoder?.step !== "function" || typeof decoder.initialize !== "function") {
    throw new ArgumentError(WHERE, "decoder", "a decoder, with `initialize` and `step`", describe(decoder));
  }
  checkOptions(WHERE, options, ["maximumIterations", "imputeFinished", "outputTimeMajor"]);
  const { imputeFinished = false, outputTimeMajor = false } = options;
  if (imputeFinished && decoder.tracksOwnFinished) {
    const expected = "false for a decoder that moves sequences from row to row, as a beam search does";
    throw new ArgumentError(WHERE, "imputeFinished", expected, "true");
  }
  const steps = options.maximumIterations ?? decoder.maximumSteps;
  checkCount(WHERE, "maximumIterations", steps);
  return {
    steps: Math.min(steps as number, decoder.maximumSteps ?? Number.POSITIVE_INFINITY),
    imputeFinished,
    outputTimeMajor,
  };
}
