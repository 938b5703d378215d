import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, compile } from "../../../src/compile";
import { Dense, Embedding, LSTMCell, MultiRNNCell } from "../../../src/rnn";
import {
  type BaseDecoder,
  BasicDecoder,
  BeamSearchDecoder,
  dynamicDecode,
  GreedyEmbeddingSampler,
  TrainingSampler,
  tileBatch,
} from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { argumentErrorOf, expectClose, expectTensors, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const stack = () => {
  const embedding = new Embedding({ vocabularySize: 8, embeddingSize: 4, seed: 1 });
  const cells = [
    new LSTMCell({ inputSize: 4, numUnits: 5, seed: 2 }),
    new LSTMCell({ inputSize: 5, numUnits: 6, seed: 3 }),
  ] as const;
  const cell = new MultiRNNCell(cells);
  const head = new Dense({ inputSize: 6, outputSize: 8, seed: 4 });
  head.kernel.assign(tf.mul(head.kernel, 8));
  return { embedding, cell, head, variables: [embedding, cell, head].flatMap((part) => part.variables) };
};
const startTokens = tf.tensor1d([1, 3, 4], "int32");

/** Counts to 1, 2 and 3: sequence i ends with step i. */
const counting: BaseDecoder<tf.Tensor, { said: tf.Tensor }> = {
  initialize: () => ({ finished: tf.zeros([3], "bool"), inputs: tf.zeros([3, 1]), state: tf.zeros([3, 1]) }),
  step: (time, inputs, state) => ({
    outputs: { said: tf.add(state, 1) },
    state: tf.add(state, 1),
    inputs,
    finished: tf.greaterEqual(tf.range(0, 3, 1, "int32").mul(tf.scalar(-1, "int32")).add(time), tf.scalar(0, "int32")),
  }),
};

test("dynamicDecode(decoder): lengths, iterations and outputs, 0 past the last step", () => {
  const made = dynamicDecode(counting, { maximumIterations: 5 });
  expectClose(made.finalSequenceLengths, [1, 2, 3]);
  expectClose(made.iterations, [3]);
  expectClose(made.outputs.said, [
    [1, 2, 3, 0, 0],
    [1, 2, 3, 0, 0],
    [1, 2, 3, 0, 0],
  ]);
  expectClose(made.finalState, [3, 3, 3]);
});

test("dynamicDecode(decoder, { imputeFinished }) keeps the state of what has ended and sets its outputs to 0", () => {
  const made = dynamicDecode(counting, { maximumIterations: 5, imputeFinished: true });
  expectClose(made.outputs.said, [
    [1, 0, 0, 0, 0],
    [1, 2, 0, 0, 0],
    [1, 2, 3, 0, 0],
  ]);
  expectClose(made.finalState, [1, 2, 3]);
});

test("dynamicDecode(decoder, { maximumIterations: 2 }) ends after 2 steps; { outputTimeMajor } leaves time first", () => {
  const made = dynamicDecode(counting, { maximumIterations: 2, outputTimeMajor: true });
  expect(made.outputs.said.shape).toEqual([2, 3, 1]);
  expectClose(made.finalSequenceLengths, [1, 2, 2]);
});

test("dynamicDecode leaves its results and no other tensor", () => {
  expectTensors(4, () => dynamicDecode(counting, { maximumIterations: 5 }));
});

test("BeamSearchDecoder({ beamWidth: 1 }) ≡ BasicDecoder with a greedy sampler", () => {
  const { embedding, cell, head } = stack();
  const given = { embedding, startTokens, endToken: 2 };
  const greedy = new BasicDecoder(cell, new GreedyEmbeddingSampler(given), cell.zeroState(3), head);
  const right = dynamicDecode(greedy, { maximumIterations: 9 });
  const beam = new BeamSearchDecoder(cell, {
    ...given,
    beamWidth: 1,
    initialState: cell.zeroState(3),
    outputLayer: head,
  });
  const made = dynamicDecode(beam, { maximumIterations: 9 });
  expectClose(made.finalSequenceLengths.flatten(), right.finalSequenceLengths);
  const length = (right.finalSequenceLengths.dataSync() as Int32Array)[0] as number;
  expectClose(
    tf.slice(made.predictedIds, [0, 0, 0], [1, length, 1]).squeeze([2]),
    tf.slice(right.outputs.sampleIds, [0, 0], [1, length]),
  );
});

test("BeamSearchDecoder({ nBest, maximumIterations }) makes no more steps, because it ends a search early for that many", () => {
  const { embedding, cell, head } = stack();
  const given = { embedding, startTokens, endToken: 2, beamWidth: 4, initialState: tileBatch(cell.zeroState(3), 4) };
  const options = { ...given, outputLayer: head, nBest: 1, lengthPenaltyWeight: 2 };
  const decoder = new BeamSearchDecoder(cell, { ...options, maximumIterations: 3 });
  expect(dynamicDecode(decoder).predictedIds.shape).toEqual([3, 3, 4]);
  expect(dynamicDecode(decoder, { maximumIterations: 9 }).predictedIds.shape).toEqual([3, 3, 4]);
  expect(dynamicDecode(decoder, { maximumIterations: 2 }).predictedIds.shape).toEqual([3, 2, 4]);
});

describe.runIf(canCompile())("compiled ≡ eager", () => {
  test("a greedy decoder over a stack of cells", () => {
    const { embedding, cell, head, variables } = stack();
    const write = (tokens: tf.Tensor1D) => {
      const sampler = new GreedyEmbeddingSampler({ embedding, startTokens: tokens, endToken: 2 });
      const made = dynamicDecode(new BasicDecoder(cell, sampler, cell.zeroState(3), head), { maximumIterations: 9 });
      return [made.outputs.sampleIds, made.outputs.rnnOutput, made.finalSequenceLengths, made.finalState[1].h];
    };
    const compiled = compile(write, { variables });
    const right = write(startTokens);
    compiled(startTokens).forEach((each, i) => {
      expectClose(each, right[i], 1e-5);
    });
    compiled.dispose();
  });

  test("a beam search over a stack of cells, with its hypotheses", () => {
    const { embedding, cell, head, variables } = stack();
    const write = (tokens: tf.Tensor1D) => {
      const initialState = tileBatch(cell.zeroState(3), 4);
      const options = { embedding, startTokens: tokens, endToken: 2, beamWidth: 4, initialState, outputLayer: head };
      const decoder = new BeamSearchDecoder(cell, { ...options, lengthPenaltyWeight: 0.7 });
      const made = dynamicDecode(decoder, { maximumIterations: 7 });
      return [made.predictedIds, made.beamSearchDecoderOutput.scores, decoder.finalScores(made.finalState)];
    };
    const compiled = compile(write, { variables });
    const right = write(startTokens);
    compiled(startTokens).forEach((each, i) => {
      expectClose(each, right[i], 1e-4);
    });
    compiled.dispose();
  });
});

test("tileBatch({ c, h }, 3) repeats each row of each tensor, of any rank and type", () => {
  const tiled = tileBatch(
    {
      ids: tf.tensor1d([4, 5], "int32"),
      memory: tf.tensor3d([1, 2, 3, 4], [2, 2, 1]),
      list: [tf.tensor2d([[1], [2]])],
    },
    2,
  );
  expectClose(tiled.ids, [4, 4, 5, 5]);
  expect(tiled.ids.dtype).toBe("int32");
  expectClose(tiled.memory, [1, 2, 1, 2, 3, 4, 3, 4]);
  expect(tiled.memory.shape).toEqual([4, 2, 1]);
  expectClose(tiled.list[0] as tf.Tensor, [1, 1, 2, 2]);
});

test("decoders refuse wrong arguments", () => {
  const { embedding, cell, head } = stack();
  const sampler = new GreedyEmbeddingSampler({ embedding, startTokens, endToken: 2 });
  expect(argumentErrorOf(() => new BasicDecoder(cell, sampler, cell.zeroState(2), head))).toContain(
    "BasicDecoder: initialState.0.c",
  );
  expect(argumentErrorOf(() => new BasicDecoder(cell, {} as never, cell.zeroState(3)))).toContain(
    "sampler: expected a sampler",
  );
  expect(argumentErrorOf(() => new BasicDecoder(cell, sampler, cell.zeroState(3), {} as never))).toContain(
    "outputLayer",
  );
  const greedy = new BasicDecoder(cell, sampler, cell.zeroState(3), head);
  expect(argumentErrorOf(() => dynamicDecode(greedy))).toContain(
    "dynamicDecode: maximumIterations: expected a whole number",
  );
  expect(argumentErrorOf(() => dynamicDecode(greedy, { maximumIterations: 0 }))).toContain("maximumIterations");
  expect(argumentErrorOf(() => dynamicDecode({} as never, { maximumIterations: 3 }))).toContain(
    "decoder: expected a decoder",
  );
  expect(argumentErrorOf(() => dynamicDecode(greedy, { most: 3 } as never))).toContain("also most");
  const beam = {
    embedding,
    startTokens,
    endToken: 2,
    beamWidth: 2,
    initialState: tileBatch(cell.zeroState(3), 2),
    outputLayer: head,
  };
  const search = (more: object) =>
    argumentErrorOf(() => dynamicDecode(new BeamSearchDecoder(cell, { ...beam, ...more }), { maximumIterations: 3 }));
  expect(search({ beamWidth: 0 })).toContain("BeamSearchDecoder: beamWidth");
  expect(search({ initialState: cell.zeroState(3) })).toContain(
    "initialState.0.c: expected a float32 tensor of shape [6, 5]",
  );
  expect(search({ coveragePenaltyWeight: 0.5 })).toContain(
    "coveragePenaltyWeight: expected 0, as the cell attends to nothing",
  );
  expect(search({ lengthPenaltyWeight: -1 })).toContain("lengthPenaltyWeight");
  expect(search({ nBest: 3, maximumIterations: 3 })).toContain("nBest: expected at most 2");
  expect(search({ nBest: 1 })).toContain("maximumIterations");
  expect(search({ maximumIterations: 0 })).toContain("maximumIterations");
  expect(search({ allowed: tf.ones([2, 8]) })).toContain("allowed: expected a mask [8] or [3, 8]");
  const impute = () => dynamicDecode(new BeamSearchDecoder(cell, beam), { maximumIterations: 3, imputeFinished: true });
  expect(argumentErrorOf(impute)).toContain("imputeFinished: expected false");
  const changing: typeof counting = {
    ...counting,
    step: (...given) => ({ ...counting.step(...given), state: tf.zeros([3, 2]) }),
  };
  expect(argumentErrorOf(() => dynamicDecode(changing, { maximumIterations: 2 }))).toContain(
    "state: expected a float32 tensor of shape [3,1]",
  );
  expect(argumentErrorOf(() => tileBatch(tf.scalar(1), 2))).toContain("tileBatch: t: expected tensors [batch, …]");
  expect(argumentErrorOf(() => tileBatch(tf.ones([2]), 0))).toContain("multiplier");
  const training = new TrainingSampler({ inputs: tf.zeros([3, 2, 4]) });
  expect(
    dynamicDecode(new BasicDecoder(cell, training, cell.zeroState(3)), { maximumIterations: 9 }).outputs.rnnOutput
      .shape,
  ).toEqual([3, 2, 6]);
});
