import { expect, test } from "vitest";
import * as tf from "../src/tf";

test("the engine multiplies matrices", async () => {
  await tf.ready();
  expect(Array.from(tf.matMul([[1, 2]], [[3], [4]]).dataSync())).toEqual([11]);
  expect(["tensorflow", "wasm"]).toContain(tf.engineInUse.name);
});
