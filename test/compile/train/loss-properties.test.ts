import fc from "fast-check";
import { test } from "vitest";
import { shared, trainStep } from "../../../src/compile";
import { GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";

scopeEachTest();

const size = (max: number) => fc.integer({ min: 1, max });
const weight = fc.constantFrom(0, 0.5, 1, 3);

/** A loss of two parts, with a shared argument and further tensors, for x of any rank from 2 on. */
function lossOf(w: tf.Variable) {
  return (x: tf.Tensor, mask: tf.Tensor1D, table: tf.Tensor) => {
    const perExample = tf.sum(tf.reshape(tf.mul(x, w), [mask.size, -1]), 1);
    const scaled = tf.mul(tf.tanh(perExample), tf.sum(tf.square(table)));
    const parts = {
      all: tf.square(tf.mul(x, w)),
      some: { sum: tf.sum(tf.mul(tf.square(scaled), mask)), count: tf.sum(mask) },
    };
    const live = { sum: tf.sum(tf.mul(scaled, mask)), count: tf.sum(mask) };
    return { loss: parts, aux: { scaled, list: [tf.argMax(tf.reshape(x, [mask.size, -1]), 1), live] as const } };
  };
}

onNative("a loss of parts with a shared argument and further tensors", () => {
  test("any ranks, batches, shards, masks and weights: one number, compiled as eager", () => {
    const shape = fc.tuple(size(9), fc.array(size(3), { minLength: 1, maxLength: 3 }));
    const given = fc.record({
      shape,
      others: fc.array(size(4), { maxLength: 2 }),
      shards: size(9),
      a: weight,
      b: weight,
    });
    fc.assert(
      fc.property(given, fc.nat(), ({ shape: [n, rest], others, shards, a, b }, bits) =>
        tf.tidy(() => {
          const [x, table] = [uniform([n, ...rest], n + rest.length), uniform(others, 3)];
          const mask = tf.tensor1d(Array.from({ length: n }, (_, i) => (bits >> i) & 1));
          const [w, eager] = [0, 1].map(() => tf.variable(tf.fill([rest.at(-1) as number], 0.5))) as [
            tf.Variable,
            tf.Variable,
          ];
          const optimizer = () => new GradientDescentOptimizer({ learningRate: 0.1 });
          const step = trainStep(lossOf(w), {
            variables: [w],
            optimizer: optimizer(),
            shards,
            lossWeights: { all: a, some: b },
          });
          for (let i = 0; i < 2; i++) {
            const { loss: parts, aux } = lossOf(eager)(x, mask, table);
            const count = Math.max(1, parts.some.count.dataSync()[0] as number);
            const total = () => {
              const { all, some } = lossOf(eager)(x, mask, table).loss;
              return tf.add(tf.mul(tf.mean(all), a), tf.mul(tf.div(some.sum, count), b)) as tf.Scalar;
            };
            const result = step(x, mask, shared(table));
            const sums = [tf.sum(parts.all), parts.some.sum, parts.some.count].map(
              (each) => each.dataSync()[0],
            ) as number[];
            expectClose([result.parts.all.sum, result.parts.some.sum, result.parts.some.count], sums, 1e-4);
            expectClose(result.aux.scaled, aux.scaled, 1e-5);
            expectClose(result.aux.list[0], aux.list[0], 0);
            expectClose(result.aux.list[1].sum, aux.list[1].sum, 1e-4);
            expectClose(result.aux.list[1].count, aux.list[1].count, 0);
            expectClose([result.loss], optimizer().minimize(total, [eager]), 1e-4);
          }
          expectClose(w, eager, 1e-4);
          for (const each of [step, w, eager]) each.dispose();
        }),
      ),
      { numRuns: 12 },
    );
  });
});
