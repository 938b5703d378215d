import { expect, test } from "vitest";
import { CODES } from "../../src/compile/plan/instructions";
import { preparePlan } from "../../src/native";
import { random } from "./random";
import { onAddon } from "./support";

const list = (...instructions: readonly (readonly number[])[]): Int32Array => {
  const numbers = new Int32Array(16 * instructions.length);
  instructions.forEach((each, i) => {
    numbers.set(each, 16 * i);
  });
  return numbers;
};
const NOTHING = list();

onAddon("preparePlan(once, each, words)", () => {
  test("runs its lists one after the other on one arena", () => {
    const double = [CODES.BINARY, 0, 0, 0, 0, 1, 1, 2, 0, 0, 1, 0, 0, 1];
    const square = [CODES.UNARY, 12, 2, 0, 0];
    const plan = preparePlan(list(double), list(square, double), 2);
    plan.arena.set([1, 2]);
    plan.runOnce();
    expect([...plan.arena]).toEqual([2, 4]);
    plan.run();
    expect([...plan.arena]).toEqual([8, 32]);
  });

  test("copies with strides, also backward and of one element many times", () => {
    const transpose = [CODES.COPY, 6, 0, 1, 1, 3, 2, 0, 0, 2, 1, 0, 0, 1, 3];
    const backward = [CODES.COPY, 12, 5, 1, 1, 1, 6, 0, 0, 0, 1, 0, 0, 0, -1];
    const same = [CODES.COPY, 18, 1, 1, 1, 1, 3, 0, 0, 0, 1, 0, 0, 0, 0];
    const plan = preparePlan(NOTHING, list(transpose, backward, same), 21);
    plan.arena.set([1, 2, 3, 4, 5, 6]);
    plan.run();
    expect([...plan.arena.slice(6)]).toEqual([1, 4, 2, 5, 3, 6, 6, 5, 4, 3, 2, 1, 2, 2, 2]);
  });

  test("looks rows up, and says which index a table does not have", () => {
    const plan = preparePlan(NOTHING, list([CODES.GATHER, 2, 2, 3, 0, 6, 8]), 12);
    const integers = new Int32Array(plan.arena.buffer, plan.arena.byteOffset);
    plan.arena.set([1, 2, 3, 4, 5, 6]);
    integers.set([2, 0], 6);
    expect(plan.run()).toBeUndefined();
    expect([...plan.arena.slice(8)]).toEqual([5, 6, 1, 2]);
    integers.set([0, 3], 6);
    expect(plan.run()).toEqual([0, 1, 3]);
    integers.set([-1, 0], 6);
    expect(plan.run()).toEqual([0, 0, -1]);
  });

  test("finds the first of the largest, makes one-hot rows, and converts", () => {
    const ones = [CODES.ONE_HOT, 2, 3, 0x3f800000, 0, 6, 8];
    const plan = preparePlan(NOTHING, list([CODES.ARGMAX, 2, 3, 1, 0, 6], ones, [CODES.TO_FLOAT, 2, 6, 14]), 18);
    plan.arena.set([1, 5, 5, -1, -3, -1]);
    plan.run();
    expect([...plan.arena.slice(8, 16)]).toEqual([0, 1, 0, 1, 0, 0, 1, 0]);
    const cast = preparePlan(NOTHING, list([CODES.TO_INT, 4, 0, 4]), 8);
    cast.arena.set([1.9, -1.9, 3e9, Number.NaN]);
    cast.run();
    expect([...new Int32Array(cast.arena.buffer, cast.arena.byteOffset, 8)].slice(4)).toEqual([
      1,
      -1,
      -(2 ** 31),
      -(2 ** 31),
    ]);
  });

  test("refuses unknown instructions, lists of another length, and operands outside the arena", () => {
    const refused = (...instruction: readonly number[]) =>
      expect(() => preparePlan(NOTHING, list(instruction), 8)).toThrow(/unknown, or reaches outside the arena/);
    refused(99);
    refused(-1);
    refused(CODES.UNARY, 14, 1, 0, 0);
    refused(CODES.UNARY, 0, 9, 0, 0);
    refused(CODES.UNARY, 0, 1, 8, 0);
    refused(CODES.UNARY, 0, -1, 0, 0);
    refused(CODES.MATMUL, 2 ** 16, 2 ** 16, 2 ** 16, 0, 0, -1, 0);
    refused(CODES.COPY, 0, 0, 1, 1, 1, 9, 0, 0, 0, 1, 0, 0, 0, 0);
    refused(CODES.COPY, 0, 0, 1, 1, 1, 2, 0, 0, 0, 1, 0, 0, 0, -1);
    expect(() => preparePlan(new Int32Array(15), NOTHING, 8)).toThrow(
      /an Int32Array of 16 numbers for each instruction/,
    );
    expect(() => preparePlan(NOTHING, NOTHING, 0)).toThrow(/argument 2/);
  });

  test("never reaches outside, whatever the instructions are", () => {
    let made = 0;
    for (let i = 0; i < 20_000; i++) {
      const numbers = random(16, i).map((each, k) => (k === 0 ? i % 12 : Math.round(each * each * each * 12)));
      try {
        preparePlan(NOTHING, list(numbers), 64).run();
        made++;
      } catch (error) {
        expect((error as Error).message).toMatch(/reaches outside/);
      }
    }
    expect(made).toBeGreaterThan(500);
  });
});
