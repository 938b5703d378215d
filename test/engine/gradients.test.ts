import { beforeAll, expect, test } from "vitest";
import * as tf from "../../src/tf";
import { onNative } from "../compile/support";
import { scopeEachTest } from "../support";
import { CASES } from "./cases";
import { expectFirstOrder, expectSecondOrder } from "./differences";
import { eachOf, expectCompiled, FIRST_ONLY, INSTEAD, isTwice, LEFT_OUT, registered } from "./gradient-tables";

beforeAll(() => tf.ready());
scopeEachTest();

test("every kernel that has a gradient is tried, or left out for a reason", () => {
  const names = registered();
  const has = (table: object) => (name: string) => Object.hasOwn(table, name);
  const untried = names.filter((name) => !has(CASES)(name) && !has(LEFT_OUT)(name));
  expect(untried, "kernels with a gradient, but without functions in test/engine/cases").toEqual([]);
  const without = [CASES, LEFT_OUT, FIRST_ONLY, INSTEAD].flatMap(Object.keys).filter((name) => !names.includes(name));
  expect(without, "kernels of the tables that have no gradient").toEqual([]);
  expect(Object.keys(LEFT_OUT).filter(has(CASES))).toEqual([]);
  const tried = names.length - Object.keys(LEFT_OUT).length;
  const twice = tried - Object.keys(FIRST_ONLY).length;
  const functions = Object.values(CASES).flat().length;
  console.log(`gradients of ${tried} of ${names.length} kernels: ${functions} functions; second order: ${twice}`);
});

onNative("gradients agree with central differences, first and second order:", () => {
  test.each(Object.entries(CASES))("%s", (name, cases) => {
    eachOf(cases, (each, inputs) => {
      const kernels = expectFirstOrder(each, inputs);
      expect([...kernels], "kernels on the tape").toContain(INSTEAD[name]?.[0] ?? name);
      if (isTwice(name)) expectSecondOrder(each, inputs);
      else expect(() => expectSecondOrder(each, inputs)).toThrow(/gradient function not found/);
    });
  });
});

/** One function of each kernel; the slow set compiles all. */
onNative("compiled gradients are the eager ones, first and second order:", () => {
  test.each(Object.entries(CASES))("%s", (name, cases) => expectCompiled(name, cases.slice(0, 1)));
});
