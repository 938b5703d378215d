import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, compile } from "../../../src/compile";
import { Dense, dynamicRnn, Embedding, GRUCell } from "../../../src/rnn";
import {
  BasicDecoder,
  dynamicDecode,
  GreedyEmbeddingSampler,
  SampleEmbeddingSampler,
  ScheduledEmbeddingTrainingSampler,
  TrainingSampler,
} from "../../../src/seq2seq";
import { sampledTokens, type TokenSampling } from "../../../src/seq2seq/decoders/samplers/sampled-tokens";
import * as tf from "../../../src/tf";
import { nextTokenProbabilities } from "../../../src/train";
import { argumentErrorOf, expectClose, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const VOCABULARY = 9;
const parts = () => ({
  embedding: new Embedding({ vocabularySize: VOCABULARY, embeddingSize: 4, seed: 1 }),
  cell: new GRUCell({ inputSize: 4, numUnits: 6, seed: 2 }),
  head: new Dense({ inputSize: 6, outputSize: VOCABULARY, seed: 3 }),
});
const starts = (batch: number) => tf.fill([batch], 1, "int32") as tf.Tensor1D;

describe("SampleEmbeddingSampler draws as nextTokenProbabilities says", () => {
  const GRID = 4000;
  const draws = tf.util.createShuffledIndices(GRID); // any order: the numbers (i + 1/2) / 4000
  const logits = [0.5, 2, -1, 2, 0, 1.2, Number.NEGATIVE_INFINITY, 0.3, 2];
  const cases: TokenSampling[] = [
    {},
    { temperature: 0.5 },
    { temperature: 3 },
    { temperature: 1e-46 }, // 0 in float32
    { temperature: 1e39 }, // infinite in float32
    { topP: 1e-46 },
    { topK: 2 }, // three tokens are equally likely: all of them are kept
    { topK: 5 },
    { topP: 0.3 }, // of equally likely ones those of lower ids
    { topP: 0.9 },
    { temperature: 1.4, topK: 6, topP: 0.8 },
    { temperature: 0 },
    { topK: 50 },
  ];
  for (const options of cases) {
    test(JSON.stringify(options), () => {
      const right = nextTokenProbabilities(logits, options);
      const uniform = tf.tensor1d(Array.from(draws, (i) => (i + 0.5) / GRID));
      const rows = tf.tile(tf.tensor2d([logits]), [GRID, 1]);
      const counts = new Array(VOCABULARY).fill(0);
      for (const id of sampledTokens(rows, uniform, options).dataSync()) counts[id] += 1;
      counts.forEach((count, id) => {
        if (right[id] === 0) expect(count).toBe(0);
        expect(Math.abs(count - GRID * (right[id] as number))).toBeLessThanOrEqual(1.5);
      });
    });
  }

  test.runIf(canCompile())("compiled, at temperatures that float32 does not have", () => {
    const masked = tf.tensor2d([logits]);
    for (const [temperature, expected] of [
      [1e-46, 3], // of 1, 3 and 8, which are likeliest
      [1e39, 4], // the 5th of 8 that are equally likely
    ] as const) {
      const draw = compile((x: tf.Tensor2D, u: tf.Tensor1D) => sampledTokens(x, u, { temperature }));
      expect(draw(masked, tf.tensor1d([0.55])).dataSync()[0]).toBe(expected);
    }
  });

  test("at the edges of what is drawn a token of probability 0 never comes", () => {
    const rows = tf.tensor2d(
      [0, 1, 1, 0].map((live) => (live ? 3 : Number.NEGATIVE_INFINITY)),
      [1, 4],
    );
    for (const options of [{}, { topP: 0.99 }, { topK: 3 }]) {
      const at = (uniform: number) => sampledTokens(rows, tf.tensor1d([uniform]), options).dataSync()[0];
      expect([at(0), at(1 - 2 ** -24)]).toEqual([1, 2]);
    }
  });
});

test("SampleEmbeddingSampler: the same seed gives the same tokens, eagerly and compiled; another seed others", () => {
  const { embedding, cell, head } = parts();
  const write = (startTokens: tf.Tensor1D, seed: number) => {
    const sampler = new SampleEmbeddingSampler({
      embedding,
      startTokens,
      endToken: 2,
      temperature: 2,
      topP: 0.95,
      seed,
    });
    const decoder = new BasicDecoder(cell, sampler, cell.zeroState(startTokens.shape[0]), head);
    return dynamicDecode(decoder, { maximumIterations: 12, imputeFinished: true }).outputs.sampleIds;
  };
  const first = [...write(starts(5), 7).dataSync()];
  expect([...write(starts(5), 7).dataSync()]).toEqual(first);
  expect([...write(starts(5), 8).dataSync()]).not.toEqual(first);
  if (!canCompile()) return;
  const variables = [embedding, cell, head].flatMap((part) => part.variables);
  const compiled = compile((tokens: tf.Tensor1D) => write(tokens, 7), { variables });
  expect([...compiled(starts(5)).dataSync()]).toEqual(first);
  compiled.dispose();
});

test("GreedyEmbeddingSampler and SampleEmbeddingSampler, { allowed }: no other token is written", () => {
  const { embedding, cell, head } = parts();
  const allowed = tf.tensor1d([0, 0, 0, 1, 0, 1, 0, 0, 0]);
  const given = { embedding, startTokens: starts(4), endToken: 2, allowed };
  for (const sampler of [
    new GreedyEmbeddingSampler(given),
    new SampleEmbeddingSampler({ ...given, temperature: 5, seed: 1 }),
  ]) {
    const decoder = new BasicDecoder(cell, sampler, cell.zeroState(4), head);
    const { outputs, finalSequenceLengths } = dynamicDecode(decoder, { maximumIterations: 6 });
    expect([...outputs.sampleIds.dataSync()].filter((id) => id !== 3 && id !== 5)).toEqual([]);
    expect([...finalSequenceLengths.dataSync()]).toEqual([6, 6, 6, 6]);
  }
});

describe("ScheduledEmbeddingTrainingSampler", () => {
  const target = () => tf.tensor2d([1, 4, 5, 6, 7, 1, 3, 8, 0, 0], [2, 5], "int32");
  const run = (samplingProbability: number | undefined, seed = 4, step = 0) => {
    const { embedding, cell, head } = parts();
    const given = { inputs: embedding.call(target()), sequenceLength: [5, 3] };
    const sampler =
      samplingProbability === undefined
        ? new TrainingSampler(given)
        : new ScheduledEmbeddingTrainingSampler({ ...given, embedding, samplingProbability, seed, step });
    return dynamicDecode(new BasicDecoder(cell, sampler, cell.zeroState(2), head)).outputs;
  };

  test("with probability 0 ≡ TrainingSampler, bit for bit", () => {
    expect([...run(0).rnnOutput.dataSync()]).toEqual([...run(undefined).rnnOutput.dataSync()]);
    expect([...run(0).sampleIds.dataSync()]).toEqual(new Array(10).fill(-1));
  });

  test("with probability 1 each step reads the token that was drawn before it", () => {
    const { embedding, cell, head } = parts();
    const { rnnOutput, sampleIds } = run(1);
    const own = tf.concat2d(
      [tf.slice(target(), [0, 0], [2, 1]), tf.slice(sampleIds, [0, 0], [2, 4]) as tf.Tensor2D],
      1,
    );
    expect(Math.min(...sampleIds.dataSync())).toBeGreaterThanOrEqual(0);
    const right = head.call(dynamicRnn(cell, embedding.call(own))[0]);
    expectClose(
      tf.slice(rnnOutput, [0, 0, 0], [1, 5, VOCABULARY]),
      tf.slice(right, [0, 0, 0], [1, 5, VOCABULARY]),
      1e-5,
    );
  });

  test("draws by seed and step alone", () => {
    const ids = (...given: [number, number?, number?]) => [...run(...given).sampleIds.dataSync()];
    expect(ids(0.5)).toEqual(ids(0.5));
    expect(ids(0.5, 5)).not.toEqual(ids(0.5));
    expect(ids(0.5, 4, 1)).not.toEqual(ids(0.5));
    expect(new Set(ids(0.5)).has(-1)).toBe(true);
  });
});

test("dynamicDecode with a TrainingSampler has the gradient of dynamicRnn, eagerly and compiled", () => {
  const { cell, head } = parts();
  const given: tf.Tensor3D = tf.randomUniform([3, 4, 4], -1, 1, "float32", 1);
  const sequenceLength = [3, 1, 2]; // no sequence has all 4 steps
  const variables = [...cell.variables, ...head.variables];
  const decoded = (inputs: tf.Tensor3D) => {
    const sampler = new TrainingSampler({ inputs, sequenceLength });
    return dynamicDecode(new BasicDecoder(cell, sampler, cell.zeroState(3), head), { imputeFinished: true }).outputs
      .rnnOutput;
  };
  const unrolled = (inputs: tf.Tensor3D) => {
    const outputs = head.call(dynamicRnn(cell, inputs, { sequenceLength })[0]);
    const live = tf.tensor3d([1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0], [3, 4, 1]);
    return tf.mul(outputs, live);
  };
  const gradients = (run: () => tf.Tensor) => {
    const { grads } = tf.variableGrads(() => tf.sum(tf.square(run())) as tf.Scalar, variables);
    return variables.map(({ name }) => grads[name] as tf.Tensor);
  };
  const right = gradients(() => unrolled(given));
  gradients(() => decoded(given)).forEach((gradient, i) => {
    expectClose(gradient, right[i], 1e-5);
  });
  if (!canCompile()) return;
  const compiled = compile((inputs: tf.Tensor3D) => gradients(() => decoded(inputs)), { variables });
  compiled(given).forEach((gradient, i) => {
    expectClose(gradient, right[i], 1e-5);
  });
  compiled.dispose();
});

test("samplers refuse wrong options", () => {
  const { embedding } = parts();
  const given = { embedding, startTokens: starts(2), endToken: 2 };
  const inputs = tf.zeros([2, 3, 4]) as tf.Tensor3D;
  expect(argumentErrorOf(() => new GreedyEmbeddingSampler({ ...given, endToken: 9 }))).toContain(
    "endToken: expected a token from 0 to 8",
  );
  expect(argumentErrorOf(() => new GreedyEmbeddingSampler({ ...given, startTokens: tf.ones([2]) }))).toContain(
    "startTokens",
  );
  expect(argumentErrorOf(() => new GreedyEmbeddingSampler({ ...given, embedding: 3 as never }))).toContain(
    "a layer with `call`",
  );
  expect(argumentErrorOf(() => new GreedyEmbeddingSampler({ ...given, allowed: tf.ones([8]) }))).toContain(
    "allowed: expected a mask [9] or [2, 9]",
  );
  expect(argumentErrorOf(() => new SampleEmbeddingSampler({ ...given, temperature: -1 }))).toContain(
    "SampleEmbeddingSampler: temperature",
  );
  expect(argumentErrorOf(() => new SampleEmbeddingSampler({ ...given, topP: 0 }))).toContain("topP");
  expect(argumentErrorOf(() => new SampleEmbeddingSampler({ ...given, topK: 1.5 }))).toContain("topK");
  const uniform = tf.zeros([2, 5]) as tf.Tensor2D;
  expect(argumentErrorOf(() => new SampleEmbeddingSampler({ ...given, seed: 1, uniform }))).toContain(
    "none beside uniform",
  );
  expect(argumentErrorOf(() => new TrainingSampler({ inputs, sequenceLength: [4, 1] }))).toContain(
    "TrainingSampler: sequenceLength[0]",
  );
  const scheduled = { inputs, embedding, samplingProbability: 0.5, seed: 1 };
  const scheduledOf = (more: object) =>
    argumentErrorOf(() => new ScheduledEmbeddingTrainingSampler({ ...scheduled, ...more }));
  expect(scheduledOf({ samplingProbability: 1.5 })).toContain(
    "samplingProbability: expected a probability from 0 to 1",
  );
  expect(scheduledOf({ seed: undefined })).toContain("seed");
  expect(scheduledOf({ sequenceLength: [9, 1] })).toContain("ScheduledEmbeddingTrainingSampler: sequenceLength[0]");
});
