import { expect, test } from "vitest";
import { inferenceGraph, savedModelFile } from "../../src/compile";
import { observeTraces } from "../../src/compile/ir/observe";
import { parseTrace } from "../../src/compile/ir/parse";
import { printTrace } from "../../src/compile/ir/print";
import { lower } from "../../src/compile/lower";
import { PASSES } from "../../src/compile/passes";
import { BasicRNNCell, dynamicRnn } from "../../src/rnn";
import * as tf from "../../src/tf";
import { scopeEachTest } from "../support";
import { onNative } from "./support";

scopeEachTest();

const LOOP = `
  %xs: float32[6,3] = input
  %s: float32[1,3] = input
  %w: float32[3,3] = input
  %t: float32[1,3] = Scan(%xs, %s, %w) @0(iterations: 3, size: 2, sequences: 1, states: 1, results: 0, gradients: [1], recompute: false)
    %0: float32[2,3] = input
    %1: float32[1,3] = input
    %2: int32[] = input
    %3: float32[1,3] = input
    %4: float32[3,3] = input
    %5: float32[1,3] = BatchMatMulV2(%1, %4) {T: float32, adj_x: false, adj_y: false}
    %6: float32[1,3] = BatchMatMulV2(%3, %4) {T: float32, adj_x: false, adj_y: true}
    return %5, %6
  %ds: float32[1,3] = ScanGradient(%xs, %t, %t, %w) @0
  return %t, %ds`;

/** The ops of a loop's chunk. */
const chunkOps = (text: string) => text.match(/\w*MatMul\w*(?=\()/g);

test("lower(trace) runs all passes on the chunk of a loop too, which both directions go on sharing", () => {
  const lowered = lower(parseTrace(LOOP));
  const [forward, backward] = lowered.ops;
  expect(forward?.scan).toBeDefined();
  expect(forward?.scan).toBe(backward?.scan);
  expect(chunkOps(printTrace(lowered))).toEqual(["MatMul", "MatMul"]);
});

test("lower(trace, { anySize: true }) runs only the passes that decide nothing by sizes", () => {
  expect(PASSES.filter(({ anySize }) => anySize).map(({ name }) => name)).toEqual(["canonicalize"]);
  expect(chunkOps(printTrace(lower(parseTrace(LOOP), { anySize: true })))).toEqual(["MatMul", "BatchMatMulV2"]);
});

test("lower(trace) shows the trace after each pass, in the order of the list; some are for the bodies of while loops alone", () => {
  const stages: string[] = [];
  const restore = observeTraces((_, stage) => stages.push(stage));
  lower(parseTrace("%0: float32[2] = input\nreturn %0"));
  const outside = stages.splice(0);
  lower(parseTrace("%0: float32[2] = input\nreturn %0"), { inLoop: true });
  restore();
  expect(outside).toEqual(PASSES.filter(({ inLoops }) => !inLoops).map(({ name }) => name));
  expect(stages).toEqual(PASSES.map(({ name }) => name));
  expect(new Set(stages).size).toBe(stages.length);
});

onNative("an exported graph", () => {
  test("does not have what is faster at one size: a function that leaves out a row can be exported", () => {
    const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3, seed: 1 });
    const variables = Object.fromEntries(cell.variables.map((variable, i) => [`${i}`, variable]));
    const compute = (given: Record<string, tf.Tensor>) => {
      const x = given.x as tf.Tensor3D;
      const but = tf.slice(x, [1, 0, 0], [x.shape[0] - 1, x.shape[1], 2]);
      return { y: dynamicRnn(cell, but)[0] as tf.Tensor3D };
    };
    const graph = inferenceGraph(compute, { inputs: { x: [null, null, 2] }, variables });
    expect(savedModelFile(graph).length).toBeGreaterThan(0);
  });
});
