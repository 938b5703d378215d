import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type StepLoss, shared, trainStep, trainStepOnRows } from "../../../../src/compile";
import {
  DropoutWrapper,
  dynamicRnn,
  GRUCell,
  GradientDescentOptimizer,
  LSTMCell,
  type Training,
} from "../../../../src/rnn";
import * as tf from "../../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../../support";
import { expectRefused, onNative } from "../../support";

scopeEachTest();

const still = () => new GradientDescentOptimizer({ learningRate: 0 });
const scale = () => tf.variable(tf.tensor1d([1, 2, 3]));
const x = () => uniform<tf.Rank.R2>([6, 3], 4);

type Terms = (x: tf.Tensor2D, w: tf.Tensor) => ReturnType<StepLoss>;

/** Losses whose terms depend on more than an example of their own. */
const DEPENDENT: Record<string, Terms> = {
  "batch statistics": (x, w) => {
    const { mean, variance } = tf.moments(x, 0);
    return tf.square(tf.sum(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), w), 1));
  },
  "the mean of the batch": (x, w) => tf.square(tf.sum(tf.mul(tf.sub(x, tf.mean(x, 0)), w), 1)),
  "the size of the batch": (x, w) => tf.div(tf.square(tf.sum(tf.mul(x, w), 1)), x.shape[0]),
  "a count of one": (x, w) => ({ sum: tf.sum(tf.square(tf.mul(x, w))), count: tf.scalar(1) }),
  "the other examples, as negatives": (x, w) => {
    const products = tf.matMul(tf.mul(x, w), x, false, true);
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(products), tf.eye(x.shape[0])), 1));
  },
  "the batch, in one of two parts": (x, w) => ({
    good: tf.square(tf.sum(tf.mul(x, w), 1)),
    bad: tf.square(tf.sum(tf.sub(tf.mul(x, w), tf.mean(x)), 1)),
  }),
  "a small sum over the weights, once for each shard": (x, w) => ({
    sum: tf.add(tf.sum(tf.square(tf.sum(tf.mul(x, w), 1))), tf.mul(tf.sum(tf.square(w)), 1e-2)),
    count: tf.scalar(x.shape[0]),
  }),
  "a count of one, in tiny numbers": (x, w) => ({
    sum: tf.sum(tf.square(tf.mul(tf.mul(x, w), 1e-5))),
    count: tf.scalar(1),
  }),
  "the mean of the batch, in tiny numbers": (x, w) =>
    tf.square(tf.mul(tf.sum(tf.mul(tf.sub(x, tf.mean(x, 0)), w), 1), 1e-5)),
  "the batch, in a further tensor": (x, w) => ({ loss: tf.square(tf.sum(tf.mul(x, w), 1)), aux: tf.mean(x) }),
};

onNative("a loss whose terms depend on other examples", () => {
  describe.each(Object.entries(DEPENDENT))("%s", (_name, terms) => {
    test.each([2, 6])("is refused in %i shards, moves nothing, and is right in one", (shards) => {
      const [w, batch] = [scale(), x()];
      const loss = (x: tf.Tensor2D) => terms(x, w);
      const step = trainStep(loss as StepLoss, { variables: [w], optimizer: still(), shards });
      expectRefused(() => step(batch), /of the whole batch of 6 examples is .* shards give .* set shards: 1/);
      expectRefused(
        () =>
          trainStepOnRows([batch], loss as StepLoss, { variables: [w], optimizer: still(), shards })([
            1, 0, 2, 5, 4, 3,
          ]),
        /set shards: 1/,
      );
      expectClose(w, [1, 2, 3], 0);
      trainStep(loss as StepLoss, { variables: [w], optimizer: still(), shards: 1 })(batch);
    });
  });

  test("a missing shared(t) is found, with the number that the whole batch gives", () => {
    const [w, x, y] = [tf.variable(tf.ones([])), tf.ones<tf.Rank.R1>([4]), tf.tensor1d([0, 1, 0, 1], "int32")];
    const loss = (x: tf.Tensor1D, y: tf.Tensor1D, classWeights: tf.Tensor1D) =>
      tf.mul(tf.mul(x, w), tf.gather(classWeights, y));
    const step = trainStep(loss, { variables: [w], optimizer: still(), shards: 2 });
    const weights = tf.tensor1d([1, 2, 30, 40]);
    expectRefused(() => step(x, y, weights), /is 1\.50000, but its 2 shards give 18\.2500.*shared\(t\)/);
    expect(step(x, y, shared(weights))).toBe(1.5);
  });
});

/** Losses that give one number in shards and in one piece, where a comparison may find a difference of rounding. */
const INDEPENDENT: Record<string, (x: tf.Tensor2D, w: tf.Tensor) => ReturnType<StepLoss>> = {
  "terms of both signs, whose sum is rounding alone": (x, w) => {
    const terms = tf.sum(tf.mul(x, w), 1);
    return tf
      .concat([terms, tf.neg(tf.add(terms, 1e-9))])
      .reshape([2, -1])
      .transpose();
  },
  "a sum of both signs, whose sum is rounding alone": (x, w) => {
    const terms = tf.sum(tf.mul(x, w), 1);
    return { sum: tf.sub(tf.sum(terms), tf.sum(tf.mul(terms, 1 + 1e-7))), count: tf.scalar(x.shape[0]) };
  },
  "terms that are almost zero": (x, w) => tf.square(tf.mul(tf.sub(tf.matMul(x, tf.reshape(w, [3, 1])), 1), 1e-12)),
  "no term at all": (x, w) => ({ sum: tf.mul(tf.sum(tf.mul(x, w)), 0), count: tf.scalar(0) }),
  "terms that are not finite": (x, w) => tf.div(tf.sum(tf.mul(x, w), 1), 0),
  "a term for each example, and for each time step": (x, w) => tf.mul(x, w),
};

onNative("a loss whose terms depend on their own example alone", () => {
  test.each(Object.entries(INDEPENDENT))("%s: is not refused", (_name, terms) => {
    for (const shards of [2, 3]) {
      const w = scale();
      const loss = (x: tf.Tensor2D) => terms(x, w);
      expect(() => trainStep(loss as StepLoss, { variables: [w], optimizer: still(), shards })(x())).not.toThrow();
    }
  });

  test("a recurrence that makes rounding errors grow, a mean error of 1e-11: is not refused", () => {
    const cell = new GRUCell({ inputSize: 3, numUnits: 16, seed: 1 });
    for (const variable of cell.variables) variable.assign(tf.mul(variable, 6)); // chaotic
    const batch = uniform<tf.Rank.R3>([8, 60, 3], 2);
    const target = dynamicRnn(cell, batch)[1];
    const chaotic = (x: tf.Tensor3D) => tf.square(dynamicRnn(cell, x)[1]);
    const learned = (x: tf.Tensor3D, y: tf.Tensor2D) => tf.square(tf.sub(dynamicRnn(cell, x)[1], tf.add(y, 1e-6)));
    const options = { variables: cell.variables, optimizer: still(), shards: 4 };
    trainStep(chaotic, options)(batch);
    trainStep(learned, options)(batch, target);
  });

  test.each([2, 3])("a model that has learned its data to the last digit: is not refused in %i shards", (shards) => {
    const cell = new LSTMCell({ inputSize: 3, numUnits: 5, seed: 1 });
    const options = { variables: cell.variables, optimizer: still(), shards };
    for (const n of [2, 4, 6, 9, 14]) {
      const batch = uniform<tf.Rank.R3>([n, 7, 3], n);
      const loss = (x: tf.Tensor3D, y: tf.Tensor2D) => {
        const error = tf.sub(dynamicRnn(cell, x)[1].h, y);
        return { loss: tf.square(error), aux: { error } };
      };
      const { loss: value } = trainStep(loss, options)(batch, dynamicRnn(cell, batch)[1].h);
      expect(value).toBeLessThan(1e-13);
    }
  });

  test("terms that are the rounding errors of larger numbers: are not refused", () => {
    const head = tf.variable(tf.mul(uniform<tf.Rank.R2>([4, 3], 1), 1e-3));
    const loss = (x: tf.Tensor2D) => {
      const logVariance = tf.matMul(tf.tanh(x), head);
      return tf.sub(tf.sub(tf.exp(logVariance), logVariance), 1);
    };
    for (let n = 2; n <= 30; n += 2) {
      const step = trainStep(loss, { variables: [head], optimizer: still(), shards: 2 });
      expect(() => step(uniform<tf.Rank.R2>([n, 4], n))).not.toThrow();
      step.dispose();
    }
  });

  test("any shape of batch, with dropout that draws for each example: is not refused, and gives one number", () => {
    const sizes = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 4 }),
        sizes,
        fc.boolean(),
        (n, nSteps, shards, variationalRecurrent) =>
          tf.tidy(() => {
            const options = { inputKeepProb: 0.6, stateKeepProb: 0.7, variationalRecurrent };
            const cell = new DropoutWrapper(new GRUCell({ inputSize: 2, numUnits: 3, seed: 1 }), options);
            const batch = uniform<tf.Rank.R3>([n, nSteps, 2], n);
            const loss = (x: tf.Tensor3D, training: Training) =>
              tf.square(dynamicRnn(cell, x, { training })[1] as tf.Tensor2D);
            const run = (shards: number) => {
              const step = trainStep<typeof loss>(loss, {
                variables: cell.variables,
                optimizer: still(),
                shards,
                seed: 3,
              });
              const value = step(batch);
              step.dispose();
              return value;
            };
            expectClose([run(shards)], [run(1)], 1e-5);
          }),
      ),
      { numRuns: 8 },
    );
  });
});
