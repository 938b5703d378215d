// Gradients of n batches give the update of the joined batch: any optimizer, batches of different sizes, shards, guard.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, StepNotFiniteError, trainStep } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const KINDS: ((more: rnn.OptimizerOptions) => rnn.Optimizer)[] = [
  (more) => new rnn.GradientDescentOptimizer({ learningRate: 0.1, ...more }),
  (more) => new rnn.MomentumWOptimizer({ learningRate: 0.1, ...more }),
  (more) => new rnn.RMSPropOptimizer({ learningRate: 0.01, centered: true, epsilon: 1e-3, ...more }),
  (more) => new rnn.AdamOptimizer({ learningRate: (step) => 0.1 / (step + 1), epsilon: 1e-3, ...more }),
  (more) => new rnn.AdamWOptimizer({ learningRate: 0.1, epsilon: 1e-3, globalClipNorm: 0.1, ...more }),
  (more) => new rnn.AdagradOptimizer({ learningRate: 0.1, ...more }),
  (more) => new rnn.AdadeltaOptimizer({ learningRate: 0.1, epsilon: 1e-3, ...more }),
  (more) => new rnn.FtrlOptimizer({ learningRate: 0.1, ...more }),
];
const model = () => {
  const [v, w] = [tf.variable(uniform<tf.Rank.R2>([3, 2], 1)), tf.variable(uniform<tf.Rank.R2>([2, 2], 2))];
  const terms = (x: tf.Tensor2D) =>
    tf.sum(tf.square(tf.matMul(tf.tanh(tf.matMul(x, v as tf.Tensor2D)), w as tf.Tensor2D)), 1);
  return { variables: [v, w] as tf.Variable[], terms };
};
const batch = (size: number, seed: number) => uniform<tf.Rank.R2>([size, 3], seed);

/** Trains on batches, one call each. @returns the variables */
type Train = (
  make: (more: rnn.OptimizerOptions) => rnn.Optimizer,
  more: object,
  batches: tf.Tensor2D[],
) => tf.Variable[];
const eager: Train = (make, more, batches) => {
  const [{ variables, terms }, optimizer] = [model(), make(more)];
  for (const x of batches) {
    const { gradients } = rnn.computeGradients(() => tf.mean(terms(x)) as tf.Scalar, variables);
    optimizer.applyGradients(gradients, { count: x.shape[0] });
  }
  optimizer.dispose();
  return variables;
};
const compiled =
  (shards: number, guard: boolean): Train =>
  (make, more, batches) => {
    const [{ variables, terms }, optimizer] = [model(), make(more)];
    const step = trainStep(terms, { variables, optimizer, shards, guard });
    for (const x of batches) step(x);
    step.dispose();
    optimizer.dispose();
    return variables;
  };

test("n batches of any sizes ≡ the joined batch, for every optimizer, eager and compiled", () => {
  const sizes = fc.array(fc.constantFrom(1, 2, 4), { minLength: 2, maxLength: 3 });
  const ways = canCompile() ? fc.constantFrom("eager", "1", "2", "2 guarded") : fc.constant("eager");
  fc.assert(
    fc.property(fc.nat(KINDS.length - 1), sizes, ways, (kind, sizes, way) =>
      tf.tidy(() => {
        const train = way === "eager" ? eager : compiled(Number(way[0]), way.includes("guarded"));
        const updates = [0, 1, 2].map((update) => sizes.map((size, i) => batch(size, 10 * update + i)));
        const joined = updates.map((each) => tf.concat2d(each, 0));
        const make = KINDS[kind] as (typeof KINDS)[number];
        const expected = eager(make, {}, joined);
        const actual = train(make, { gradientAccumulationSteps: sizes.length }, updates.flat());
        for (const [i, variable] of actual.entries()) expectClose(variable, expected[i] as tf.Variable, 2e-5);
      }),
    ),
    { numRuns: 20 },
  );
});

const start = () => {
  const { variables, terms } = model();
  const optimizer = new rnn.AdamOptimizer({ learningRate: 0.1, gradientAccumulationSteps: 3 });
  return { variables, terms, optimizer, values: () => variables.map((each) => [...each.dataSync()]) };
};

test("weights, step, schedule and averages move at the last batch only", () => {
  const { variables, terms, values } = start();
  const rates: number[] = [];
  const learningRate = (step: number) => {
    rates.push(step);
    return 0.1;
  };
  const optimizer = new rnn.AdamOptimizer({ learningRate, gradientAccumulationSteps: 3, movingAverage: {} });
  const seen = [values().join()];
  for (let i = 0; i < 6; i++) {
    optimizer.minimize(() => tf.mean(terms(batch(2, i))) as tf.Scalar, variables);
    seen.push(values().join());
  }
  expect(seen.map((each, i) => each !== seen[i - 1])).toEqual([true, false, false, true, false, false, true]);
  expect(optimizer.step).toBe(2);
  expect(new Set(rates)).toEqual(new Set([0, 1]));
});

test("a state between two batches of an update continues bit for bit", () => {
  const { variables, terms, optimizer, values } = start();
  const run = (of: ReturnType<typeof start>, i: number) =>
    of.optimizer.applyGradients(
      rnn.computeGradients(() => tf.mean(of.terms(batch(2, i))) as tf.Scalar, of.variables).gradients,
    );
  const first = { variables, terms, optimizer, values };
  for (let i = 0; i < 5; i++) run(first, i);
  const named = ([v, w]: tf.Variable[]) => ({ v, w }) as Record<string, tf.Variable>;
  const state = optimizer.state(named(variables));
  expect(state.numbers).toMatchObject({ step: 1, accumulated_batches: 2, accumulated_count: 2 });
  const second = start();
  for (const [i, each] of second.variables.entries()) each.assign(tf.clone(variables[i] as tf.Variable));
  second.optimizer.restore(named(second.variables), state);
  for (let i = 5; i < 10; i++) for (const each of [first, second]) run(each, i);
  expect(second.values()).toEqual(first.values());
});

test("weights that are frozen in the middle of an update are refused", () => {
  const { variables, terms, optimizer } = start();
  const minimize = (of: tf.Variable[]) => optimizer.minimize(() => tf.mean(terms(batch(2, 1))) as tf.Scalar, of);
  minimize(variables);
  expect(() => minimize(variables.slice(1))).toThrow(
    /expected the same trainable weights in all 3 batches of an update/,
  );
});

describe.runIf(canCompile())("compiled", () => {
  test("a batch that is not finite adds nothing; the next ones go on", () => {
    const [a, b] = [start(), start()];
    const [good, bad] = [batch(4, 1), tf.fill<tf.Rank.R2>([4, 3], Number.NaN)];
    const stepOf = ({ variables, terms, optimizer }: ReturnType<typeof start>) =>
      trainStep(terms, { variables, optimizer, guard: true, shards: 2 });
    const [first, second] = [stepOf(a), stepOf(b)];
    first(good);
    expect(() => first(bad)).toThrow(StepNotFiniteError);
    for (const seed of [2, 3, 4]) first(batch(4, seed));
    second(good);
    for (const seed of [2, 3, 4]) second(batch(4, seed));
    expect(a.values()).toEqual(b.values());
    expect([a.optimizer.step, first.iteration]).toEqual([1, 4]);
    first.dispose();
    second.dispose();
  });

  test("{ sum, count }: a batch weighs as many terms as it has, and one without terms nothing", () => {
    const w = tf.variable(tf.tensor1d([0]));
    const optimizer = new rnn.GradientDescentOptimizer({ learningRate: 1, gradientAccumulationSteps: 3 });
    const loss = (x: tf.Tensor2D, live: tf.Tensor2D) => ({
      sum: tf.sum(tf.mul(tf.mul(x, w), live)),
      count: tf.sum(live),
    });
    const step = trainStep(loss, { variables: [w], optimizer, shards: 2 });
    const ones = tf.ones<tf.Rank.R2>([2, 2]);
    step(tf.fill([2, 2], 8), tf.tensor2d([1, 0, 0, 0], [2, 2])); // one term
    step(tf.fill([2, 2], 5), tf.zeros([2, 2])); // none
    step(tf.fill([2, 2], 3), ones); // four
    expectClose(w, [-(8 + 4 * 3) / 5]);
    step.dispose();
  });

  test("a scalar loss, the mean over a batch, weighs as many examples as the batch has", () => {
    for (const isPart of [false, true]) {
      const w = tf.variable(tf.scalar(0));
      const optimizer = new rnn.GradientDescentOptimizer({ learningRate: 1, gradientAccumulationSteps: 2 });
      const mean = (x: tf.Tensor1D) => tf.mean(tf.mul(x, w)) as tf.Scalar;
      const step = trainStep((x: tf.Tensor1D) => (isPart ? { a: mean(x) } : mean(x)), { variables: [w], optimizer });
      step(tf.tensor1d([1, 2]));
      step(tf.tensor1d([6]));
      expectClose(w, [-(1 + 2 + 6) / 3]); // not −(1.5 + 6) / 2
      step.dispose();
    }
  });

  test("eager and compiled steps of one optimizer share their sums", () => {
    const { variables, terms, optimizer } = start();
    const twin = start();
    const step = trainStep(terms, { variables, optimizer });
    const update = (of: ReturnType<typeof start>, i: number) =>
      of.optimizer.applyGradients(
        rnn.computeGradients(() => tf.mean(of.terms(batch(2, i))) as tf.Scalar, of.variables).gradients,
        { count: 2 },
      );
    step(batch(2, 0));
    update({ variables, terms, optimizer, values: twin.values }, 1);
    step(batch(2, 2));
    for (const i of [0, 1, 2]) update(twin, i);
    for (const [i, each] of variables.entries()) expectClose(each, twin.variables[i] as tf.Variable, 1e-5);
    step.dispose();
  });
});
