// Means are taken once, over all terms: never a mean of batch means.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { numericArray } from "../../../src/data";
import { GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { absoluteError, evaluate, fit, type Model, squaredError, type TermsOf } from "../../../src/train";
import { quick } from "../support";

beforeAll(() => tf.ready());

const floats = (values: readonly number[], shape = [values.length]) => numericArray(Float32Array.from(values), shape);
const mirror = (): Model => {
  const zero = tf.variable(tf.scalar(0));
  return { variables: [zero], call: (x: tf.Tensor, _training, _lengths) => tf.add(x, zero) };
};
const still = () => new GradientDescentOptimizer({ learningRate: 0 });
const meanSquare: TermsOf = (outputs: tf.Tensor, y: tf.Tensor) => tf.mean(tf.square(tf.sub(outputs, y)));

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());

  there("a scalar loss or metric is weighted by the batch's examples: 6, not 8.5", async () => {
    const data = { x: floats([0, 0, 0]), y: floats([1, 1, 4]) };
    for (const batchSize of [1, 2, 3]) {
      const options = { loss: meanSquare, metrics: { mse: meanSquare }, batchSize, compiled };
      expect(await evaluate(mirror(), data, options)).toEqual({ loss: 6, mse: 6 });
      const training = quick({ loss: meanSquare, optimizer: still(), batchSize, compiled, shuffle: false });
      const { epochs } = await fit(mirror(), data, { ...training, validationData: data });
      expect(epochs[0]).toMatchObject({ loss: 6, val_loss: 6 });
    }
  });

  there("an epoch's loss weighs batches by their terms: 1.9, as val_loss, not 5.5", async () => {
    const sequence = (length: number, value: number) => new Float32Array(length).fill(value);
    const x = [sequence(1, 10), sequence(9, 1)];
    const data = { x, y: [sequence(1, 0), sequence(9, 0)] };
    const options = quick({ loss: absoluteError, optimizer: still(), batchSize: 1, compiled, validationData: data });
    const { epochs } = await fit(mirror(), data, options);
    expect(epochs[0]?.loss).toBeCloseTo(1.9, 6);
    expect(epochs[0]?.val_loss).toBeCloseTo(1.9, 6);
  });

  there("an epoch's squared loss too: 10.9, not 50.5", async () => {
    const sequence = (length: number, value: number) => new Float32Array(length).fill(value);
    const data = { x: [sequence(1, 10), sequence(9, 1)], y: [sequence(1, 0), sequence(9, 0)] };
    const options = quick({ loss: squaredError, optimizer: still(), batchSize: 1, compiled, validationData: data });
    const { epochs } = await fit(mirror(), data, options);
    expect(epochs[0]?.loss).toBeCloseTo(10.9, 5);
    expect(epochs[0]?.val_loss).toBeCloseTo(10.9, 5);
  });

  there(
    "accumulated gradients of a scalar loss weigh batches by their examples: those of 1, 2 and 3 together",
    async () => {
      const w = tf.variable(tf.scalar(1));
      const model = { variables: [w], call: (x: tf.Tensor) => tf.mul(x, w) };
      const optimizer = new GradientDescentOptimizer({ learningRate: 0.01, gradientAccumulationSteps: 2 });
      const options = quick({ loss: meanSquare, optimizer, batchSize: 2, compiled, shuffle: false });
      await fit(model, { x: floats([1, 2, 3]), y: floats([0, 0, 0]) }, options);
      expect(w.dataSync()[0]).toBeCloseTo(1 - (0.01 * 2 * (1 + 4 + 9)) / 3, 6);
    },
  );

  there("a loss of one function by name counts its weight once: 3 · 5, not 3 · 3 · 5", async () => {
    const [zero, a] = [tf.variable(tf.scalar(0)), floats([0, 0])];
    const model = { variables: [zero], call: (x: tf.Tensor) => ({ a: tf.add(x, zero) }) };
    const data = { x: floats([1, 3]), y: { a } };
    const options = { loss: { a: squaredError }, lossWeights: { a: 3 }, optimizer: still(), batchSize: 1, compiled };
    const { epochs } = await fit(model, data, { ...quick(), ...options, validationData: data });
    expect(epochs[0]).toMatchObject({ loss: 15, a_loss: 5, val_loss: 15, val_a_loss: 5 });
  });

  there("a batch that ignores all its examples counts nothing", async () => {
    const data = { x: floats([3, 3, 1, 1]), y: floats([0, 0, 0, 0]) };
    const mask = numericArray(Uint8Array.of(0, 0, 1, 1), [4]);
    const training = quick({ loss: squaredError, optimizer: still(), batchSize: 2, compiled, shuffle: false });
    const { epochs } = await fit(mirror(), { ...data, mask }, { ...training, validationData: { ...data, mask } });
    expect(epochs[0]).toMatchObject({ loss: 1, val_loss: 1 });
  });

  there("property: loss and metrics are the same for every batch size and number of shards", async () => {
    const cases = fc.record({
      values: fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 0, max: 3 })), {
        minLength: 1,
        maxLength: 7,
      }),
      batchSize: fc.integer({ min: 1, max: 7 }),
      shards: fc.integer({ min: 1, max: 3 }),
      isWeighted: fc.boolean(),
      form: fc.constantFrom("terms", "scalar", "elements"),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ values, batchSize, shards, isWeighted, form }) => {
        fc.pre(!(isWeighted && form === "scalar"));
        const errors = values.map(([error]) => error);
        const weights = values.map(([, weight]) => weight);
        const per = form === "elements" ? 2 : 1;
        const x = floats(
          errors.flatMap((error) => Array(per).fill(error)),
          per === 2 ? [values.length, 2] : undefined,
        );
        const y = numericArray(new Float32Array(x.data.length), x.shape);
        const sampleWeights = floats(weights);
        const data = isWeighted ? { x, y, sampleWeights } : { x, y };
        const loss = form === "scalar" ? meanSquare : squaredError;
        const weigh = (i: number) => (isWeighted ? (weights[i] as number) : 1);
        const sum = errors.reduce((total, error, i) => total + weigh(i) * error * error, 0);
        const total = errors.reduce((all, _, i) => all + weigh(i), 0);
        const training = quick({ loss, optimizer: still(), batchSize, compiled, ...(compiled && { shards }) });
        const { epochs } = await fit(mirror(), data, { ...training, metrics: { mse: loss }, validationData: data });
        const [lossValue, metric] = [sum / errors.length, sum / total];
        expect(epochs[0]?.loss).toBeCloseTo(lossValue, 4);
        expect(epochs[0]?.val_loss).toBeCloseTo(lossValue, 4);
        if (total > 0) expect(epochs[0]?.val_mse).toBeCloseTo(metric, 4);
      }),
      { numRuns: compiled ? 12 : 40 },
    );
  });
});

test("a scalar loss is refused where the data have lengths, a mask or sample weights", async () => {
  const x = floats([1, 2, 3, 4], [2, 2]);
  const y = floats([0, 0], [2]);
  const refused = (more: object, message: string) =>
    expect(evaluate(mirror(), { x, y, ...more }, { loss: () => tf.scalar(1) })).rejects.toThrow(message);
  await refused(
    { lengths: numericArray(Int32Array.of(1, 2), [2]) },
    "terms, or { sum, count }, as the data have lengths",
  );
  await refused({ mask: numericArray(Uint8Array.of(1, 0), [2]) }, "terms, or { sum, count }, as the data have lengths");
  await refused({ sampleWeights: y }, "terms, one for each example, as the data have sample weights, got a scalar");
});
