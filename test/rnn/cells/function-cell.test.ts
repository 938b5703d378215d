import { beforeAll, expect, test } from "vitest";
import { dynamicRnn, functionCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors } from "../../support";

beforeAll(() => tf.ready());

type Pair = { readonly a: tf.Tensor2D; readonly b: tf.Tensor2D };
/** A cell that adds 1 to a and 10 to b, and returns both in the order that `order` gives. */
const pair = (order: (next: Pair) => Pair) =>
  functionCell<Pair>({
    inputSize: 1,
    outputSize: 1,
    stateSize: { a: 1, b: 1 },
    call: (x, { a, b }) => [x, order({ a: tf.add(a, 1), b: tf.add(b, 10) })],
  });

test("the parts of a state match by name, in any order", () => {
  const x = tf.zeros([2, 3, 1]) as tf.Tensor3D;
  const initialState = { b: tf.fill([2, 1], 100), a: tf.zeros([2, 1]) } as Pair;
  for (const order of [(next: Pair) => next, ({ a, b }: Pair) => ({ b, a })]) {
    const [, state] = dynamicRnn(pair(order), x, { initialState, sequenceLength: [3, 2] });
    expectClose(state.a, [[3], [2]]);
    expectClose(state.b, [[130], [120]]);
  }
});

test("functionCell checks inputs, state and results against the declared sizes", () => {
  const wide = functionCell({ inputSize: 1, outputSize: 4, call: (_, h) => [tf.zeros([2, 6]), h] });
  const x = tf.zeros([2, 1]) as tf.Tensor2D;
  expect(() => wide.call(x, tf.zeros([2, 4]))).toThrow(/the output that `call` returns: .*\[2, 4\].*\[2,6\]/);
  const forgetful = pair(({ a }) => ({ a }) as Pair);
  expect(() => forgetful.call(x, forgetful.zeroState(2))).toThrow(/the state that `call` returns: expected .*\{a, b\}/);
  expect(() => wide.call(tf.zeros([2, 3]), tf.zeros([2, 4]))).toThrow(/inputs: .*\[batch, 1\]/);
  expect(() => wide.call(x, tf.zeros([2, 3]))).toThrow(/state: .*\[2, 4\]/);
});

test("functionCell({ stateSize: { a: 2, b: 0 } }) is refused, and no tensor is leaked", () => {
  expectTensors(0, () => {
    const stateSize = { a: 2, b: 0 };
    expect(() => functionCell({ inputSize: 1, outputSize: 1, stateSize, call: (x, h) => [x, h] })).toThrow(/stateSize/);
  });
});
