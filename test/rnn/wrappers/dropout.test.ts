import { beforeAll, expect, test } from "vitest";
import { BasicLSTMCell, DropoutWrapper, dynamicRnn, functionCell, GRUCell, MultiRNNCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, uniform } from "../../support";

beforeAll(() => tf.ready());

/** A cell whose output is its inputs and whose state never changes. */
const identity = (size: number) => functionCell({ inputSize: size, outputSize: size, call: (x, h) => [x, h] });
const ones = (batch: number, nSteps: number, size: number) => tf.ones([batch, nSteps, size]) as tf.Tensor3D;
const training = { seed: 1, step: 1 };
const values = (x: tf.Tensor) => Array.from(x.dataSync());

test.each(["inputKeepProb", "outputKeepProb"])(
  "%s: 0.25 keeps a quarter of the values, divided by 0.25, so that the mean stays",
  (name) => {
    const cell = new DropoutWrapper(identity(100), { [name]: 0.25 });
    const outputs = values(dynamicRnn(cell, ones(20, 10, 100), { training })[0]);
    expect(new Set(outputs)).toEqual(new Set([0, 4]));
    expect(outputs.reduce((sum, x) => sum + x) / outputs.length).toBeCloseTo(1, 1);
  },
);

test("keep probability 1 ≡ no wrapper; without `training` ≡ no wrapper, at every call", () => {
  const inner = new GRUCell({ inputSize: 3, numUnits: 4, seed: 1 });
  const x = uniform<tf.Rank.R3>([2, 5, 3], 2);
  const plain = dynamicRnn(inner, x)[0];
  expectClose(dynamicRnn(new DropoutWrapper(inner), x, { training })[0], plain, 0);
  const heavy = new DropoutWrapper(inner, { inputKeepProb: 0.1, outputKeepProb: 0.1, stateKeepProb: 0.1 });
  expectClose(dynamicRnn(heavy, x)[0], plain, 0);
  expectClose(dynamicRnn(heavy, x)[0], plain, 0);
});

test("the same seed and step give the same mask; another step or seed gives another mask", () => {
  const cell = new DropoutWrapper(identity(50), { outputKeepProb: 0.5 });
  const run = (seed: number, step: number) =>
    values(dynamicRnn(cell, ones(2, 3, 50), { training: { seed, step } })[0]).join();
  expect(run(1, 1)).toBe(run(1, 1));
  expect(new Set([run(1, 1), run(1, 2), run(2, 1), run(2, 2)]).size).toBe(4);
});

test("each time step has its own mask; variationalRecurrent: one mask for all time steps", () => {
  const masks = (variationalRecurrent: boolean) => {
    const cell = new DropoutWrapper(identity(50), { inputKeepProb: 0.5, variationalRecurrent });
    const outputs = dynamicRnn(cell, ones(1, 4, 50), { training })[0];
    return new Set((tf.unstack(outputs, 1) as tf.Tensor[]).map((mask) => values(mask).join())).size;
  };
  expect(masks(false)).toBe(4);
  expect(masks(true)).toBe(1);
});

test("variationalRecurrent: one mask [1, n] for the whole batch; variationalPerSequence: one for each sequence", () => {
  const masks = (variationalPerSequence: boolean, batch: number, size = 50) => {
    const options = { inputKeepProb: 0.5, variationalRecurrent: true, variationalPerSequence };
    const cell = new DropoutWrapper(identity(size), options);
    const outputs = dynamicRnn(cell, ones(batch, 3, size), { training: { ...training } })[0];
    return (tf.unstack(outputs) as tf.Tensor[]).map((mask) => values(mask).join());
  };
  expect(new Set(masks(false, 6)).size).toBe(1);
  expect(new Set(masks(true, 6)).size).toBe(6);
  expect(masks(false, 1)).toEqual(masks(false, 6).slice(0, 1)); // the mask does not depend on the batch's size
  expect(masks(false, 1, 1)).toEqual(masks(false, 6, 1).slice(0, 1));
});

test("variationalPerSequence without variationalRecurrent is refused", () => {
  expect(() => new DropoutWrapper(identity(1), { variationalPerSequence: true })).toThrow(
    /variationalPerSequence: expected variationalRecurrent: true/,
  );
});

test("the layers of a stack have different masks", () => {
  const layer = () => new DropoutWrapper(identity(200), { outputKeepProb: 0.5 });
  const kept = values(dynamicRnn(new MultiRNNCell([layer(), layer()]), ones(1, 1, 200), { training })[0]);
  const share = kept.filter((x) => x > 0).length / 200;
  expect(share).toBeGreaterThan(0.15); // two masks of one half keep a quarter; the same mask twice would keep a half
  expect(share).toBeLessThan(0.35);
});

test("stateKeepProb drops h from step to step, never c", () => {
  const inner = new BasicLSTMCell({ inputSize: 2, numUnits: 50, seed: 1 });
  const cell = new DropoutWrapper(inner, { stateKeepProb: 0.5 });
  const x = uniform<tf.Rank.R3>([1, 1, 2], 2);
  const [, plain] = dynamicRnn(inner, x);
  const [outputs, state] = dynamicRnn(cell, x, { training });
  expectClose(state.c, plain.c);
  expectClose(tf.reshape(outputs, [1, 50]), plain.h);
  const [dropped, whole] = [values(state.h), values(plain.h)];
  const zeros = dropped.filter((h) => h === 0).length;
  expect(zeros).toBeGreaterThan(10);
  expect(zeros).toBeLessThan(40);
  for (const [i, h] of dropped.entries()) if (h !== 0) expect(h).toBeCloseTo(2 * (whole[i] as number), 5);
});

test("a keep probability of 0, above 1 or NaN is refused by name", () => {
  for (const bad of [0, 1.1, Number.NaN, -0.5]) {
    expect(() => new DropoutWrapper(identity(1), { stateKeepProb: bad })).toThrow(/stateKeepProb: expected/);
  }
});
