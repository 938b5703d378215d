import { describe, expect, test } from "vitest";
import { type StepTraining, scan, trainStep } from "../../../src/compile";
import { GradientDescentOptimizer } from "../../../src/rnn";
import { uniformFrom } from "../../../src/rnn/random-key";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";

scopeEachTest();

const draw = ({ seed, step }: StepTraining, shape: readonly number[], time: number | tf.Scalar = 0) =>
  uniformFrom({ seed, step, path: [7], time }, shape);

onNative("a random draw that all examples share", () => {
  describe.each([1, 2, 4])("with %i shards of a batch of 4", (shards) => {
    test.each([[[1, 3]], [[2, 3]], [[4, 3]]])("of shape %j, as large as a shard or not: as eager", (shape) => {
      const [w, x] = [tf.variable(tf.ones([3])), uniform<tf.Rank.R2>([4, 3], 1)];
      const loss = (x: tf.Tensor2D, training: StepTraining) => {
        const mask = tf.sum(draw(training, shape), 0);
        const own = draw(training, x.shape);
        return tf.sum(tf.mul(tf.mul(tf.mul(x, w), mask), own), 1);
      };
      const optimizer = new GradientDescentOptimizer({ learningRate: 0 });
      const step = trainStep<typeof loss>(loss, { variables: [w], optimizer, shards, seed: 5 });
      const expected = tf.mean(loss(x, { seed: 5, step: tf.scalar(0, "int32") }));
      expectClose([step(x)], expected, 1e-6);
    });

    test("in a loop over time: as eager", () => {
      const [w, x] = [tf.variable(tf.ones([3])), uniform<tf.Rank.R2>([4, 3], 1)];
      const loss = (x: tf.Tensor2D, training: StepTraining) => {
        const step = (_: tf.Tensor[], [h]: tf.Tensor[], time: tf.Scalar) => {
          const next = tf.add(
            tf.mul(h as tf.Tensor, draw(training, [1, 3], time)),
            tf.mul(x, draw(training, x.shape, time)),
          );
          return { results: [next], states: [next] };
        };
        const { states } = scan(step as never, [tf.zeros([6, 1])], [tf.mul(x, w)], { unroll: 3 });
        return tf.sum(states[0] as tf.Tensor, 1);
      };
      const optimizer = new GradientDescentOptimizer({ learningRate: 0 });
      const step = trainStep<typeof loss>(loss, { variables: [w], optimizer, shards, seed: 5 });
      const expected = tf.mean(loss(x, { seed: 5, step: tf.scalar(0, "int32") }));
      expectClose([step(x)], expected, 1e-5);
      expect(Number.isFinite(step(x))).toBe(true);
    });
  });
});
