import { beforeAll, expect, test } from "vitest";
import { compile } from "../../../src/compile";
import {
  bidirectionalDynamicRnn,
  GRUCell,
  LSTMCell,
  packState,
  type State,
  stackBidirectionalDynamicRnn,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { expectClose, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const made = () =>
  ({
    fw: [new GRUCell({ inputSize: 3, numUnits: 4, seed: 1 }), new LSTMCell({ inputSize: 6, numUnits: 3, seed: 2 })],
    bw: [new LSTMCell({ inputSize: 3, numUnits: 2, seed: 3 }), new GRUCell({ inputSize: 6, numUnits: 5, seed: 4 })],
  }) as const;
const x = () => uniform<tf.Rank.R3>([2, 5, 3], 5);
const lengths = [5, 3];

test("two layers ≡ two bidirectionalDynamicRnn, joined between: outputs, all states, initial states", () => {
  const { fw, bw } = made();
  const options = { sequenceLength: lengths };
  const [outputs, statesFw, statesBw] = stackBidirectionalDynamicRnn(fw, bw, x(), options);
  const [first, [f0, b0]] = bidirectionalDynamicRnn(fw[0], bw[0], x(), options);
  const [second, [f1, b1]] = bidirectionalDynamicRnn(fw[1], bw[1], tf.concat3d(first, 2), options);
  expectClose(outputs, tf.concat(second, 2), 0);
  expect(outputs.shape).toEqual([2, 5, 8]);
  expectClose(statesFw[0], f0, 0);
  expectClose(statesFw[1].c, f1.c, 0);
  expectClose(statesBw[0].h, b0.h, 0);
  expectClose(statesBw[1], b1, 0);
  const half = <S extends State>(state: S) => packState(state, [tf.fill([2, 4], 0.5)]);
  const initialStatesFw = [half(fw[0].zeroState(2)), fw[1].zeroState(2)] as const;
  const [other] = stackBidirectionalDynamicRnn(fw, bw, x(), { ...options, initialStatesFw });
  const [changed] = bidirectionalDynamicRnn(fw[0], bw[0], x(), { ...options, initialStateFw: initialStatesFw[0] });
  const [expected] = bidirectionalDynamicRnn(fw[1], bw[1], tf.concat3d(changed, 2), options);
  expectClose(other, tf.concat(expected, 2), 0);
  const major = stackBidirectionalDynamicRnn(fw, bw, tf.transpose(x(), [1, 0, 2]), { ...options, timeMajor: true });
  expectClose(tf.transpose(major[0], [1, 0, 2]), outputs, 0);
});

test("no layer, lists of other lengths and unknown options are refused by name", () => {
  const { fw, bw } = made();
  expect(() => stackBidirectionalDynamicRnn([], [], x())).toThrow(/cellsFw: expected a list of at least one cell/);
  expect(() => stackBidirectionalDynamicRnn(fw, [bw[0]], x())).toThrow(
    /cellsBw: expected a list of 2, as cellsFw, got 1/,
  );
  const initialStatesBw = [bw[0].zeroState(2)] as never;
  expect(() => stackBidirectionalDynamicRnn(fw, bw, x(), { initialStatesBw })).toThrow(
    /initialStatesBw: expected a list/,
  );
  expect(() => stackBidirectionalDynamicRnn(fw, bw, x(), { goBackwards: true } as never)).toThrow(/also goBackwards/);
});

onNative("compiled", () => {
  test("≡ eager", () => {
    const { fw, bw } = made();
    const compute = (given: tf.Tensor3D) => stackBidirectionalDynamicRnn(fw, bw, given, { sequenceLength: lengths })[0];
    const compiled = compile(compute, { variables: [...fw, ...bw].flatMap(({ variables }) => variables) });
    expectClose(compiled(x()), compute(x()));
    compiled.dispose();
  });
});
