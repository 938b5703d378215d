import { expect, test } from "vitest";
import { parseTrace } from "../../../src/compile/ir/parse";
import type { Op } from "../../../src/compile/ir/trace";
import { verifyTrace } from "../../../src/compile/ir/verify";

const INPUTS = `
  %x: float32[4,3] = input
  %w: float32[3,2] = input
  %b: float32[2] = input
  %i: int32[2] = input
  %axes: int32[2] = Const [1, 0]
  %five: int32[2] = Const 5`;
const withOp = (line: string) => parseTrace(`${INPUTS}\n  ${line}\n  return %y`);

test.each([
  "%y: float32[4,2] = MatMul(%x, %w) {transpose_a: false, transpose_b: false}",
  "%y: float32[2,4] = MatMul(%w, %x) {transpose_a: true, transpose_b: true}",
  "%y: float32[4,2] = BatchMatMulV2(%x, %w) {adj_x: false, adj_y: false}",
  "%y: float32[3,4] = Transpose(%x, %axes)",
  "%y: float32[12] = Reshape(%x, %i)",
  "%y: float32[3,2] = Add(%w, %b)",
  "%y: bool[3,2] = Less(%w, %b)",
  "%y: float32[3,2] = BiasAdd(%w, %b)",
  "%y: float32[2,3,2] = Pack(%w, %w) {axis: 0}",
  "%y: int32[4,3] = Cast(%x) {DstT: int32}",
  "%y: float32[5,5] = StatelessRandomUniform(%five, %i) {dtype: float32}",
  "%y: float32[7] = SomethingElse(%x)",
])("verifyTrace takes %s", (line) => {
  verifyTrace(withOp(line));
});

test.each([
  [
    "%y: float32[4,3] = MatMul(%x, %w) {}",
    "expected float32[4,2], got float32[4,3]; its inputs are float32[4,3], float32[3,2]",
  ],
  ["%y: float32[4,2] = MatMul(%x, %x) {}", "expected factors that fit, got 3 columns and 4 rows"],
  ["%y: float32[4,2] = MatMul(%x, %w, %b) {}", "expected 2 inputs, got 3"],
  ["%y: float32[4,3] = Transpose(%x, %axes)", "expected float32[3,4], got float32[4,3]"],
  ["%y: float32[3,4] = Transpose(%x, %five)", "expected a permutation"],
  ["%y: float32[13] = Reshape(%x, %i)", "expected as many elements as its input has"],
  ["%y: float32[2,6] = Reshape(%x, %axes)", "expected the shape that it is asked for, [1,0]"],
  ["%y: int32[4,3] = Neg(%x)", "expected float32[4,3], got int32[4,3]"],
  ["%y: float32[4,3] = Add(%x, %w)", "expected shapes that broadcast"],
  ["%y: float32[4,3] = Add(%x, %i)", "expected inputs of one dtype"],
  ["%y: float32[3,2] = Less(%w, %b)", "expected bool[3,2], got float32[3,2]"],
  ["%y: float32[4,3] = BiasAdd(%x, %b)", "expected a bias of as many elements as columns"],
  ["%y: float32[5,5] = Slice(%x, %axes, %five)", "expected a slice inside [4,3], got [5,5] from [1,0]"],
  ["%y: float32[4,2] = TanhGrad(%x, %w)", "expected inputs of one shape and dtype"],
  ["%y: float32[4,3] = PlaceholderWithDefault(%x) {shape: shape[3,4]}", "expected the shape of its input, got [3,4]"],
  ["%y: int32[2] = Const [1, 2, 3]", "expected 2 values for shape [2], got 3"],
])("verifyTrace refuses %s", (line, problem) => {
  const name = /= (\w+)/.exec(line)?.[1];
  expect(() => verifyTrace(withOp(line), "some-pass")).toThrow(`verify: some-pass: %6 = ${name}: ${problem}`);
});

test("verifyTrace refuses ops out of order, an op twice, an unknown input, and results that do not fit", () => {
  const trace = parseTrace("%0: float32[2] = input\n%1: float32[2] = Neg(%0)\n%2: float32[2] = Exp(%1)\nreturn %2");
  const [neg, exp] = trace.ops as [Op, Op];
  verifyTrace(trace);
  const order = "%1 = Exp: expected input 0 to be an input of the trace or an output of an earlier op";
  expect(() => verifyTrace({ ...trace, ops: [exp, neg] })).toThrow(order);
  expect(() => verifyTrace({ ...trace, ops: [neg, neg, exp] })).toThrow("%2 = Neg: stands in the trace twice");
  expect(() => verifyTrace({ ...trace, inputs: [] })).toThrow("%0 = Neg: expected input 0 to be an input of the trace");
  expect(() => verifyTrace({ ...trace, outputs: [{ op: exp, output: 1 }] })).toThrow("output 0: expected an input");
  const results = [{ shape: [3], dtype: 1 }];
  expect(() => verifyTrace({ ...trace, results })).toThrow("output 0: expected the result float32[2], got float32[3]");
  expect(() => verifyTrace({ ...trace, results: [] })).toThrow("has 1 outputs and 0 results");
});

const LOOP = `
  %xs: float32[6,3] = input
  %s: float32[3] = input
  %w: float32[3] = input
  %ys: float32[6,3], %t: float32[3] = Scan(%xs, %s, %w) @0(iterations: 3, size: 2, sequences: 1, states: 1, results: 1, gradients: [0, 1, 5], recompute: false)
    %0: float32[2,3] = input
    %1: float32[3] = input
    %2: int32[] = input
    %3: float32[2,3] = input
    %4: float32[3] = input
    %5: float32[3] = input
    %6: float32[2,3] = Mul(%0, %5)
    %7: float32[3] = Neg(%1)
    return %6, %7, %3, %4, %5
  %dxs: float32[6,3], %ds: float32[3], %dw: float32[3] = ScanGradient(%xs, %t, %ys, %t, %w) @0
  return %dxs, %ds, %dw`;

test("verifyTrace takes a loop over time and its gradient", () => {
  verifyTrace(parseTrace(LOOP));
});

test.each([
  ["Scan(%xs, %s, %w)", "Scan(%xs, %s)", "%3 = Scan: expected 3 of input, got 2"],
  ["Scan(%xs, %s, %w)", "Scan(%s, %s, %w)", "%3 = Scan: input 0: expected float32[6,3], got float32[3]"],
  ["%ys: float32[6,3], %t", "%ys: float32[2,3], %t", "%3 = Scan: output 0: expected float32[6,3], got float32[2,3]"],
  ["return %6, %7, %3", "return %6, %6, %3", "%3 = Scan: output of the chunk 1: expected float32[3], got float32[2,3]"],
  ["%7: float32[3] = Neg", "%7: int32[3] = Neg", "%3 = Scan: output of the chunk 1: expected float32[3], got int32[3]"],
  ["%6: float32[2,3] = Mul(%0, %5)", "%6: float32[2,3] = Mul(%0)", "chunk of %3: %6 = Mul: expected 2 inputs, got 1"],
  ["ScanGradient(%xs, %t, %ys, %t, %w)", "ScanGradient(%xs, %t, %w)", "%5 = ScanGradient: expected 5 of input, got 3"],
])("verifyTrace refuses a loop where %j is %j", (right, wrong, problem) => {
  expect(() => verifyTrace(parseTrace(LOOP.replace(right, wrong)))).toThrow(problem);
});

const WHILE = `
  %most: int32[] = Const 5
  %n: float32[2] = input
  %zero: bool[] = Const 0
  %w: float32[2] = input
  %i: int32[], %m: float32[2], %rs: bool[5] = While(%most, %n, %zero, %w) @0(variables: 1, results: 1, waits: false)
    %0: float32[2] = input
    %1: int32[] = input
    %2: float32[2] = input
    %3: bool[] = Less(%1, %1)
    %4: float32[2] = Mul(%0, %2)
    return %3, %4, %3
  return %i, %m, %rs`;

test("verifyTrace takes a loop that runs while a condition holds", () => {
  verifyTrace(parseTrace(WHILE));
});

test.each([
  ["While(%most, %n, %zero, %w)", "While(%most, %n, %zero)", "%4 = While: expected 4 of input, got 3"],
  ["While(%most, %n, %zero", "While(%most, %n, %n", "%4 = While: input 2: expected bool[], got float32[2]"],
  ["While(%most, %n", "While(%n, %n", "%4 = While: input 0: expected int32[], got float32[2]"],
  ["return %3, %4, %3", "return %4, %4, %3", "output of an iteration 0: expected bool[], got float32[2]"],
  ["return %3, %4, %3", "return %3, %3, %3", "output of an iteration 1: expected float32[2], got bool[]"],
  ["return %3, %4, %3", "return %3, %4", "%4 = While: expected 1 results, got 0"],
  ["%rs: bool[5]", "%rs: bool[4]", "%4 = While: output 2: expected bool[5], got bool[4]"],
  ["Mul(%0, %2)", "Mul(%0)", "iteration of %4: %4 = Mul: expected 2 inputs, got 1"],
])("verifyTrace refuses a while loop where %j is %j", (right, wrong, problem) => {
  expect(() => verifyTrace(parseTrace(WHILE.replace(right, wrong)))).toThrow(problem);
});
