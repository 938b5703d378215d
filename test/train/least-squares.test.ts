import { expect, test } from "vitest";
import { lastStep, numericArray, Random, randomTimeSeriesWindows } from "../../src/data";
import { ArgumentError } from "../../src/rnn";
import * as tf from "../../src/tf";
import { evaluate, leastSquares, meanSquaredError } from "../../src/train";

/** 200 examples of y = x·W + b (+ noise), 3 features and 2 outputs. */
function examples(noise: number) {
  const random = new Random(5);
  const x = Float32Array.from({ length: 600 }, () => random.normal(3, 2));
  const y = Array.from({ length: 200 }, (_, row) => {
    const [a = 0, b = 0, c = 0] = x.subarray(3 * row, 3 * row + 3);
    return [2 * a - b + 0.5 * c + 7, c - 4].map((value) => value + random.normal(0, noise));
  });
  return { x: numericArray(x, [200, 3]), y: numericArray(Float32Array.from(y.flat()), [200, 2]) };
}

test("leastSquares(data) finds the weights from which the examples were made", async () => {
  const model = leastSquares(examples(0));
  const expected = [2, 0, -1, 0, 0.5, 1];
  expect(Array.from(model.kernel.dataSync())).toEqual(expected.map((value) => expect.closeTo(value, 4)));
  expect(Array.from(model.bias.dataSync())).toEqual([7, -4].map((value) => expect.closeTo(value, 4)));
  model.dispose();
});

test("leastSquares(data): no weights nearby have a smaller squared error", async () => {
  const data = examples(1);
  const model = leastSquares(data);
  const error = async () => (await evaluate(model, data, { metrics: { mse: meanSquaredError } })).mse as number;
  const least = await error();
  const weights = [model.kernel, model.bias].map((variable) => [variable, variable.clone()] as const);
  for (const [variable, best] of weights) {
    for (let i = 0; i < variable.size; i++) {
      for (const step of [-0.02, 0.02]) {
        const moved = Float32Array.from(best.dataSync());
        moved[i] = (moved[i] as number) + step;
        variable.assign(tf.tensor(moved, variable.shape));
        expect(await error()).toBeGreaterThan(least);
      }
    }
    variable.assign(best);
  }
  model.dispose();
});

test("the outputs of leastSquares(data) have the shape of y, and all steps of a window are features", async () => {
  const windows = randomTimeSeriesWindows(300, { seed: 1 });
  const next = { x: windows.x, y: lastStep(windows.y) };
  const model = leastSquares(next);
  expect([model.kernel.shape, model.call(tf.zeros([4, 20, 1])).shape]).toEqual([
    [20, 1],
    [4, 1],
  ]);
  // t·sin(t) and sin(5t) obey linear recurrences, so 20 lags forecast the book's series exactly
  expect((await evaluate(model, next, { metrics: { mse: meanSquaredError } })).mse).toBeLessThan(1e-8);
  const whole = leastSquares(windows);
  expect(whole.call(tf.zeros([4, 20, 1])).shape).toEqual([4, 20, 1]);
});

test("leastSquares(data, { ridge }): features that repeat each other share the weight; with ridge 0 they are refused", () => {
  const data = {
    x: numericArray(Float32Array.of(1, 1, 2, 2, 3, 3), [3, 2]),
    y: numericArray(Float32Array.of(2, 4, 6), [3, 1]),
  };
  const model = leastSquares(data);
  expect(Array.from(model.kernel.dataSync())).toEqual([expect.closeTo(1, 3), expect.closeTo(1, 3)]);
  expect(() => leastSquares(data, { ridge: 0 })).toThrow("features that do not repeat one another, or a ridge");
});

test("leastSquares(data) refuses data that do not fit, by name", () => {
  const { x, y } = examples(0);
  expect(() => leastSquares({ x, y: numericArray(new Float32Array(4), [2, 2]) })).toThrow(ArgumentError);
  expect(() => leastSquares({ x, y }, { ridge: -1 })).toThrow("options.ridge: expected a number from 0 up");
  expect(() => leastSquares({ x: numericArray(new Float32Array(200), [200, 1]), y })).toThrow("constant ones only");
});
