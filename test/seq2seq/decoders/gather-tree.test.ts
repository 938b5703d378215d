import { beforeAll, expect, test } from "vitest";
import { gatherTree } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";

beforeAll(() => tf.ready());

test("gatherTree(stepIds, parentIds, options) gives the hypotheses of TensorFlow's own test of gather_tree", () => {
  const batchOfOne = (rows: number[][]) => tf.tensor3d(rows.flat(), [4, 1, 3], "int32");
  const stepIds = batchOfOne([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
    [-1, -1, -1],
  ]);
  const parentIds = batchOfOne([
    [0, 0, 0],
    [0, 1, 1],
    [2, 1, 2],
    [-1, -1, -1],
  ]);
  const made = gatherTree(stepIds, parentIds, { maxSequenceLengths: tf.tensor1d([3], "int32"), endToken: 10 });
  expect([...made.dataSync()]).toEqual([2, 2, 2, 6, 5, 6, 7, 8, 9, 10, 10, 10]);
});
