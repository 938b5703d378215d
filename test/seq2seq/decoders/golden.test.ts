import { beforeAll, describe, expect, test } from "vitest";
import type { RNNCell, State } from "../../../src/rnn";
import {
  BasicDecoder,
  BeamSearchDecoder,
  dynamicDecode,
  GreedyEmbeddingSampler,
  TrainingSampler,
  tileBatch,
} from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest } from "../../support";
import { attendedCell, embedding, golden, initialState, outputLayer, padded, plainCell, startTokens } from "./golden";

beforeAll(() => tf.ready());
scopeEachTest();

const { end: endToken } = golden.sizes;
/** TensorFlow's outputs have as many steps as were made; ours are 0 from there on. */
const cut = (x: tf.Tensor, steps: number) => tf.slice(x, [0, 0], [x.shape[0] as number, steps]);

for (const { imputeFinished, rnnOutput, sampleIds, finalState, lengths } of golden.greedy) {
  test(`dynamicDecode(new BasicDecoder(cell, greedy), { imputeFinished: ${imputeFinished} }) ≡ TensorFlow Addons`, () => {
    const sampler = new GreedyEmbeddingSampler({ embedding, startTokens: startTokens(), endToken });
    const decoder = new BasicDecoder(plainCell(), sampler, initialState(), outputLayer);
    const made = dynamicDecode(decoder, { maximumIterations: 8, imputeFinished });
    const steps = sampleIds[0]?.length as number;
    expectClose(cut(made.outputs.sampleIds, steps), sampleIds);
    expectClose(cut(made.outputs.rnnOutput, steps), rnnOutput, 1e-5);
    expectClose(made.finalState, finalState, 1e-5);
    expectClose(made.finalSequenceLengths, lengths);
    expect(made.outputs.sampleIds.dtype).toBe("int32");
  });
}

for (const { inputs, sequenceLength, rnnOutput, sampleIds, finalState, lengths } of golden.training) {
  test(`dynamicDecode(new BasicDecoder(cell, training), { sequenceLength: [${sequenceLength}] }) ≡ TensorFlow Addons`, () => {
    const sampler = new TrainingSampler({ inputs: tf.tensor3d(inputs), sequenceLength });
    const made = dynamicDecode(new BasicDecoder(plainCell(), sampler, initialState(), outputLayer), {
      imputeFinished: true,
    });
    const steps = sampleIds[0]?.length as number;
    expectClose(cut(made.outputs.sampleIds, steps), sampleIds);
    expectClose(cut(made.outputs.rnnOutput, steps), rnnOutput, 1e-5);
    expectClose(made.finalState, finalState, 1e-5);
    expectClose(made.finalSequenceLengths, lengths);
  });
}

/**
 * Each beam's tokens `[nSteps, beams]`, followed from the last step. TensorFlow's gather_tree starts where the longest hypothesis of a
 * row ends. Where beams change places after that, while other rows go on, it returns the tokens of another beam than those of
 * the final scores: in one row of one case here.
 */
function tracedBack(ids: readonly number[][], parents: readonly number[][]): number[][] {
  let from = (ids[0] as number[]).map((_, beam) => beam);
  const tokens = [...ids.keys()].reverse().map((step) => {
    const row = from.map((beam) => ids[step]?.[beam] as number);
    from = from.map((beam) => parents[step]?.[beam] as number);
    return row;
  });
  const made = tokens.reverse();
  const hasEnded = made.map((row, step) =>
    row.map((_, beam) => made.slice(0, step).some((each) => each[beam] === endToken)),
  );
  return made.map((row, step) => row.map((id, beam) => (hasEnded[step]?.[beam] ? endToken : id)));
}

describe("dynamicDecode(new BeamSearchDecoder(cell, …)) ≡ TensorFlow Addons", () => {
  for (const { hypotheses, scores, predictedIds, parentIds, logProbs, lengths, finished, ...options } of golden.beams) {
    const { beamWidth, attends, lengthPenaltyWeight, coveragePenaltyWeight, maximumIterations } = options;
    test(JSON.stringify(options), () => {
      const tiled = tileBatch(initialState(), beamWidth);
      const search = <S extends State>(cell: RNNCell<S>, initial: S) => {
        const penalties = { lengthPenaltyWeight, coveragePenaltyWeight };
        const given = {
          beamWidth,
          embedding,
          startTokens: startTokens(),
          endToken,
          outputLayer,
          initialState: initial,
        };
        return dynamicDecode(new BeamSearchDecoder(cell, { ...given, ...penalties }), { maximumIterations });
      };
      const attended = attendedCell(beamWidth);
      const rows = tiled.shape[0];
      const made = attends
        ? search(attended, { ...attended.zeroState(rows), cellState: tiled })
        : search(plainCell(), tiled);
      const steps = scores[0]?.length as number;
      const of = made.beamSearchDecoderOutput;
      expectClose(cut(of.scores, steps), scores, 1e-4);
      expectClose(cut(of.predictedIds, steps), predictedIds);
      expectClose(cut(of.parentIds, steps), parentIds);
      const traced = predictedIds.map((ids, row) => tracedBack(ids, parentIds[row] as number[][]));
      expectClose(made.predictedIds, padded(traced, maximumIterations, new Array(beamWidth).fill(endToken)));
      const others = hypotheses.filter((each, row) => JSON.stringify(each) !== JSON.stringify(traced[row]));
      expect(others.length).toBe(coveragePenaltyWeight === 0.3 ? 1 : 0);
      expectClose(made.finalState.logProbs, logProbs, 1e-4);
      expectClose(made.finalState.lengths, lengths);
      expectClose(
        made.finalState.finished.toInt(),
        finished.map((row) => row.map(Number)),
      );
    });
  }
});
