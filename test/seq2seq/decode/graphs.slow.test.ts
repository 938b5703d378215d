import { beforeAll, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { decode } from "../../../src/seq2seq";
import { keptPrograms } from "../../../src/seq2seq/decode/programs";
import * as tf from "../../../src/tf";
import { plainModel, SOURCES } from "./models";

beforeAll(() => tf.ready());

test.runIf(canCompile())("decode(…) keeps at most 16 graphs, and none of a disposed model", async () => {
  const [model, other] = [plainModel({ seed: 50 }), plainModel({ seed: 60 })];
  const first = await decode(model, SOURCES, { maximumLength: 1, batchSize: 4 });
  for (let length = 2; length <= 20; length++) await decode(model, SOURCES, { maximumLength: length, batchSize: 4 });
  expect(keptPrograms()).toBe(16);
  expect(await decode(model, SOURCES, { maximumLength: 1, batchSize: 4 })).toEqual(first); // its graph is built again
  tf.dispose([...model.variables]);
  await decode(other, SOURCES, { maximumLength: 3 });
  expect(keptPrograms()).toBe(1);
  tf.dispose([...other.variables]);
});
