import { expect, test } from "vitest";
import { dynamicRnn, GRUCell, gruGates, LSTMCell, lstmGates, lstmStep, ResetAfterGRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, uniform } from "../../support";

const x = uniform<tf.Rank.R3>([2, 5, 3], 1);

test.each([{}, { usePeepholes: true }, { usePeepholes: true, numProj: 2, cellClip: 0.1, forgetBias: 0.5 }])(
  "lstmGates(cell, x) of %o: memory and output are the cell's own",
  (options) => {
    const cell = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 7, ...options });
    const { i, f, o, c, h } = expectTensors(5, () => lstmGates(cell, x));
    const [outputs, state] = dynamicRnn(cell, x);
    expectClose(h, outputs);
    expectClose(c.slice([0, 4, 0], [2, 1, 4]).squeeze([1]), state.c);
    for (const gate of [i, f, o]) expect(gate.shape).toEqual([2, 5, 4]);
  },
);

test("lstmGates: f∘c + i∘tanh(j) is the memory, o∘tanh(c') the output, peepholes seen", () => {
  const cell = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 7, usePeepholes: true });
  const state = { c: uniform<tf.Rank.R2>([2, 4], 2), h: uniform<tf.Rank.R2>([2, 4], 3) };
  const { i, f, o, c, h } = lstmGates(cell, x.slice([0, 0, 0], [2, 1, 3]), { initialState: state });
  const sums = tf.add(
    tf.matMul(tf.concat([x.slice([0, 0, 0], [2, 1, 3]).squeeze([1]), state.h], 1), cell.kernel),
    cell.bias,
  );
  const [toI, j, toF, toO] = tf.split(sums, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  expectClose(tf.add(tf.mul(f.squeeze([1]), state.c), tf.mul(i.squeeze([1]), tf.tanh(j))), c.squeeze([1]));
  expectClose(tf.mul(o.squeeze([1]), tf.tanh(c.squeeze([1]))), h.squeeze([1]));
  const next = lstmStep([toI, j, tf.add(toF, 1), toO], state, { peepholes: cell.peepholes as never });
  expectClose(next.c, c.squeeze([1]));
  const blind = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 7 });
  const withoutPeepholes = lstmGates(blind, x.slice([0, 0, 0], [2, 1, 3]), { initialState: state });
  expect(tf.max(tf.abs(tf.sub(withoutPeepholes.o, o))).dataSync()[0]).toBeGreaterThan(0.01);
});

test("gruGates(cell, x): h is the cell's own, and u∘h + (1 − u)∘c takes it from step to step", () => {
  const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 8 });
  const { r, u, h } = expectTensors(3, () => gruGates(cell, x));
  expectClose(h, dynamicRnn(cell, x)[0]);
  const [x1, r1, u1] = [x, r, u].map((all) => all.slice([0, 1, 0], [2, 1, -1]).squeeze([1])) as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
  ];
  const [h0, h1] = [0, 1].map((time) => h.slice([0, time, 0], [2, 1, 4]).squeeze([1])) as [tf.Tensor2D, tf.Tensor2D];
  const candidate = tf.tanh(
    tf.add(tf.matMul(tf.concat([x1, tf.mul(r1, h0)], 1), cell.candidateKernel), cell.candidateBias),
  );
  expectClose(tf.add(tf.mul(u1, h0), tf.mul(tf.sub(1, u1), candidate)), h1);
});

test("gruGates(ResetAfterGRUCell, x, { initialState }): h is the cell's own", () => {
  const cell = new ResetAfterGRUCell({ inputSize: 3, numUnits: 4, seed: 8 });
  const initialState = uniform<tf.Rank.R2>([2, 4], 4);
  expectClose(gruGates(cell, x, { initialState }).h, dynamicRnn(cell, x, { initialState })[0]);
});

test("gruGates refuses inputs of a wrong size by name", () => {
  const cell = new GRUCell({ inputSize: 2, numUnits: 4 });
  expect(() => gruGates(cell, x)).toThrow(/gruGates: inputs: expected a float32 tensor of shape \[batch, nSteps, 2\]/);
});
