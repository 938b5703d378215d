// An optimizer of one's own, from one function: eager and compiled, in fit, with slots in checkpoints.
import { beforeAll, describe, expect, test } from "vitest";
import { CompileError, canCompile, trainStep } from "../../../src/compile";
import { AdamOptimizer, functionOptimizer, type Optimizer, type OptimizerOptions } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { fit } from "../../../src/train";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";
import { classifier, quick, sequences, weightsOf } from "../../train/support";

beforeAll(() => tf.ready());
scopeEachTest();

/** Lion (Chen et al. 2023, arXiv:2302.06675), with decoupled weight decay as in the paper. */
const lion = (options: OptimizerOptions = {}, [beta1, beta2, decay] = [0.9, 0.99, 0.1]) =>
  functionOptimizer(
    "Lion",
    {
      slots: { Lion: 0 },
      update: ({ weight, gradient, slots: { Lion: m }, learningRate }) => {
        const direction = tf.sign(tf.add(tf.mul(m, beta1 as number), tf.mul(gradient, 1 - (beta1 as number))));
        const change = tf.add(direction, tf.mul(weight, decay as number));
        return {
          weight: tf.sub(weight, tf.mul(change, learningRate)),
          slots: { Lion: tf.add(tf.mul(m, beta2 as number), tf.mul(gradient, 1 - (beta2 as number))) },
        };
      },
    },
    { learningRate: 1e-2, ...options },
  );

/** Adam again, by its formula, to compare it with the fused one. */
const adam = (options: OptimizerOptions) =>
  functionOptimizer(
    "OwnAdam",
    {
      slots: { m: 0, v: 0 },
      update: ({ weight, gradient, slots, learningRate, step }) => {
        const m = tf.add(slots.m, tf.mul(tf.sub(gradient, slots.m), 0.1));
        const v = tf.add(slots.v, tf.mul(tf.sub(tf.square(gradient), slots.v), 0.001));
        const correction = tf.div(tf.sqrt(tf.sub(1, tf.pow(0.999, step))), tf.sub(1, tf.pow(0.9, step)));
        const change = tf.div(tf.mul(m, tf.mul(learningRate, correction)), tf.add(tf.sqrt(v), 1e-8));
        return { weight: tf.sub(weight, change), slots: { m, v } };
      },
    },
    options,
  );

const data = () => uniform<tf.Rank.R2>([6, 3], 4);
const weights = () => [tf.variable(uniform([3, 2], 1)), tf.variable(uniform([2], 2))];
const lossOf = (of: tf.Variable[]) => (x: tf.Tensor2D) =>
  tf.sum(tf.square(tf.add(tf.matMul(x, of[0] as tf.Tensor as tf.Tensor2D), of[1] as tf.Variable)), 1);
const train = (optimizer: Optimizer, steps: number, shards?: number) => {
  const variables = weights();
  const loss = lossOf(variables);
  const step = shards === undefined ? undefined : trainStep(loss, { variables, optimizer, shards, guard: true });
  for (let i = 0; i < steps; i++) {
    if (step) step(data());
    else optimizer.minimize(() => tf.mean(loss(data())) as tf.Scalar, variables);
  }
  step?.dispose();
  return variables;
};

test("Lion: two steps by hand", () => {
  const w = tf.variable(tf.tensor1d([1, -2]));
  const optimizer = lion({ learningRate: 0.5 }, [0.5, 0.5, 0]);
  const apply = (gradient: number[]) => optimizer.applyGradients([{ variable: w, gradient: tf.tensor1d(gradient) }]);
  apply([4, -1]); // m = 0: sign(2, −0.5); then m = (2, −0.5)
  expectClose(w, [0.5, -1.5]);
  apply([-1, 2]); // sign(0.5, 0.75)
  expectClose(w, [0, -2]);
  expectClose(optimizer.slotsOf(w)[0] as tf.Variable, [0.5, 0.75]);
});

describe.runIf(canCompile()).each([1, 2])("compiled in %i shards", (shards) => {
  test.each<[string, OptimizerOptions]>([
    ["plain", {}],
    ["a schedule, clipping and a part's rate", { learningRate: (step) => 0.1 / (step + 1), globalClipNorm: 0.5 }],
    ["averages and accumulation", { movingAverage: { decay: 0.5 }, gradientAccumulationSteps: 2 }],
  ])("%s: ≡ eager steps", (_, options) => {
    for (const make of [lion, adam]) {
      const [a, b] = [train(make(options), 6, shards), train(make(options), 6)];
      for (const [i, variable] of a.entries()) expectClose(variable, b[i] as tf.Variable, 1e-5);
    }
  });

  test("Adam by its formula ≡ the fused Adam", () => {
    const fused = train(new AdamOptimizer({ learningRate: 0.1 }), 8, shards);
    const own = train(adam({ learningRate: 0.1 }), 8, shards);
    for (const [i, variable] of own.entries()) expectClose(variable, fused[i] as tf.Variable, 1e-5);
  });

  test("a step that is not finite moves nothing", () => {
    const [variables, optimizer] = [weights(), lion()];
    const step = trainStep(lossOf(variables), { variables, optimizer, shards, guard: true });
    const before = variables.map((each) => [...each.dataSync()]);
    expect(() => step(tf.fill([6, 3], Number.NaN))).toThrow(/not finite/);
    expect(variables.map((each) => [...each.dataSync()])).toEqual(before);
    step.dispose();
  });
});

test.each([false, ...(canCompile() ? [true] : [])])("fit trains with it, compiled: %s", async (compiled) => {
  const [model, optimizer] = [classifier(), lion()];
  const before = weightsOf(model);
  await fit(model, sequences(), quick({ optimizer, compiled, epochs: 2 }));
  expect(optimizer.step).toBe(6);
  expect(weightsOf(model)).not.toEqual(before);
  expect(Object.keys(optimizer.state({ w: model.variables[0] as tf.Variable }).tensors)).toEqual(["w/Lion"]);
});

test("an eager step leaves the slots only; a wrong update is refused by what it returned", () => {
  const w = tf.variable(tf.tensor1d([1, 2]));
  const gradients = [{ variable: w, gradient: tf.onesLike(w) }];
  const optimizer = lion();
  expectTensors(1, () => optimizer.applyGradients(gradients));
  expectTensors(0, () => optimizer.applyGradients(gradients));
  const apply = (update: object) => () =>
    functionOptimizer("Mine", { slots: { m: 0 }, update: () => update } as never).applyGradients(gradients);
  expect(apply({})).toThrow(
    /^Mine: weight, as update returns it: expected a float32 tensor of shape \[2\], got undefined/,
  );
  expect(apply({ weight: w })).toThrow(/slots\.m, as update returns it/);
  expect(apply({ weight: tf.scalar(1), slots: { m: w } })).toThrow(
    /weight, .*\[2\], got a float32 tensor of shape \[\]/,
  );
  expect(() => functionOptimizer("Mine", { update: 3 } as never)).toThrow(/Mine: update: expected a function/);
});

test.runIf(canCompile())("an update that reads values cannot become a graph", () => {
  const optimizer = functionOptimizer("Reader", {
    update: ({ weight, gradient }) => ({ weight: tf.mul(weight, gradient.dataSync()[0] as number) }),
  });
  expect(() => train(optimizer, 1, 1)).toThrow(CompileError);
});
