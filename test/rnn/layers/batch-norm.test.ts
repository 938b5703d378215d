import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { CompileError, canCompile, compile, type StepTraining, scan, trainStep } from "../../../src/compile";
import { BatchNorm, Dense, GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";
import { expectKeras, type GoldenCase, goldens, load } from "./golden";

beforeAll(() => tf.ready());
scopeEachTest();

type Option = { inputSize: number; momentum: number; epsilon: number };
const cases = goldens.batchNorm as (GoldenCase<Option> & { readonly training: boolean })[];
const training = (step = 0) => ({ seed: 7, step });

const averages = (layer: BatchNorm) => layer.movingAverages.flatMap((variable) => [...variable.dataSync()]);

test.each(cases)("BatchNorm($option), training $training: Keras's outputs, gradients and averages", (golden) => {
  const layer = new BatchNorm(golden.option);
  load(layer, golden.weights);
  if (!golden.training) {
    expectKeras(golden, layer, (x) => layer.call(x), layer.trainableVariables);
    return;
  }
  const x = tf.tensor3d(goldens.x);
  const { grads } = tf.variableGrads(
    () => tf.sum(tf.mul(layer.call(x, training()), tf.tensor(golden.direction))) as tf.Scalar,
    layer.trainableVariables,
  );
  layer.trainableVariables.forEach(({ name }, i) => {
    expectClose(grads[name], tf.tensor(golden.gradients[i + 1] as tf.TensorLike), 3e-5);
  });
  expectClose(layer.movingMean, tf.tensor(golden.after.moving_mean as tf.TensorLike), 1e-6);
  expectClose(layer.movingVariance, tf.tensor(golden.after.moving_variance as tf.TensorLike), 1e-6);
  expectClose(layer.call(x, training(1)), tf.tensor(golden.outputs), 1e-5);
  const byInputs = tf.grad((at: tf.Tensor) => tf.sum(tf.mul(layer.call(at, training(2)), tf.tensor(golden.direction))));
  expectClose(byInputs(x), tf.tensor(golden.gradients[0] as tf.TensorLike), 3e-5);
});

test("the moving averages approach the statistics of the batches; without training they are used and stay", () => {
  const layer = new BatchNorm({ inputSize: 2, momentum: 0.5 });
  const x = tf.add(tf.mul(uniform<tf.Rank.R2>([64, 2], 1), 3), 10) as tf.Tensor2D;
  for (let step = 0; step < 30; step++) layer.call(x, training(step));
  const { mean, variance } = tf.moments(x, 0);
  expectClose(layer.movingMean, mean, 1e-4);
  expectClose(layer.movingVariance, variance, 1e-4);
  const before = averages(layer);
  expectClose(layer.call(x), layer.call(x, training()), 1e-3);
  layer.movingMean.assign(tf.tensor1d(before.slice(0, 2)));
  layer.call(x);
  expect(averages(layer).slice(0, 2)).toEqual(before.slice(0, 2));
});

test("a layer that is called twice in a step moves its averages twice", () => {
  const [once, twice] = [0, 1].map(() => new BatchNorm({ inputSize: 1, momentum: 0.5 })) as [BatchNorm, BatchNorm];
  const [a, b] = [tf.tensor2d([[2], [4]]), tf.tensor2d([[8], [8]])];
  const given = training();
  for (const x of [a, b]) twice.call(x, given);
  for (const [step, x] of [a, b].entries()) once.call(x, training(step));
  expect(averages(twice)).toEqual(averages(once));
  expectClose(twice.movingMean, [3 * 0.25 + 8 * 0.5]);
});

test("with sequenceLength, padded ≡ trimmed: what is past the end, NaN too, is in no statistic and no gradient", () => {
  const cut = fc.integer({ min: 1, max: 3 });
  const property = fc.property(cut, cut, fc.boolean(), (first, second, isTraining) => {
    tf.tidy(() => {
      const lengths = [first, second];
      const [padded, trimmed] = [0, 1].map(() => new BatchNorm({ inputSize: 2 })) as [BatchNorm, BatchNorm];
      const x = uniform<tf.Rank.R3>([2, 3, 2], 1);
      const rows = lengths.map((length, i) => tf.slice(x, [i, 0, 0], [1, length, 2]).reshape([length, 2]));
      const holes = rows.map((row) =>
        row.pad(
          [
            [0, 3 - (row.shape[0] as number)],
            [0, 0],
          ],
          Number.NaN,
        ),
      );
      const given = isTraining ? training() : undefined;
      const run = (layer: BatchNorm, of: () => tf.Tensor) => {
        const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(of())) as tf.Scalar, layer.trainableVariables);
        return [value, ...layer.trainableVariables.map(({ name }) => grads[name] as tf.Tensor)];
      };
      const live = run(padded, () => padded.call(tf.stack(holes), given, lengths));
      const whole = run(trimmed, () => trimmed.call(tf.concat(rows), given));
      live.forEach((each, i) => {
        expectClose(each, whole[i], 1e-4);
      });
      expectClose(averages(padded), averages(trimmed), 1e-6);
      for (const each of [padded, trimmed]) each.dispose();
    });
  });
  fc.assert(property, { numRuns: 20, seed: 8 });
});

describe.runIf(canCompile())("in a compiled step", () => {
  const x = () => uniform<tf.Rank.R2>([8, 3], 1);
  const target = () => uniform<tf.Rank.R2>([8, 2], 2);
  const model = () => {
    const norm = new BatchNorm({ inputSize: 3, momentum: 0.7 });
    const head = new Dense({ inputSize: 3, outputSize: 2, seed: 1 });
    const loss = (given: tf.Tensor2D, y: tf.Tensor2D, step: StepTraining) =>
      tf.sum(tf.squaredDifference(head.call(norm.call(norm.call(given, step), step)), y), 1);
    const variables = [...head.variables, ...norm.trainableVariables];
    const optimizer = new GradientDescentOptimizer({ learningRate: 0.05 });
    return { norm, head, loss, variables, optimizer, options: { variables, optimizer } };
  };
  const weightsOf = ({ variables, norm }: ReturnType<typeof model>) => [
    ...variables.flatMap((variable) => [...variable.dataSync()]),
    ...averages(norm),
  ];

  /** Four eager steps, by `minimize`. */
  const eager = () => {
    const made = model();
    const losses = [0, 1, 2, 3].map((step) => {
      const given = { seed: 0, step: tf.scalar(step, "int32") };
      return made.optimizer.minimize(() => tf.mean(made.loss(x(), target(), given)), made.variables).dataSync()[0];
    });
    return [...losses, ...weightsOf(made)];
  };

  test.each([{ shards: 1 }, { shards: 4 }, { shards: 4, guard: true }])(
    "%o: losses, weights and moving averages are those of eager steps",
    (options) => {
      const made = model();
      const frozen = made.norm.movingAverages;
      const step = trainStep(made.loss, { ...made.options, frozen, ...options });
      const losses = [0, 1, 2, 3].map(() => step(x(), target()));
      expectClose([...losses, ...weightsOf(made)], eager(), 1e-5);
      step.dispose();
    },
  );

  test("moving averages that are assigned between two steps are seen by the next, beside other frozen variables", () => {
    const made = model();
    const other = tf.variable(tf.scalar(0), false);
    const { norm } = made;
    const loss = (...[a, b, c]: Parameters<typeof made.loss>) => tf.add(made.loss(a, b, c), other);
    const frozen = [norm.movingVariance, other, norm.movingMean];
    const step = trainStep(loss, { ...made.options, frozen, shards: 2 });
    step(x(), target());
    norm.movingMean.assign(tf.fill([3], 100));
    other.assign(tf.scalar(5));
    expect(step(x(), target())).toBeGreaterThan(5);
    for (const value of norm.movingMean.dataSync()) expect(value).toBeCloseTo(100 * 0.7 * 0.7, 0);
    expect(other.dataSync()[0]).toBe(5);
    step.dispose();
  });

  test("a step that is not finite moves no average", () => {
    const made = model();
    const step = trainStep(made.loss, { ...made.options, frozen: made.norm.movingAverages, guard: true });
    step(x(), target());
    const before = weightsOf(made);
    expect(() => step(tf.fill([8, 3], Number.NaN), target())).toThrow(/not finite|is NaN/);
    expect(weightsOf(made)).toEqual(before);
    step.dispose();
  });

  test("moving averages that are not named in `frozen`, a compiled function and a loop over time are refused", () => {
    const made = model();
    const step = trainStep(made.loss, made.options);
    expect(() => step(x(), target())).toThrow(CompileError);
    expect(() => step(x(), target())).toThrow(/is not declared/);
    step.dispose();
    const call = compile((at: tf.Tensor2D) => made.norm.call(at, training()), { variables: made.norm.variables });
    expect(() => call(x())).toThrow(/the function assigns to a variable/);
    const inLoop = ([at]: tf.Tensor[], [h]: tf.Tensor[]) => {
      const next = tf.add(made.norm.call(at as tf.Tensor, training()), h as tf.Tensor);
      return { results: [next], states: [next] };
    };
    const loop = compile((at: tf.Tensor3D) => scan(inLoop, [at], [tf.zeros([2, 3])]).results[0] as tf.Tensor, {
      variables: made.norm.variables,
    });
    expect(() => loop(tf.ones([300, 2, 3]))).toThrow(/is updated in the body of a loop over time/);
  });
});

test("BatchNorm leaks no tensor but its outputs; names, and refusals", () => {
  const layer = expectTensors(4, () => new BatchNorm({ inputSize: 2 }));
  expect(Object.keys(layer.weights)).toEqual(
    ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => `batch_normalization/${name}`),
  );
  expect(layer.variables.map(({ trainable }) => trainable)).toEqual([true, true, false, false]);
  const x = tf.ones([4, 3, 2]);
  expectTensors(1, () => layer.call(x));
  expectTensors(1, () => layer.call(x, training()));
  expectTensors(1, () => layer.call(x, training(), [1, 2, 3, 0]));
  expect(() => layer.call(tf.ones([4, 3]))).toThrow(/inputs: expected .*\[batch, 2\].*got .*\[4,3\]/);
  expect(() => layer.call(tf.ones([2]))).toThrow(/BatchNorm\.call: inputs/);
  expect(() => layer.call(x, training(), [1, 2, 3, 4])).toThrow(/sequenceLength\[3\]/);
  expect(() => layer.call(tf.ones([4, 2]), training(), [1])).toThrow(/\[batch, nSteps, 2\]/);
  expect(() => layer.call(x, { seed: 0.5, step: 0 })).toThrow(/training\.seed/);
  expectTensors(-4, () => layer.dispose());
  const wrong = (given: object) => expect(() => new BatchNorm({ inputSize: 1, ...given }));
  wrong({ inputSize: 0 }).toThrow(/BatchNorm: inputSize/);
  wrong({ momentum: 1 }).toThrow(/BatchNorm: momentum: expected a number from 0 to below 1/);
  wrong({ epsilon: 0 }).toThrow(/BatchNorm: epsilon/);
  wrong({ axis: 1 }).toThrow(/also axis/);
});
