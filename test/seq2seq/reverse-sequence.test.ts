import { beforeAll, expect, test } from "vitest";
import { CompileError, compile } from "../../src/compile";
import { reverseSequence } from "../../src/seq2seq";
import * as tf from "../../src/tf";
import { argumentErrorOf } from "../support";

beforeAll(() => tf.ready());

const lengths = () => tf.tensor1d([3, 2, 0, 4], "int32");
const ids = () => tf.tensor2d([5, 6, 7, 0, 8, 9, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4], [4, 4], "int32");
const RIGHT = [7, 6, 5, 0, 9, 8, 1, 2, 3, 4, 5, 6, 4, 3, 2, 1]; // tf.reverse_sequence(ids, [3, 2, 0, 4], seq_axis=1)

test("reverseSequence(ids, lengths) turns each sequence around and leaves its padding, eagerly and compiled", () => {
  const made = reverseSequence(ids(), lengths());
  expect(made.dtype).toBe("int32");
  expect([...made.dataSync()]).toEqual(RIGHT);
  const compiled = compile((x: tf.Tensor2D, n: tf.Tensor1D) => reverseSequence(x, n));
  expect([...compiled(ids(), lengths()).dataSync()]).toEqual(RIGHT);
});

test("reverseSequence of vectors has a gradient; without lengths all are whole", () => {
  const x = tf.tensor3d([1, 2, 3, 4, 5, 6], [1, 3, 2]);
  const weights = tf.tensor3d([1, 2, 3, 4, 5, 6], [1, 3, 2]);
  const score = (x: tf.Tensor) => tf.sum(reverseSequence(x, tf.tensor1d([2], "int32")).mul(weights));
  expect([...tf.grad(score)(x).dataSync()]).toEqual([3, 4, 1, 2, 5, 6]);
  expect([...reverseSequence(x).dataSync()]).toEqual([5, 6, 3, 4, 1, 2]);
});

test("reverseSequence refuses lengths of another batch or type, and what is no batch of sequences", () => {
  expect(argumentErrorOf(() => reverseSequence(ids(), tf.tensor1d([1], "int32")))).toContain(
    "reverseSequence: lengths",
  );
  expect(argumentErrorOf(() => reverseSequence(ids(), tf.tensor1d([1, 1, 1, 1])))).toContain("int32");
  expect(argumentErrorOf(() => reverseSequence(tf.tensor1d([1])))).toContain("reverseSequence: x");
});

test("reverseSequence refuses a length outside 0 to nSteps, which would read another sequence", () => {
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], "int32");
  const of = (...lengths: number[]) => tf.tensor1d(lengths, "int32");
  const message = "reverseSequence: lengths[0]: expected 0 to 3 time steps, got";
  expect(argumentErrorOf(() => reverseSequence(x, of(4, 3)))).toBe(`${message} 4`);
  expect(argumentErrorOf(() => reverseSequence(x, of(-1, 3)))).toBe(`${message} -1`);
  expect(argumentErrorOf(() => reverseSequence(x, of(3, 4)))).toContain("lengths[1]");
  const compiled = compile((x: tf.Tensor2D, n: tf.Tensor1D) => reverseSequence(x, n));
  for (const wrong of [of(4, 3), of(-1, 3), of(3, 4)]) expect(() => compiled(x, wrong)).toThrow(CompileError);
  expect([...compiled(x, of(0, 3)).dataSync()]).toEqual([1, 2, 3, 6, 5, 4]);
});
