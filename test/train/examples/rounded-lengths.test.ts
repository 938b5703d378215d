// Ragged lists in streamed batches are padded to few lengths, where the model leaves padding out.
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { type NumericArray, Random } from "../../../src/data";
import { Dense, dynamicRnn, GRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { losses, numbers, quick, weightsOf } from "../support";

beforeAll(() => tf.ready());

const BATCHES = 6;
const LONGEST = [5, 7, 9, 5, 11, 10]; // of each batch
const lengthsOf = (number: number) => {
  const random = new Random(number);
  return Array.from({ length: 4 }, (_, i) =>
    i === 2 ? (LONGEST[number] as number) : 1 + random.integer(LONGEST[number] as number),
  );
};
const sequencesOf = (number: number, features: number) =>
  lengthsOf(number).map((length, i) => numbers([length, features], 10 * number + i + features));

/** Dense arrays of the longest length, without rounding. */
function dense(list: readonly NumericArray[], lengths: readonly number[]): NumericArray<Float32Array> {
  const [nSteps, features] = [Math.max(...lengths), list[0]?.shape[1] as number];
  const data = new Float32Array(list.length * nSteps * features);
  list.forEach((each, i) => {
    data.set(each.data, i * nSteps * features);
  });
  return { data, shape: [list.length, nSteps, features] };
}

const ragged = { batches: BATCHES, batch: (n: number) => ({ x: sequencesOf(n, 2), y: sequencesOf(n, 3) }) };
const unrounded = {
  batches: BATCHES,
  batch: (n: number) => {
    const lengths = lengthsOf(n);
    const array = { data: Int32Array.from(lengths), shape: [lengths.length] };
    const [x, y] = [dense(sequencesOf(n, 2), lengths), dense(sequencesOf(n, 3), lengths)];
    return { x, y, lengths: { x: array, y: array } };
  },
};

/** A model of each time step's outputs; it notes the lengths that it is called with. */
function tagger(takesLengths: boolean): { model: train.Model; seen: Set<number> } {
  const cell = new GRUCell({ inputSize: 2, numUnits: 4, seed: 1 });
  const head = new Dense({ inputSize: 4, outputSize: 3, seed: 2 });
  const seen = new Set<number>();
  const call = (x: tf.Tensor3D, sequenceLength?: tf.Tensor1D) => {
    seen.add(x.shape[1]);
    return head.call(dynamicRnn(cell, x, { sequenceLength })[0]);
  };
  const parts = { cell, head };
  const model = takesLengths
    ? train.modelOf(parts, (x: tf.Tensor3D, _training, lengths) => call(x, lengths))
    : train.modelOf(parts, (x: tf.Tensor3D) => call(x));
  return { model, seen };
}

async function run(data: train.StreamedExamples, { takesLengths = true, compiled = false } = {}) {
  const { model, seen } = tagger(takesLengths);
  const watch = losses();
  const { batchSize: _, ...options } = quick({
    loss: train.squaredError,
    compiled,
    shuffle: false,
    callbacks: [watch],
  });
  const { epochs } = await train.fit(model, data, { ...options, validationData: data });
  const measured = await train.evaluate(model, data, { loss: train.squaredError, compiled });
  return {
    losses: [...watch.seen, epochs[0]?.val_loss, measured.loss],
    weights: weightsOf(model),
    seen: [...seen].sort((a, b) => a - b),
  };
}

describe.each([false, true])("compiled: %s", (compiled) => {
  test.runIf(!compiled || canCompile())(
    "few lengths, and the losses, gradients and measures are those of lengths that are not rounded",
    async () => {
      const expected = await run(unrounded, { compiled });
      const rounded = await run(ragged, { compiled });
      expect(expected.seen).toEqual([5, 7, 9, 10, 11]);
      expect(rounded.seen).toEqual([6, 8, 12]);
      const far = (a: readonly unknown[], b: readonly unknown[]) =>
        a.map((value, i) => Math.abs((value as number) - (b[i] as number)) / Math.max(1e-3, Math.abs(b[i] as number)));
      expect(rounded.losses).toHaveLength(BATCHES + 2);
      expect(Math.max(...far(rounded.losses, expected.losses))).toBeLessThan(1e-6);
      expect(Math.max(...far(rounded.weights, expected.weights))).toBeLessThan(1e-5);
    },
  );
});

test("a model without lengths computes on the padding, so that no length is rounded", async () => {
  const { seen } = await run(ragged, { takesLengths: false });
  expect(seen).toEqual([5, 7, 9, 10, 11]);
});

test("a list beside an array of as many time steps is not rounded: they have to agree", async () => {
  const data = {
    batches: BATCHES,
    batch: (n: number) => {
      const lengths = lengthsOf(n);
      const y = { data: Int32Array.from(lengths), shape: [lengths.length] };
      return { x: sequencesOf(n, 2), y: dense(sequencesOf(n, 3), lengths), lengths: { y } };
    },
  };
  const { seen, losses: own } = await run(data);
  expect(seen).toEqual([5, 7, 9, 10, 11]);
  expect(own).toEqual((await run(unrounded)).losses);
});

test("lists in memory keep the lengths of their buckets", async () => {
  const { model, seen } = tagger(true);
  const parts = [0, 1, 2].map((n) => ragged.batch(n));
  const data = { x: parts.flatMap(({ x }) => x), y: parts.flatMap(({ y }) => y) };
  await train.fit(model, data, quick({ loss: train.squaredError, buckets: 1 }));
  expect([...seen]).toEqual([9]);
});
