import { expect, test } from "vitest";
import { parseTrace } from "../../../src/compile/ir/parse";
import { partition } from "../../../src/compile/ir/partition";
import { printTrace } from "../../../src/compile/ir/print";
import { rewrite } from "../../../src/compile/ir/rewrite";
import type { Value } from "../../../src/compile/ir/trace";
import { expectText } from "./expect-text";

const BEFORE = `
  %0: float32[2,3] = input
  %1: float32[3], %2: float32[3] = Unpack(%0) {num: 2}
  %3: float32[3] = Neg(%2)
  %4: float32[3] = Exp(%3)
  return %1, %4`;

test("rewrite(trace, rule) keeps what a rule returns as it is", () => {
  expectText(
    rewrite(parseTrace(BEFORE), (op, { moved }) => moved(op)),
    BEFORE,
  );
});

test("rewrite(trace, rule) puts an op, output by output, in the place of an op, after ops that the rule adds", () => {
  const square = rewrite(parseTrace(BEFORE), (op, { moved, add }) => {
    const own = moved(op);
    return op.name === "Exp" ? { ...own, inputs: [add({ ...own, name: "Square" })] } : own;
  });
  expectText(
    square,
    `
    %0: float32[2,3] = input
    %1: float32[3], %2: float32[3] = Unpack(%0) {num: 2}
    %3: float32[3] = Neg(%2)
    %4: float32[3] = Square(%3)
    %5: float32[3] = Exp(%4)
    return %1, %5`,
  );
});

test("rewrite(trace, rule) puts a value that is there in the place of an op, and drops ops that nothing needs", () => {
  const without = rewrite(parseTrace(BEFORE), (op, { moved, find }) =>
    op.name === "Exp" ? find(op.inputs[0] as Value) : moved(op),
  );
  expect(printTrace(without).split("\n").slice(2)).toEqual(["%3: float32[3] = Neg(%2)", "return %1, %3"]);
});

test("rewrite(trace, rule) puts a value for each output in the place of an op", () => {
  const rows = rewrite(parseTrace(BEFORE), (op, { moved }) =>
    op.name === "Unpack" ? () => ({ input: 0 }) : moved(op),
  );
  expect(printTrace(rows).split("\n").slice(1)).toEqual([
    "%1: float32[3] = Neg(%0)",
    "%2: float32[3] = Exp(%1)",
    "return %0, %2",
  ]);
});

test("partition(trace, isFirst) makes the values that cross outputs of the first part and inputs of the rest", () => {
  const { first, rest } = partition(parseTrace(BEFORE), ({ name }) => name === "Unpack" || name === "Neg");
  expectText(
    first,
    `
    %0: float32[2,3] = input
    %1: float32[3], %2: float32[3] = Unpack(%0) {num: 2}
    %3: float32[3] = Neg(%2)
    return %3, %1`,
  );
  expectText(
    rest,
    `
    %0: float32[2,3] = input
    %1: float32[3] = input
    %2: float32[3] = input
    %3: float32[3] = Exp(%1)
    return %2, %3`,
  );
});

test("partition(trace, isFirst) copies a constant into both parts, and crosses a value once", () => {
  const trace = parseTrace(`
    %0: float32[] = input
    %1: float32[] = Const 2
    %2: float32[] = Mul(%0, %1)
    %3: float32[] = Add(%2, %1)
    %4: float32[] = Add(%3, %2)
    return %4`);
  const { first, rest } = partition(trace, ({ name }) => name !== "Add");
  expectText(first, "%0: float32[] = input\n%1: float32[] = Const 2\n%2: float32[] = Mul(%0, %1)\nreturn %2");
  expectText(
    rest,
    `
    %0: float32[] = input
    %1: float32[] = input
    %2: float32[] = Const 2
    %3: float32[] = Add(%1, %2)
    %4: float32[] = Add(%3, %1)
    return %4`,
  );
});
