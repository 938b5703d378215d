// What is time is said by the data, never guessed from ranks or sizes.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { numericArray } from "../../../src/data";
import * as tf from "../../../src/tf";
import {
  confusionMatrix,
  crossEntropy,
  evaluate,
  fit,
  liveSteps,
  type Model,
  meanAbsoluteError,
  meanSquaredError,
  predict,
  squaredError,
  type TermsOf,
  type TrainingData,
} from "../../../src/train";
import { quick } from "../support";

beforeAll(() => tf.ready());

const floats = (values: readonly number[], shape: number[]) => numericArray(Float32Array.from(values), shape);
const ints = (values: readonly number[], shape = [values.length]) => numericArray(Int32Array.from(values), shape);
/** Outputs of a given form, plus a weight of 0. */
const modelWith = (call: (x: tf.Tensor) => tf.Tensor): Model => {
  const zero = tf.variable(tf.scalar(0));
  return { variables: [zero], call: (x: tf.Tensor, _training, _lengths) => tf.add(call(x.toFloat()), zero) };
};

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());

  there("outputs [batch, nSteps] of a ragged y are masked by y's lengths: 0, not 20.25", async () => {
    const data = { x: [Float32Array.of(5, 5), Float32Array.of(1)], y: [Float32Array.of(5, 5), Float32Array.of(1)] };
    const loss = squaredError;
    expect(
      await evaluate(
        modelWith((x) => x),
        data,
        { loss, compiled },
      ),
    ).toEqual({ loss: 0 });
    const padded = { x: floats([5, 5, 1, 9], [2, 2]), y: floats([5, 5, 1, 0], [2, 2]) };
    const lengths = { x: ints([2, 1]), y: ints([2, 1]) };
    const model = modelWith((x) => x);
    expect(await evaluate(model, { ...padded, lengths }, { loss, compiled })).toEqual({ loss: 0 });
    expect(await evaluate(model, padded, { loss, compiled })).toEqual({ loss: 20.25 });
  });

  there(
    "terms of y's time steps that do not say which are live are refused: 12.625 or 20.2, by the number of buckets",
    async () => {
      const data = {
        x: [Float32Array.of(5, 5, 5, 5), Float32Array.of(1)],
        y: [new Float32Array(4), new Float32Array(1)],
      };
      const square = (outputs: tf.Tensor, y: tf.Tensor) => tf.square(tf.sub(outputs, y));
      const message =
        "expected { terms, live }, { sum, count } or one term for each example, as y has lengths, got terms [2,4]";
      const options = { compiled, buckets: 1 };
      const evaluated = (loss: TermsOf) =>
        evaluate(
          modelWith((x) => x),
          data,
          { ...options, loss },
        );
      await expect(evaluated(square)).rejects.toThrow(`evaluate: loss: ${message}`);
      const live: TermsOf = (outputs, y, lengths) => ({
        terms: square(outputs, y),
        live: liveSteps(y.shape[1], lengths),
      });
      expect((await evaluated(live)).loss).toBeCloseTo(20.2, 5);
      const sums: TermsOf = (outputs, y) => tf.sum(square(outputs, y), 1);
      expect((await evaluated(sums)).loss).toBeCloseTo(50.5, 5);
      const padded = { x: floats([5, 5, 1, 9], [2, 2]), y: floats([5, 5, 1, 0], [2, 2]) };
      expect(
        await evaluate(
          modelWith((x) => x),
          padded,
          { loss: square, compiled },
        ),
      ).toEqual({ loss: 20.25 });
    },
  );

  there("outputs [batch, horizon, k] are not masked by x's lengths: 5, not 3.667", async () => {
    const x = [Float32Array.of(1), Float32Array.of(1, 2, 3)];
    const y = floats([1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3], [2, 3, 2]);
    const zeros = modelWith((each) => tf.zeros([each.shape[0] as number, 3, 2]));
    const metrics = { mse: meanSquaredError };
    expect(await evaluate(zeros, { x, y }, { loss: squaredError, metrics, compiled })).toEqual({ loss: 5, mse: 5 });
    const lengths = ints([1, 3]);
    const padded = { x: floats([1, 0, 0, 0, 1, 2, 3, 0], [2, 4]), y, lengths };
    expect(await evaluate(zeros, padded, { loss: squaredError, compiled })).toEqual({ loss: 5 });
  });

  there("predict masks nothing unless steps is given", async () => {
    const x = [Float32Array.of(1), Float32Array.of(1, 2, 3)];
    const ones = modelWith((each) => tf.ones([each.shape[0] as number, 3]));
    const all = await predict(ones, { x }, { compiled });
    expect([...all.data]).toEqual([1, 1, 1, 1, 1, 1]);
    const live = await predict(modelWith(tf.onesLike), { x }, { compiled, steps: "x", buckets: 1 });
    expect([...live.data]).toEqual([1, 0, 0, 1, 1, 1]);
  });

  there(
    "predict refuses steps where the outputs' second axis is no time step of x, and outputs without a row each",
    async () => {
      const x = [Float32Array.of(1), Float32Array.of(1, 2, 3, 4, 5)];
      const refused = (outputs: (x: tf.Tensor) => tf.Tensor, options: object, message: string) =>
        expect(predict(modelWith(outputs), { x }, { compiled, buckets: 1, ...options })).rejects.toThrow(message);
      const horizon = (each: tf.Tensor) => tf.ones([each.shape[0] as number, 3]);
      const steps = "predict: steps: expected outputs whose second axis is the 5 time steps that x has in a batch";
      await refused(horizon, { steps: "x" }, `${steps}, got outputs [2, 3]`);
      const rows = "predict: model: expected outputs with a row for each of the 2 examples of a batch, got";
      await refused((each) => tf.transpose(each), {}, `${rows} [5, 2]`);
      await refused((each) => tf.mean(each, 0, true), {}, `${rows} [1, 5]`);
      await refused((each) => tf.mean(each), {}, `${rows} []`);
    },
  );

  there("confusionMatrix counts by y's lengths, and not by x's", async () => {
    const scores = floats([1, 0, 0, 1, 1, 0, 0, 1], [2, 2, 2]);
    const model = modelWith((x) => x);
    const y = ints([0, 1, 0, 1], [2, 2]);
    const count = async (lengths: object) => [
      ...(await confusionMatrix(model, { x: scores, y, lengths }, { compiled })).data,
    ];
    expect(await count({ x: ints([2, 1]) })).toEqual([2, 0, 0, 2]);
    expect(await count({ x: ints([2, 1]), y: ints([2, 1]) })).toEqual([2, 0, 0, 1]);
  });

  there("NaN in the padding of x and y changes neither loss nor gradient", async () => {
    const { NaN: nan } = Number;
    const train = async (hole: number) => {
      const weight = tf.variable(tf.scalar(0.5));
      const model: Model = {
        variables: [weight],
        call: (x: tf.Tensor, _training, _lengths) => tf.mul(x, weight),
      };
      const x = floats([1, 2, 3, 4, hole, hole], [2, 3, 1]);
      const y = floats([2, 2, 2, 2, hole, hole], [2, 3, 1]);
      const lengths = { x: ints([3, 1]), y: ints([3, 1]) };
      const history = await fit(model, { x, y, lengths }, quick({ loss: squaredError, compiled }));
      return [history.epochs[0]?.loss, weight.dataSync()[0]];
    };
    const expected = await train(0);
    expect(expected.every(Number.isFinite)).toBe(true);
    expect(await train(nan)).toEqual(expected);
  });

  there("labels in the padding may be anything, compiled too", async () => {
    const model = modelWith((x) => x);
    const x = floats([0, 0, 0, 0, 0, 0, 0, 0], [2, 2, 2]);
    const data = { x, y: ints([0, 1, 1, -1], [2, 2]), lengths: { x: ints([2, 1]), y: ints([2, 1]) } };
    const { loss } = await evaluate(model, data, { loss: crossEntropy, compiled });
    expect(loss).toBeCloseTo(Math.log(2), 6);
  });

  there("property: a loss over any ranks, lengths and batch sizes is Σ of live terms / their number", async () => {
    const model = modelWith((x) => x);
    const cases = fc.record({
      lengths: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
      features: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
      batchSize: fc.integer({ min: 1, max: 5 }),
      isRagged: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ lengths, features, batchSize, isRagged }) => {
        const size = features.reduce((product, each) => product * each, 1);
        const nSteps = Math.max(1, ...lengths);
        const value = (i: number, t: number, k: number) => ((i * 7 + t * 3 + k) % 5) - 2;
        const list = lengths.map((length, i) => {
          const values = Array.from({ length: length * size }, (_, j) => value(i, Math.floor(j / size), j % size));
          return floats(values, [length, ...features]);
        });
        const whole = floats(
          lengths.flatMap((length, i) =>
            Array.from({ length: nSteps * size }, (_, j) => {
              const t = Math.floor(j / size);
              return t < length ? value(i, t, j % size) : 99;
            }),
          ),
          [lengths.length, nSteps, ...features],
        );
        const zero = (array: { data: Float32Array; shape: readonly number[] }) =>
          numericArray(new Float32Array(array.data.length), array.shape);
        const ofLengths = { x: ints(lengths), y: ints(lengths) };
        const data: TrainingData = isRagged
          ? { x: list, y: list.map(zero) }
          : { x: whole, y: zero(whole), lengths: ofLengths };
        const live = list.flatMap(({ data: values }) => [...values]);
        const expected = live.reduce((sum, each) => sum + each * each, 0) / live.length;
        const options = { loss: squaredError, metrics: { mae: meanAbsoluteError }, batchSize, compiled };
        const { loss, mae } = await evaluate(model, data, options);
        if (live.length === 0) {
          expect([loss, mae]).toEqual([Number.NaN, Number.NaN]);
          return;
        }
        expect(loss).toBeCloseTo(expected, 4);
        expect(mae).toBeCloseTo(live.reduce((sum, each) => sum + Math.abs(each), 0) / live.length, 4);
      }),
      { numRuns: compiled ? 15 : 40 },
    );
  });
});

test.each([false, true].filter((compiled) => !compiled || canCompile()))(
  "a loss's own live does not bring the padding of y back: 4, compiled: %s",
  async (compiled) => {
    const list = [[2], [2, 2, 9, 2]].map((each) => Float32Array.from(each));
    const loss = (outputs: tf.Tensor, y: tf.Tensor) => ({
      terms: tf.square(tf.sub(outputs, 0)),
      live: tf.notEqual(y, 9),
    });
    const metrics = { mine: loss };
    const result = await evaluate(
      modelWith((x) => tf.add(tf.zerosLike(x), 2)),
      { x: list, y: list },
      { loss, metrics, compiled, buckets: 1 },
    );
    expect(result).toEqual({ loss: 4, mine: 4 });
    const weighted = { x: list, y: list, sampleWeights: floats([3, 1], [2]) };
    const other = await evaluate(
      modelWith((x) => x),
      weighted,
      { metrics, compiled, buckets: 1 },
    );
    expect(other.mine).toBeCloseTo((3 * 4 + 3 * 4) / 6, 5);
  },
);

test("bare lengths beside a y with a step axis are refused with the line to write", async () => {
  const data = { x: floats([1, 2, 3, 4], [2, 2]), y: floats([1, 2, 3, 4], [2, 2]), lengths: ints([2, 1]) };
  await expect(
    evaluate(
      modelWith((x) => x),
      data,
      { loss: squaredError },
    ),
  ).rejects.toThrow(
    "evaluate: data.lengths: expected lengths: { x: lengths, y: lengths } where y is padded too, else lengths: { x: lengths }",
  );
});

test("bare lengths beside a record y with a step axis are refused too; beside a record x they name no part", async () => {
  const [x, steps] = [floats([5, 5, 1, 9], [2, 2]), floats([5, 5, 1, 0], [2, 2])];
  const model = modelWith((given) => given);
  const refused = (data: object, message: string) =>
    expect(evaluate(model, data as never, { loss: { tags: squaredError } as never })).rejects.toThrow(message);
  const y = { kind: floats([0, 0], [2]), tags: steps };
  const line = "lengths: { x: lengths, y: { tags: lengths } } where y is padded too, else lengths: { x: lengths }";
  const got = "got an array beside y.tags of 2 time steps";
  await refused({ x, y, lengths: ints([2, 1]) }, `evaluate: data.lengths: expected ${line}, ${got}`);
  const named = "evaluate: data.lengths.x: expected a record with names of x, among a";
  await refused({ x: { a: x }, y: y.kind, lengths: ints([2, 1]) }, named);
});

test("lengths of a part that has none of them are refused", async () => {
  const model = modelWith((x) => x);
  const refused = (data: object, message: string) =>
    expect(evaluate(model, data as never, { loss: squaredError })).rejects.toThrow(message);
  const [x, y] = [floats([1, 2], [2, 1]), floats([1, 2], [2])];
  await refused({ x, y, lengths: { y: ints([1, 1]) } }, "data.lengths.y: expected none beside an array without time");
  await refused({ x, y, lengths: { z: ints([1, 1]) } }, "data.lengths: expected { x, y }");
  await refused({ x, y, lengths: { x: { a: ints([1, 1]) } } }, "data.lengths.x: expected one array, as x is no record");
  await refused({ x, y, sampleWeight: y }, "data.sampleWeight: expected sampleWeights");
});

test("liveSteps is true before the end of each sequence", () => {
  expect(liveSteps(3, tf.tensor1d([0, 2], "int32")).arraySync()).toEqual([
    [0, 0, 0],
    [1, 1, 0],
  ]);
});

test("names of other libraries for the parts of data are refused, as are their own names written otherwise", async () => {
  const model = modelWith((x) => x);
  const [x, y] = [floats([1, 2], [2, 1]), floats([1, 2], [2, 1])];
  for (const [name, meant] of [
    ["sequenceLength", "lengths"],
    ["seq_lengths", "lengths"],
    ["sample_weights", "sampleWeights"],
    ["attention_mask", "mask"],
    ["ignore_index", "ignoreLabel"],
    ["Lengths", "lengths"],
  ] as const) {
    const data = { x, y, [name]: ints([1, 1]) };
    const message = `data.${name}: expected ${meant}, got ${name}`;
    await expect(evaluate(model, data, { loss: squaredError })).rejects.toThrow(`evaluate: ${message}`);
    await expect(predict(model, data)).rejects.toThrow(`predict: ${message}`);
  }
  await evaluate(model, { x, y, source: "a loader", dropped: 3 } as never, { loss: squaredError }); // a loader's own names
});
