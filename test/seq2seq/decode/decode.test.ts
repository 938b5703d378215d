import { expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { numericArray } from "../../../src/data";
import { decode } from "../../../src/seq2seq";
import { keptPrograms } from "../../../src/seq2seq/decode/programs";
import * as tf from "../../../src/tf";
import { evenWords, expectSame, modelOf, OPTIONS, run, testCombinations, useModels } from "./combinations";
import { BEGIN, END, plainModel, SOURCES } from "./models";

useModels();
testCombinations("quick");

test("decode(…, { seed }) draws the same for the same source whatever the batch size, another seed something else", async () => {
  const options = { temperature: 1.5, seed: 1 };
  const first = await run("plain", options);
  expectSame(await run("plain", { ...options, batchSize: 2, compiled: false }), first);
  const other = await run("plain", { ...options, seed: 2, compiled: false });
  expect(other.map(({ ids }) => [...ids])).not.toEqual(first.map(({ ids }) => [...ids]));
  expectSame(await run("plain", { temperature: 0, seed: 3, compiled: false }), await run("plain", { compiled: false }));
});

test("decode(…) says why an output ended, and never writes begin or end among its ids", async () => {
  const all = (await Promise.all(OPTIONS.map((options) => run("plain", { ...options, compiled: false })))).flat();
  expect(new Set(all.map(({ reason }) => reason))).toEqual(new Set(["end", "length"]));
  for (const { ids, reason } of all) {
    expect([...ids].filter((id) => id === BEGIN || id === END)).toEqual([]);
    expect(reason === "end" ? ids.length < 7 + 1 : ids.length === 7).toBe(true);
  }
});

test("decode(…, { allowed }) writes no other tokens; without the end token outputs end by their length", async () => {
  const mask = [true, true, false, true, true, false, false];
  for (const options of [{}, { beamWidth: 4, nBest: 4 }, { temperature: 2, seed: 1 }]) {
    for (const made of await run("attending", { ...options, allowed: mask, compiled: false })) {
      for (const each of made.hypotheses ?? [made]) {
        expect(each.reason).toBe("length");
        expect([...each.ids].every((id) => [0, 3, 4].includes(id))).toBe(true);
        expect(each.score).toBeGreaterThan(Number.NEGATIVE_INFINITY);
      }
    }
  }
  for (const [i, { ids }] of (await run("plain", { allowed: evenWords, compiled: false })).entries()) {
    if (i % 2 === 0) expect([...ids].filter((id) => id % 2 !== 0)).toEqual([]);
  }
});

test("decode(…) of one token: beams wider than what can be written give what there is", async () => {
  const allowed = [1, 0, 1, 0, 0, 0, 0].map(Boolean);
  const [made] = await run("plain", { beamWidth: 20, nBest: 20, allowed, compiled: false }, SOURCES.slice(0, 1));
  expect(made?.hypotheses?.length).toBe(8); // 0 to 6 zeros and an end, or 7 zeros
});

test("decode(…) takes arrays whose first axis counts the sources", async () => {
  const sources = numericArray(Int32Array.of(3, 4, 5, 5, 6, 7), [2, 3]);
  const made = await decode(modelOf("plain"), sources, { maximumLength: 5, beamWidth: 2 });
  expectSame(
    made,
    await decode(modelOf("plain"), [Int32Array.of(3, 4, 5), Int32Array.of(5, 6, 7)], {
      maximumLength: 5,
      beamWidth: 2,
      compiled: false,
    }),
  );
});

test("decode(…) with an encoder that takes no lengths pads nothing", async () => {
  const { encode, ...rest } = modelOf("plain");
  const blind = { ...rest, encode: (source: tf.Tensor2D) => encode(source) };
  expectSame(
    await decode(blind, SOURCES.slice(2), { maximumLength: 5 }),
    await decode(modelOf("plain"), SOURCES.slice(2), { maximumLength: 5, compiled: false }),
  );
});

test("decode(…) keeps no tensor, and no graph of a disposed model", async () => {
  const model = plainModel({ seed: 50 });
  const { numTensors } = tf.memory();
  const kept = keptPrograms();
  await decode(model, SOURCES, { maximumLength: 3 });
  expect(keptPrograms()).toBe(Math.min(16, kept + Number(canCompile())));
  expect(tf.memory().numTensors).toBe(numTensors);
  tf.dispose([...model.variables]);
  await decode(modelOf("plain"), SOURCES, { maximumLength: 7 });
  expect(keptPrograms()).toBeLessThanOrEqual(kept + Number(canCompile()));
});

test("decode(…) sees weights that have changed since its graph was built", async () => {
  const model = plainModel({ seed: 60 });
  const before = await decode(model, SOURCES, { maximumLength: 5 });
  const bias = model.variables.at(-1) as tf.Variable;
  bias.assign(tf.tensor1d([0, 0, 99, 0, 0, 0, 0]));
  const after = await decode(model, SOURCES, { maximumLength: 5 });
  expect(after.every(({ ids, reason }) => ids.length === 0 && reason === "end")).toBe(true);
  expect(before.some(({ ids }) => ids.length > 0)).toBe(true);
  tf.dispose([...model.variables]);
});
