import { ArgumentError } from "../../arguments";
import { checkState } from "../../rnn/internal";
import * as tf from "../../tf";
import { attentionOf } from "../decoders/beam/attention-of";
import { BeamSearchDecoder } from "../decoders/beam/beam-search-decoder";
import { tileBatch } from "../decoders/beam/tile-batch";
import { dynamicDecode } from "../decoders/dynamic-decode";
import { type DecoderState, isTree } from "../decoders/tensor-tree";
import type { Encoded } from "../model/decoder";
import { checkMemoryLengths } from "../model/source-lengths";
import type { BatchInputs, BatchOutputs } from "./batch";
import type { DecodableModel } from "./decodable-model";
import { type DecodeSettings, WHERE } from "./options";
import { ScoredDecoder } from "./scored-decoder";

/** Writes a batch: encodes the sources and decodes them. Compiled, it is one graph. */
export function writeBatch(model: DecodableModel<never>, inputs: BatchInputs, settings: DecodeSettings): BatchOutputs {
  const encoded: Encoded = model.encode(inputs.source as never, undefined, inputs.lengths);
  checkMemoryLengths(WHERE, "what model.encode returns", encoded, inputs.lengths);
  return settings.beamWidth > 1 ? search(model, encoded, inputs, settings) : write(model, encoded, inputs, settings);
}

/** The engine's own message names no state. @throws ArgumentError for a first state of another batch size than the sources' */
function checkFirstState(start: ReturnType<DecodableModel["decoder"]>, { source }: BatchInputs): void {
  checkState(WHERE, "the decoder's first state", start.state, start.cell.zeroState(source.shape[0] as number));
}

/** @throws ArgumentError for a penalty where no cell attends */
function checkCoverage(state: DecoderState, coveragePenalty: number): void {
  if (coveragePenalty === 0 || attentionOf(state) !== undefined) return;
  throw new ArgumentError(WHERE, "coveragePenalty", "0, as the model's cell attends to nothing", `${coveragePenalty}`);
}

function write(
  model: DecodableModel<never>,
  encoded: Encoded,
  inputs: BatchInputs,
  settings: DecodeSettings,
): BatchOutputs {
  const start = model.decoder(encoded);
  checkFirstState(start, inputs);
  checkCoverage(start.state, settings.coveragePenalty);
  const decoder = new ScoredDecoder(model, start, inputs, settings);
  const made = dynamicDecode(decoder, { maximumIterations: settings.maximumLength });
  const { ids, logProbs, alignments } = made.outputs;
  return {
    ids: tf.expandDims(ids, 2),
    logProbs: tf.expandDims(logProbs, 2),
    lengths: tf.expandDims(made.finalSequenceLengths, 1),
    steps: stepsOf(made.iterations, made.finalSequenceLengths),
    ...(alignments && { alignments: tf.expandDims(alignments, 2), ...placesOf(encoded, alignments) }),
  };
}

function search(
  model: DecodableModel<never>,
  encoded: Encoded,
  inputs: BatchInputs,
  { beamWidth, nBest, maximumLength, lengthPenalty, coveragePenalty }: DecodeSettings,
): BatchOutputs {
  const { cell, state } = tiledDecoder(model, encoded, inputs, beamWidth);
  checkCoverage(state, coveragePenalty);
  const { source, allowed } = inputs;
  const rows = source.shape[0] as number;
  const decoder = new BeamSearchDecoder(cell, {
    beamWidth,
    embedding: model.embedding,
    startTokens: tf.fill([rows], model.begin, "int32"),
    endToken: model.end,
    initialState: state,
    outputLayer: model.head as never,
    lengthPenaltyWeight: lengthPenalty,
    coveragePenaltyWeight: coveragePenalty,
    allowed: allowed.shape[0] === 1 ? (tf.reshape(allowed, [-1]) as tf.Tensor1D) : allowed,
    nBest,
    maximumIterations: maximumLength,
  });
  const made = dynamicDecode(decoder, { maximumIterations: maximumLength });
  const { predictedIds, parentIds, alignments } = made.beamSearchDecoderOutput;
  return {
    ids: predictedIds,
    parents: parentIds,
    scores: decoder.finalScores(made.finalState),
    lengths: made.finalState.lengths,
    steps: stepsOf(made.iterations, made.finalSequenceLengths),
    ...(alignments && { alignments, ...placesOf(encoded, alignments) }),
  };
}

/** The decoder for the beams of each row. Without a memory, its cell is the same for any number of rows. */
function tiledDecoder(model: DecodableModel<never>, encoded: Encoded, inputs: BatchInputs, beamWidth: number) {
  if (encoded.memory === undefined) {
    const start = model.decoder(encoded);
    checkFirstState(start, inputs);
    return { ...start, state: tileBatch(start.state, beamWidth) };
  }
  const tiled = Object.entries(encoded).map(([name, part]) => [name, isTree(part) ? tileBatch(part, beamWidth) : part]);
  return model.decoder(Object.fromEntries(tiled));
}

/** The number of steps that were made, for each row. */
const stepsOf = (iterations: tf.Scalar, { shape: [rows = 0] }: tf.Tensor): tf.Tensor =>
  tf.mul(tf.ones([rows], "int32"), iterations);

const placesOf = ({ lengths }: Encoded, alignments: tf.Tensor) => {
  const [rows] = alignments.shape as [number];
  return { places: lengths ?? (tf.fill([rows], alignments.shape.at(-1) as number, "int32") as tf.Tensor) };
};
