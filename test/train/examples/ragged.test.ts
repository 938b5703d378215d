import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import type { NumericArray } from "../../../src/data";
import { BasicRNNCell, Dense, dynamicRnn, Embedding, toTensor } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { accuracy, crossEntropy, evaluate, fit, type Model, modelOf, predict } from "../../../src/train";
import { sourceOf } from "../../../src/train/examples/training-data";
import { expectClose } from "../../support";
import { expectNoTensors, labels, losses, numbers, quick } from "../support";

beforeAll(() => tf.ready());

const LENGTHS = [3, 1, 7, 2, 2, 5, 0, 4, 1, 6, 3];
const ragged = () => ({ x: LENGTHS.map((length, i) => numbers([length, 2], i)), y: labels(LENGTHS.length, 3) });

function lastState(): Model {
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: 4, seed: 1 });
  const head = new Dense({ inputSize: 4, outputSize: 3, seed: 2 });
  return modelOf({ rnn: cell, head }, (x: tf.Tensor3D, training, sequenceLength) =>
    head.call(dynamicRnn(cell, x, { training, sequenceLength })[1]),
  );
}

describe.each([false, true])("compiled: %s", (compiled) => {
  test.runIf(!compiled || canCompile())("a ragged sequence has the outputs that it has alone", async () => {
    const model = lastState();
    const { x } = ragged();
    const together = await predict(model, { x }, { batchSize: 2, compiled });
    expect(together.shape).toEqual([LENGTHS.length, 3]);
    for (const [i, sequence] of x.entries()) {
      if (LENGTHS[i] === 0) continue;
      const alone = await predict(model, { x: { ...sequence, shape: [1, ...sequence.shape] } }, { compiled: false });
      expectClose([...together.data.subarray(3 * i, 3 * i + 3)], [...alone.data]);
    }
  });

  test.runIf(!compiled || canCompile())(
    "predict gives 0 past a sequence's end for outputs over time, also with a biased layer",
    async () => {
      const cell = new BasicRNNCell({ inputSize: 2, numUnits: 4, seed: 1 });
      const head = new Dense({ inputSize: 4, outputSize: 3, seed: 2 });
      head.bias.assign(tf.ones([3]));
      const model = modelOf({ cell, head }, (x: tf.Tensor3D, _training, sequenceLength) =>
        head.call(dynamicRnn(cell, x, { sequenceLength })[0]),
      );
      const { data, shape } = await predict(model, { x: ragged().x }, { batchSize: 2, compiled, steps: "x" });
      expect(shape).toEqual([LENGTHS.length, 7, 3]);
      const isLive = Array.from({ length: LENGTHS.length * 7 }, (_, i) =>
        data.subarray(3 * i, 3 * i + 3).some(Boolean),
      );
      expect(isLive).toEqual(LENGTHS.flatMap((length) => Array.from({ length: 7 }, (_, t) => t < length)));
    },
  );

  test.runIf(!compiled || canCompile())("measures of ragged sequences ≡ those of padded ones", async () => {
    const model = lastState();
    const { x, y } = ragged();
    const data = new Float32Array(LENGTHS.length * 7 * 2);
    for (const [i, sequence] of x.entries()) data.set(sequence.data, i * 14);
    const lengths = { data: Int32Array.from(LENGTHS), shape: [LENGTHS.length] };
    const padded = { x: { data, shape: [LENGTHS.length, 7, 2] }, y, lengths };
    const options = { loss: crossEntropy, metrics: { accuracy } };
    const a = await evaluate(model, ragged(), { ...options, batchSize: 2, compiled });
    const b = await evaluate(model, padded, { ...options, compiled: false });
    expectClose(Object.values(a), Object.values(b));
  });
});

test("predict takes one value per time step as time with steps, with 0 past the ends", async () => {
  const x = [3, 1, 2].map((length) => numbers([length, 2]));
  const sums: Model = { variables: [tf.variable(tf.scalar(1))], call: (batch: tf.Tensor3D) => tf.sum(batch, 2) };
  const { data, shape } = await predict(sums, { x }, { batchSize: 1, steps: "x" });
  expect(shape).toEqual([3, 3]);
  x.forEach((sequence, example) => {
    const live = Array.from({ length: sequence.shape[0] as number }, (_, t) => t);
    const expected = live.map((t) => (sequence.data[2 * t] as number) + (sequence.data[2 * t + 1] as number));
    expectClose([...data.subarray(3 * example, 3 * example + 3)], [...expected, 0, 0, 0].slice(0, 3));
  });
});

test("predict takes any number of sequences with steps", async () => {
  const one = new Float32Array(1);
  const model: Model = { variables: [], call: (x: tf.Tensor2D, _training, _lengths) => tf.neg(x) };
  const { shape } = await predict(model, { x: new Array(200_000).fill(one) }, { batchSize: 200_000, steps: "x" });
  expect(shape).toEqual([200_000, 1]);
});

test("predict does not take a second axis of another length as time, and leaves it unchanged", async () => {
  const x = [3, 1, 2, 5].map((length) => numbers([length, 2]));
  const pairs: Model = {
    variables: [tf.variable(tf.scalar(1))],
    call: (batch: tf.Tensor3D) => tf.ones([batch.shape[0], 3, 2]),
  };
  for (const batchSize of [1, 4]) {
    const { data, shape } = await predict(pairs, { x }, { batchSize });
    expect([shape, [...data]]).toEqual([[4, 3, 2], Array(24).fill(1)]);
  }
});

test("predict refuses outputs of several shapes, and leaves no tensor", async () => {
  const x = [3, 1, 2].map((length) => numbers([length, 2]));
  const model: Model = {
    variables: [tf.variable(tf.scalar(1))],
    call: (batch: tf.Tensor3D) => tf.ones([batch.shape[0], 2 * batch.shape[1]]),
  };
  await expectNoTensors(async () => {
    await expect(predict(model, { x }, { batchSize: 1 })).rejects.toThrow(
      /^predict: model: expected outputs of one shape for all examples, \[examples, 2\]; predict\(…, \{ steps: "x" \}\) where .*, got \[1, 4\]/,
    );
  });
});

test("fit trains on every ragged sequence once in an epoch, with the same numbers for the same seed", async () => {
  const run = async (seed: number) => {
    const watch = losses();
    await fit(lastState(), ragged(), quick({ epochs: 2, batchSize: 2, seed, callbacks: [watch] }));
    return watch.seen;
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test("raggedSource plans batches of one bucket, with few lengths, every example once, in a new order each epoch", () => {
  const source = sourceOf({ where: "test", argument: "data" }, ragged(), { needsY: true, buckets: 3 });
  const plans = [0, 1].map((epoch) => {
    const plan = source.plan(2, { seed: 1, epoch });
    return Array.from({ length: plan.length }, (_, position) => plan.at(position));
  });
  for (const plan of plans) {
    expect(plan.flatMap((indices) => [...indices]).sort((a, b) => a - b)).toEqual([...LENGTHS.keys()]);
    const sizes = plan.map((indices) => {
      const tensors = source.take(indices);
      const { x, "lengths.x": lengths } = tensors as Record<"x" | "lengths.x", tf.Tensor>;
      expect([...lengths.dataSync()]).toEqual([...indices].map((index) => LENGTHS[index]));
      tf.dispose(Object.values(tensors));
      return x.shape[1];
    });
    expect([...new Set(sizes)].sort()).toEqual([2, 4, 7]);
  }
  expect(plans[0]?.map(String)).not.toEqual(plans[1]?.map(String));
  expect(plans[0]?.map(({ length }) => length).sort()).toEqual(plans[1]?.map(({ length }) => length).sort());
});

test("word indices as plain arrays with a tag for each word: padding does not count", async () => {
  const table = new Embedding({ vocabularySize: 6, embeddingSize: 2, seed: 3 });
  const head = new Dense({ inputSize: 2, outputSize: 2, seed: 4 });
  const model = modelOf({ table, head }, (x: tf.Tensor2D) => head.call(table.call(x) as tf.Tensor3D));
  const x = [[1, 2, 3], [5], [4, 4]].map((words) => Int32Array.from(words));
  const y = [[0, 1, 0], [1], [1, 1]].map((tags) => Int32Array.from(tags));
  const { loss } = await evaluate(model, { x, y }, { loss: crossEntropy });
  const flat = (lists: Int32Array[]): NumericArray => ({
    data: Int32Array.from(lists.flatMap((l) => [...l])),
    shape: [1, 6],
  });
  const logits = model.call(toTensor(flat(x)) as tf.Tensor2D);
  const terms = crossEntropy(logits, toTensor(flat(y))) as tf.Tensor;
  expect(loss).toBeCloseTo(tf.mean(terms).dataSync()[0] as number, 5);
});

test("evaluate refuses ragged data that do not fit, by name", async () => {
  const refusal = (data: object) => expect(evaluate(lastState(), data as never, { loss: crossEntropy })).rejects;
  const { x, y } = ragged();
  await refusal({ x: [], y }).toThrow(/^evaluate: data\.x: expected at least one sequence, got none/);
  await refusal({ x: [...x.slice(1), numbers([3, 4])], y }).toThrow(
    /data\.x\[10\]: expected Float32Array \[nSteps, 2\]/,
  );
  await refusal({ x, y, lengths: labels(11, 3) }).toThrow(/data\.lengths: expected none beside a list/);
  await refusal({ x, y: labels(3, 3) }).toThrow(/data\.y: expected 11 examples/);
  await refusal({ x, y: x.slice(1) }).toThrow(/data\.y: expected 11 sequences, got 10/);
  await refusal({ x, y: [...x].reverse().map((_, i) => numbers([i + 1, 1])) }).toThrow(
    /data\.y\[0\]: expected 3 time steps/,
  );
});
