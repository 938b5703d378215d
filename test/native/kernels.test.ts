/** Each instruction of a plan against the same arithmetic in JavaScript, at each level of kernels that the processor has. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { CODES, floatBits } from "../../src/compile/plan/instructions";
import { kernelLevels, nativeAddon, preparePlan, useKernels } from "../../src/native";
import { random } from "./random";
import { onAddon } from "./support";

const levels = nativeAddon() === undefined ? ["none"] : kernelLevels();
const SIZES = [1, 3, 4, 15, 16, 17, 33, 100];
const MARK = 12345;

/**
 * Runs one instruction. Its operands that are arrays lie side by side, from the second word on, with a word between them;
 * `result` lies last.
 *
 * @returns the result, after a check that the words around it are as they were
 */
function run(
  code: number,
  operands: readonly (number | readonly number[])[],
  result: number,
  start?: readonly number[],
) {
  let at = 1;
  const arrays: { begin: number; values: readonly number[] }[] = [];
  const place = (values: readonly number[]) => {
    const begin = at;
    arrays.push({ begin, values });
    at += values.length + 1;
    return begin;
  };
  const words = operands.map((each) => (typeof each === "number" ? each : place(each)));
  const y = at;
  const own = words.map((each) => (Number.isNaN(each) ? y : each));
  const numbers = new Int32Array(16);
  numbers.set([code, ...own]);
  const plan = preparePlan(new Int32Array(0), numbers, y + result + 2);
  plan.arena.fill(MARK);
  for (const { begin, values } of arrays) plan.arena.set(values, begin);
  if (start !== undefined) plan.arena.set(start, y);
  const before = plan.arena.slice(0, y);
  expect(plan.run()).toBeUndefined();
  expect(plan.arena.slice(0, y), "the words before the result").toEqual(before);
  expect([...plan.arena.slice(y + result)], "the words after the result").toEqual([MARK, MARK]);
  return [...plan.arena.slice(y, y + result)];
}

/** Stands for the place of the result among the operands. */
const Y = Number.NaN;

/** Without fused multiply-adds, Eigen's polynomial for tanh is 2.4e-7 off. */
function expectNear(actual: readonly number[], expected: readonly number[], tolerance = 3e-7): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((exact, i) => {
    const [got, want] = [actual[i] as number, Math.fround(exact)];
    if (Number.isFinite(want) && want !== 0) {
      const error = Math.abs(got - exact) / Math.max(1, Math.abs(exact));
      if (!(error <= tolerance)) expect(got, `element ${i}`).toBe(want);
    } else expect(got, `element ${i}`).toBe(want);
  });
}

interface Step {
  readonly gates: readonly number[];
  readonly c: readonly number[];
  readonly peepholes: readonly number[] | undefined;
  readonly clip: number;
}

/** h of a step of an LSTM, whose c' lies over c. */
function stepOf(n: number, { gates, c, peepholes, clip }: Step): number[] {
  const [ofC, ofPeepholes, ofH] = [4 * n, 5 * n, 5 * n + (peepholes?.length ?? 0)];
  const at = peepholes === undefined ? -1 : ofPeepholes;
  const numbers = new Int32Array(16);
  numbers.set([CODES.LSTM, 1, n, 0, ofC, at, floatBits(clip), ofC, ofH]);
  const plan = preparePlan(new Int32Array(0), numbers, ofH + n);
  plan.arena.set([...gates, ...c, ...(peepholes ?? [])]);
  expect(plan.run()).toBeUndefined();
  return [...plan.arena.slice(ofH)];
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const keepNaN = (x: number, y: number) => (Number.isNaN(x) ? x : y);
const UNARY: readonly [name: string, f: (x: number) => number][] = [
  ["Neg", (x) => -x],
  ["Tanh", Math.tanh],
  ["Sigmoid", sigmoid],
  ["Relu", (x) => keepNaN(x, x > 0 ? x : 0)],
  ["Relu6", (x) => keepNaN(x, Math.min(x > 0 ? x : 0, 6))],
  ["Elu", (x) => (x < 0 ? Math.expm1(x) : x)],
  ["Selu", (x) => (x < 0 ? 1.7580993408473766 * Math.expm1(x) : 1.0507009873554805 * x)],
  ["Softplus", (x) => (x > 30 ? x : Math.log1p(Math.exp(x)))],
  ["Exp", Math.exp],
  ["Log", Math.log],
  ["Sqrt", Math.sqrt],
  ["Rsqrt", (x) => 1 / Math.sqrt(x)],
  ["Square", (x) => x * x],
  ["Abs", Math.abs],
];
const SPECIAL = [Number.NaN, Infinity, -Infinity, 0, 1e-5, -1e-5, 3e38, -3e38, 88, -87, 89.5, -104, 20, -20].map(
  Math.fround,
);

onAddon.each(levels)("kernels at level %s", (level) => {
  beforeAll(() => useKernels(level));
  afterAll(() => useKernels(levels[0] as string));

  test.each(UNARY.map(([name, f], which) => ({ name, f, which })))("$name", ({ f, which }) => {
    for (const n of SIZES) {
      const x = random(n, n).map((each) => Math.fround(6 * each));
      const expected = x.map(f);
      expectNear(run(CODES.UNARY, [which, n, x, Y], n), expected);
    }
    expectNear(run(CODES.UNARY, [which, SPECIAL.length, SPECIAL, Y], SPECIAL.length), SPECIAL.map(f));
  });

  test("−0 stays −0 through Tanh and becomes 0 by Neg", () => {
    expect(run(CODES.UNARY, [1, 1, [-0], Y], 1)).toEqual([-0]);
    expect(run(CODES.UNARY, [0, 1, [-0], Y], 1)).toEqual([0]);
  });

  test("pairs of elements: sums, differences, products, quotients, the larger, the smaller; NaN wins", () => {
    const max = (a: number, b: number) => (Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : Math.max(a, b));
    const min = (a: number, b: number) => -max(-a, -b);
    const pairs = [
      (a: number, b: number) => a + b,
      (a: number, b: number) => a - b,
      (a: number, b: number) => a * b,
      (a: number, b: number) => a / b,
      max,
      min,
    ];
    pairs.forEach((f, which) => {
      for (const n of SIZES) {
        const [a, b] = [random(n, 1), random(n, 2)];
        a[n >> 1] = Number.NaN;
        b[n >> 2] = Infinity;
        const sizes = [1, 1, n];
        const same = run(CODES.BINARY, [which, Y, a, b, ...sizes, 0, 0, 1, 0, 0, 1], n);
        expectNear(
          same,
          a.map((each, i) => f(each, b[i] as number)),
        );
        const [first] = a as [number];
        const one = run(CODES.BINARY, [which, Y, [first], b, ...sizes, 0, 0, 0, 0, 0, 1], n);
        expectNear(
          one,
          b.map((each) => f(first, each)),
        );
      }
      const [a, b] = [random(24, 3), random(8, 4)]; // [2, 3, 4] and a row for all three of [2, ·, 4]
      const rows = run(CODES.BINARY, [which, Y, a, b, 2, 3, 4, 12, 4, 1, 4, 0, 1], 24);
      expectNear(
        rows,
        a.map((each, i) => f(each, b[4 * Math.floor(i / 12) + (i % 4)] as number)),
      );
    });
  });

  test("products of matrices of any sizes, from 0, from a row, and added to what is there, forward and backward", () => {
    for (const m of [1, 2, 3, 4, 5, 8, 9, 33]) {
      for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 48, 50, 100, 257, 300]) {
        const k = ((m * n) % 7) + 1;
        const [a, b, row, c] = [random(m * k, 5), random(k * n, 6), random(n, 7), random(m * n, 8)];
        const product = Array.from({ length: m * n }, (_, i) => {
          const [r, column] = [Math.floor(i / n), i % n];
          return Array.from({ length: k }, (_, p) => (a[r * k + p] as number) * (b[p * n + column] as number)).reduce(
            (s, x) => s + x,
          );
        });
        expectNear(run(CODES.MATMUL, [m, k, n, a, b, -1, Y, 1], m * n), product, 1e-6); // from the last row of b
        expectNear(run(CODES.MATMUL, [m, k, n, a, b, -1, Y], m * n), product, 1e-6);
        expectNear(
          run(CODES.MATMUL, [m, k, n, a, b, row, Y], m * n),
          product.map((x, i) => x + (row[i % n] as number)),
          1e-6,
        );
        expectNear(
          run(CODES.MATMUL, [m, k, n, a, b, Y, Y], m * n, c),
          product.map((x, i) => x + (c[i] as number)),
          1e-6,
        );
      }
    }
  });

  test("a row by a matrix larger than the caches, of whole numbers", () => {
    const [k, n] = [1030, 521];
    const whole = (count: number, seed: number) => Float32Array.from(random(count, seed), (x) => Math.round(4 * x));
    const [a, b, row] = [whole(k, 5), whole(k * n, 6), whole(n, 7)];
    const product = Float32Array.from(row, (_, c) => a.reduce((sum, x, p) => sum + x * (b[p * n + c] as number), 0));
    const at = { a: 1, b: k + 2, row: k + k * n + 3, y: k + k * n + n + 4 };
    const computed = (start: number) => {
      const numbers = Int32Array.of(CODES.MATMUL, 1, k, n, at.a, at.b, start, at.y, ...new Int32Array(8));
      const plan = preparePlan(new Int32Array(0), numbers, at.y + n + 1);
      for (const [place, values] of [[at.a, a], [at.b, b], [at.row, row], [at.y, row]] as const) plan.arena.set(values, place); // biome-ignore format: a table
      plan.run();
      expect([plan.arena[at.y - 1], plan.arena[at.y + n]]).toEqual([0, 0]);
      return plan.arena.slice(at.y, at.y + n);
    };
    const sum = product.map((x, i) => x + (row[i] as number));
    expect([computed(-1), computed(at.row), computed(at.y)]).toEqual([product, sum, sum]);
  });

  test("a product with NaN, or 0 times infinity, is NaN", () => {
    expect(run(CODES.MATMUL, [1, 2, 2, [0, 1], [Infinity, 1, Number.NaN, 1], -1, Y], 2)).toEqual([Number.NaN, 1]);
  });

  test("softmax, sums, means, the largest and the smallest along an axis", () => {
    for (const n of SIZES) {
      const x = random(2 * n, 9).map((each) => Math.fround(8 * each));
      const rows = [x.slice(0, n), x.slice(n)];
      const softmax = (row: number[]) => {
        const e = row.map((each) => Math.exp(each - Math.max(...row)));
        const sum = e.reduce((a, b) => a + b);
        return e.map((each) => each / sum);
      };
      expectNear(run(CODES.SOFTMAX, [2, n, x, Y], 2 * n), rows.flatMap(softmax));
      const sum = (row: number[]) => row.reduce((a, b) => a + b);
      const each = [
        sum,
        (row: number[]) => sum(row) / row.length,
        (row: number[]) => Math.max(...row),
        (row: number[]) => Math.min(...row),
      ];
      each.forEach((f, which) => {
        expectNear(run(CODES.REDUCE, [which, 2, n, 1, x, Y], 2), rows.map(f), 1e-6);
        const columns = Array.from({ length: n }, (_, i) => [x[i] as number, x[n + i] as number]);
        expectNear(run(CODES.REDUCE, [which, 1, 2, n, x, Y], n), columns.map(f), 1e-6);
      });
    }
  });

  test.each([0, 0.3])("a step of an LSTM with peepholes, c clipped at %d (0: not)", (clip) => {
    for (const n of SIZES) {
      const [gates, c, peepholes] = [random(4 * n, 10), random(n, 11), random(3 * n, 12)];
      for (const p of [peepholes, undefined]) {
        const at = (array: readonly number[] | undefined, i: number) => array?.[i] ?? 0;
        const expected = c.map((before, u) => {
          const i = sigmoid(at(gates, u) + at(p, u) * before);
          const f = sigmoid(at(gates, 2 * n + u) + at(p, n + u) * before);
          const next = i * Math.tanh(at(gates, n + u)) + f * before;
          const now = clip > 0 ? Math.max(-clip, Math.min(clip, next)) : next;
          return sigmoid(at(gates, 3 * n + u) + at(p, 2 * n + u) * now) * Math.tanh(now);
        });
        expectNear(stepOf(n, { gates, c, peepholes: p, clip }), expected);
      }
    }
  });
});
