import fc from "fast-check";
import { expect, test } from "vitest";
import { inferenceGraph, scan, trainStep } from "../../../src/compile";
import { capture } from "../../../src/compile/capture/capture";
import { attribute } from "../../../src/compile/engine/attributes";
import { observeTraces } from "../../../src/compile/ir/observe";
import { parseTrace } from "../../../src/compile/ir/parse";
import { printTrace } from "../../../src/compile/ir/print";
import type { Trace } from "../../../src/compile/ir/trace";
import { verifyTrace } from "../../../src/compile/ir/verify";
import { AdamOptimizer, Dense, DropoutWrapper, dynamicRnn, GRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";
import { plain, traces } from "./traces";

scopeEachTest();

test("parseTrace(printTrace(trace)) equals trace", () => {
  fc.assert(
    fc.property(traces, (trace) => {
      const text = printTrace(trace);
      expect(plain(parseTrace(text))).toEqual(plain(trace));
      expect(printTrace(parseTrace(text))).toBe(text);
    }),
    { numRuns: 300 },
  );
});

const TEXT = `
  %0: float32[4,3] = input
  %1: int32[2] = input
  %2: float32[2,2] = Const [0.1, -0, NaN, -Infinity]
  %3: bool[3] = Const 1
  %4: float32[0] = Const []
  %5: float32[2], %6: float32[?,2] = Unpack(%0, %1) {num: 2, list: [1, -2], x: 2.0, y: 1e-7, on: true, T: float32, of: shape[-1,2], text: "a, \\"b\\"}"}
  %7: float32[4] = Scan(%0, %5) @0(iterations: 2, size: 2, sequences: 1, states: 1, results: 0, gradients: [0, -1], recompute: false)
    %0: float32[2,3] = input
    %1: float32[4] = Tanh(%0)
    return %1, %0
  %8: float32[4] = ScanGradient(%7, %6) @0
  %9: int32[], %10: float32[4], %11: bool[5] = While(%1, %8, %3) @1(variables: 1, results: 1, waits: false)
    %0: float32[4] = input
    %1: int32[] = input
    %2: bool[] = Less(%1, %1)
    return %2, %0, %2
  return %8, %0, %11`;

test("printTrace(trace) is one line an input and op; chunks of loops are indented, and shared loops printed once", () => {
  const lines = TEXT.split("\n").slice(1);
  expect(printTrace(parseTrace(TEXT)).split("\n")).toEqual(lines.map((line) => line.slice(2)));
});

test("parseTrace(text) reads back every kind of attribute, constants, and one loop for both directions", () => {
  const { ops } = parseTrace(TEXT);
  expect(ops[0]?.values).toEqual(Float32Array.of(0.1, -0, Number.NaN, Number.NEGATIVE_INFINITY));
  expect(ops[1]?.values).toEqual(Uint8Array.of(1, 1, 1));
  expect(ops[2]?.values).toEqual(new Float32Array());
  expect(ops[3]).toMatchObject({ shapes: [[2], [-1, 2]], dtypes: [1, 1] });
  expect(ops[3]?.attributes).toEqual([
    attribute("num", "INT", 2),
    attribute("list", "INT", [1, -2]),
    attribute("x", "FLOAT", 2),
    attribute("y", "FLOAT", 1e-7),
    attribute("on", "BOOL", true),
    attribute("T", "TYPE", 1),
    attribute("of", "SHAPE", [-1, 2]),
    attribute("text", "STRING", 'a, "b"}'),
  ]);
  expect(ops[4]?.scan).toBe(ops[5]?.scan);
  expect(ops[6]).toMatchObject({ name: "While", loop: { counts: { variables: 1, results: 1 }, waits: false } });
  expect(ops[6]?.loop?.trace.ops).toHaveLength(1);
});

test.each([
  ["%0: float33[2] = input\nreturn %0", /line 1: expected a dtype before this, not float33/],
  ["%0: float32[2] = input\nreturn %1", /line 2: expected a value that an earlier line makes/],
  ["%0: float32[2] = input", /expected a line that begins with return/],
  ["%0: float32[2] = input\n  %1: float32[2] = Neg(%0)\nreturn %1", /line 2: expected a line indented by 0/],
  ["%0: float32[2] = input\n%1: float32[2] = Neg(%0\nreturn %1", /line 2: expected a comma or the end of the list/],
  ["%0: float32[2] = input\nreturn %0\nreturn %0", /line 3: expected the end after return/],
])("parseTrace(%j) says which line is wrong", (text, message) => {
  expect(() => parseTrace(text)).toThrow(message);
});

/** All traces of a run: as captured, and after each pass. */
function tracesOf(run: () => void): Trace[] {
  const seen: Trace[] = [];
  const restore = observeTraces((trace, stage) => {
    verifyTrace(trace, stage);
    seen.push(trace);
  });
  try {
    run();
  } finally {
    restore();
  }
  return seen;
}

onNative("parseTrace(printTrace(trace)) equals trace, of", () => {
  const expectSame = (all: readonly Trace[]) => {
    for (const trace of all) expect(plain(parseTrace(printTrace(trace)))).toEqual(plain(trace));
  };

  test("a training step of a cell with dropout, and of one in a loop", () => {
    const cell = () =>
      new DropoutWrapper(new GRUCell({ inputSize: 3, numUnits: 16, seed: 1 }), { outputKeepProb: 0.5 });
    const head = new Dense({ inputSize: 16, outputSize: 1, seed: 2 });
    for (const swapMemory of [false, true]) {
      const own = cell();
      const variables = [...own.variables, ...head.variables];
      const loss = (x: tf.Tensor3D, training: { seed: number; step: tf.Scalar }) =>
        tf.sum(tf.square(head.call(dynamicRnn(own, x, { training, swapMemory })[0])), [1, 2]);
      const seen = tracesOf(() => {
        const step = trainStep(loss, { variables, optimizer: new AdamOptimizer(), shards: 1 });
        step(uniform<tf.Rank.R3>([4, 9, 3], 1));
        step.dispose();
      });
      expect(seen.length).toBeGreaterThan(7);
      expect(seen.some(({ ops }) => ops.some(({ scan }) => scan?.gradients))).toBe(swapMemory);
      expectSame(seen);
    }
  });

  test("an exported function", () => {
    const cell = new GRUCell({ inputSize: 2, numUnits: 3, seed: 1 });
    const variables = Object.fromEntries(cell.variables.map((variable, i) => [`${i}`, variable]));
    const compute = ({ x }: Record<string, tf.Tensor>) => ({ y: dynamicRnn(cell, x as tf.Tensor3D)[0] as tf.Tensor3D });
    const seen = tracesOf(() => inferenceGraph(compute, { inputs: { x: [null, null, 2] }, variables }));
    expect(seen.length).toBeGreaterThan(4);
    expectSame(seen);
  });

  test("a scan, whose chunk stands under it", () => {
    const x = tf.ones([4, 2]);
    const sum = ([p]: tf.Tensor[], [s]: tf.Tensor[]) => {
      const next = tf.add(p as tf.Tensor, s as tf.Tensor);
      return { results: [next], states: [next] };
    };
    const trace = capture(() => scan(sum, [x], [tf.zeros([2])], { unroll: 1 }).results, [x]);
    expect(printTrace(trace)).toMatchInlineSnapshot(`
      "%0: float32[4,2] = input
      %1: float32[2] = Const 0
      %2: float32[4,2], %3: float32[2] = Scan(%0, %1) @0(iterations: 4, size: 1, sequences: 1, states: 1, results: 1, recompute: false)
        %0: float32[1,2] = input
        %1: float32[2] = input
        %2: int32[] = input
        %3: int32[1] = Const 2
        %4: float32[2] = Reshape(%0, %3) {T: float32, Tshape: int32}
        %5: float32[2] = Add(%4, %1) {T: float32}
        %6: float32[1,2] = Pack(%5) {N: 1, T: float32, axis: 0}
        return %6, %5
      return %2"
    `);
  });
});
