import { beforeAll, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { BatchNorm, Dense, dropout } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { evaluate, fit, modelOf, NotFiniteError, squaredError } from "../../../src/train";
import { expectClose } from "../../support";
import { expectNoTensors, numbers, quick, weightsOf } from "../support";

beforeAll(() => tf.ready());

const data = () => ({ x: numbers([24, 3], 1), y: numbers([24, 1], 2) });

function normed() {
  const norm = new BatchNorm({ inputSize: 3, momentum: 0.6 });
  const head = new Dense({ inputSize: 3, outputSize: 1, seed: 1 });
  const model = modelOf({ norm, head }, (x: tf.Tensor2D, training) =>
    head.call(dropout(norm.call(x, training), training, { keepProb: 0.9 })),
  );
  return { model, norm };
}

const runs = [
  { compiled: false },
  ...(canCompile()
    ? [
        { compiled: true, shards: 1 },
        { compiled: true, shards: 4 },
      ]
    : []),
];

test("fit with BatchNorm and dropout gives the same losses, weights and moving averages eager, compiled and in shards", async () => {
  const results: number[][] = [];
  for (const options of runs) {
    const { model, norm } = normed();
    const history = await fit(model, data(), quick({ ...options, loss: squaredError, epochs: 3 }));
    expect(norm.movingMean.dataSync().every((value) => value !== 0)).toBe(true);
    const { loss } = await evaluate(model, data(), { loss: squaredError, compiled: options.compiled });
    results.push([...history.epochs.map((epoch) => epoch.loss), loss as number, ...weightsOf(model)]);
  }
  const [eager, ...others] = results as [number[], ...number[][]];
  for (const each of others) expectClose(each, eager, 1e-5);
});

test.each(runs)("a step that is not finite moves no average: %o", async (options) => {
  const { model, norm } = normed();
  const before = weightsOf(model);
  const wrong = { ...data(), x: { ...numbers([24, 3], 1), data: new Float32Array(72).fill(Number.NaN) } };
  await expect(fit(model, wrong, quick({ ...options, loss: squaredError }))).rejects.toThrow(NotFiniteError);
  expect(weightsOf(model)).toEqual(before);
  expect([...norm.movingMean.dataSync()]).toEqual([0, 0, 0]);
});

test("fit with BatchNorm leaks no tensor", async () => {
  const { model } = normed();
  await fit(model, data(), quick({ loss: squaredError })); // creates what stays
  await expectNoTensors(() => fit(model, data(), quick({ loss: squaredError })));
});
