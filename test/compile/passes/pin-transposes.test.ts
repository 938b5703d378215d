import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative, opsOf } from "../support";

scopeEachTest();

const [x, w] = [uniform<tf.Rank.R2>([3, 5], 1), uniform<tf.Rank.R2>([5, 5], 2)];

/** So many products by a matrix that is turned round once. */
const products = (count: number) => (a: tf.Tensor2D, by: tf.Tensor2D) => {
  const turned = tf.transpose(by);
  let y = a;
  for (let i = 0; i < count; i++) y = tf.matMul(y, turned);
  return tf.add(y, tf.sum(turned)) as tf.Tensor2D;
};

onNative("a matrix that is turned round", () => {
  test.each([
    [3, 0],
    [4, 1],
    [9, 1],
  ])("for %i products is kept so: %i times", (count, kept) => {
    const ops = opsOf(() => products(count)(x, w), [x, w]);
    expect(ops.filter(({ name }) => name === "PlaceholderWithDefault")).toHaveLength(kept);
    expectClose(compile(products(count))(x, w), products(count)(x, w));
  });

  test("sees every new value", () => {
    const compiled = compile(products(6));
    for (const seed of [3, 4]) {
      const next = uniform<tf.Rank.R2>([5, 5], seed);
      expectClose(compiled(x, next), products(6)(x, next));
    }
  });
});
