// Gradients over the space of shapes, axes and options, each against central differences, first and second order.
import fc from "fast-check";
import { beforeAll, test } from "vitest";
import * as tf from "../../src/tf";
import { onNative } from "../compile/support";
import { expectFirstOrder, expectSecondOrder, inputsOf, type Operation, on } from "./differences";

beforeAll(() => tf.ready());

const size = fc.integer({ min: 1, max: 3 });
const shape = (minLength: number, maxLength: number) => fc.array(size, { minLength, maxLength });
const seed = fc.integer({ min: 1, max: 1000 });

/** A shape, and another that broadcasts with it: axes of 1 in either, and missing ones. */
const twoShapes = fc
  .tuple(shape(0, 3), fc.array(fc.constantFrom("same", "left", "right"), { minLength: 3, maxLength: 3 }), fc.nat(3))
  .map(([all, kinds, missing]): [number[], number[]] => [
    all.map((each, i) => (kinds[i] === "left" ? 1 : each)),
    all.map((each, i) => (kinds[i] === "right" ? 1 : each)).slice(Math.min(missing, all.length)),
  ]);

function expectRight(shapes: number[][], of: Operation, seed: number): void {
  tf.tidy(() => {
    const each = on(shapes, of, [0.5, 1.9]);
    const inputs = inputsOf(each, seed);
    expectFirstOrder(each, inputs);
    expectSecondOrder(each, inputs);
  });
}

const check = <T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>, numRuns = 25) =>
  fc.assert(property, { numRuns, seed: 21 });

onNative("gradients agree with central differences", () => {
  const binary: Record<string, Operation> = {
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: tf.div,
    maximum: tf.maximum,
    minimum: tf.minimum,
    squaredDifference: tf.squaredDifference,
    pow: tf.pow,
    atan2: tf.atan2,
  };
  test.each(Object.entries(binary))("tf.%s(a, b), any shapes that broadcast", (_name, of) =>
    check(
      fc.property(twoShapes, seed, (shapes, seed) => expectRight(shapes, of, seed)),
      12,
    ),
  );

  test("tf.where(a > b, …), any shapes that broadcast, with a condition that depends on the weights", () =>
    check(
      fc.property(twoShapes, seed, (shapes, seed) =>
        expectRight(shapes, (a, b) => tf.where(tf.greater(a, b), tf.square(a), tf.mul(a, b)), seed),
      ),
    ));

  test("tf.matMul(a, b, transposeA, transposeB), any batches that broadcast", () =>
    check(
      fc.property(twoShapes, size, size, size, fc.boolean(), fc.boolean(), seed, ([p, q], m, k, n, a, b, seed) => {
        const left = [...p.slice(0, 2), ...(a ? [k, m] : [m, k])];
        const right = [...q.slice(0, 2).slice(0, p.slice(0, 2).length), ...(b ? [n, k] : [k, n])];
        if (!fits(left.slice(0, -2), right.slice(0, -2))) return;
        expectRight([left, right], (x, y) => tf.matMul(x, y, a, b), seed);
      }),
      40,
    ));

  test("tf.cumsum and tf.cumprod, any axis, exclusive, reverse", () => {
    const options = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    check(
      fc.property(shape(1, 4), fc.nat(3), options, seed, (of, at, [exclusive, reverse, fromEnd], seed) => {
        const axis = (at % of.length) - (fromEnd ? of.length : 0);
        expectRight([of], (x) => tf.cumsum(tf.square(x), axis, exclusive, reverse), seed);
        expectRight([of], (x) => tf.cumprod(x, axis, exclusive, reverse), seed);
      }),
    );
  });

  test("tf.stridedSlice, any begin, end and stride", () => {
    const range = fc.tuple(
      fc.integer({ min: -4, max: 4 }),
      fc.integer({ min: -5, max: 5 }),
      fc.constantFrom(-2, -1, 1, 2),
    );
    const ranges = fc.array(range, { minLength: 1, maxLength: 3 });
    const masks = fc.tuple(fc.nat(7), fc.nat(7));
    check(
      fc.property(ranges, masks, seed, (each, [beginMask, endMask], seed) => {
        const [begin, end, strides] = [0, 1, 2].map((i) => each.map((range) => range[i] as number)) as [
          number[],
          number[],
          number[],
        ];
        const of = (x: tf.Tensor) => tf.stridedSlice(tf.square(x), begin, end, strides, beginMask, endMask);
        const given = [4, 3, 2].slice(0, each.length);
        if (of(tf.zeros(given)).size > 0) expectRight([given], of, seed);
      }),
      40,
    );
  });

  test("tf.gatherND and tf.scatterND, any indices, repeated ones too", () =>
    check(
      fc.property(shape(1, 3), size, size, seed, (of, depth, count, seed) => {
        const by = Math.min(depth, of.length);
        const rows = Array.from({ length: count }, (_, i) =>
          of.slice(0, by).map((each, j) => (seed + 5 * i + 3 * j) % each),
        );
        const indices = tf.tensor2d(rows, [count, by], "int32");
        expectRight([of], (x) => tf.gatherND(tf.square(x), indices), seed);
        expectRight([[count, ...of.slice(by)]], (x) => tf.scatterND(indices, tf.square(x), of), seed);
        indices.dispose();
      }),
    ));

  test("tf.einsum of two tensors, any indices", () => {
    const indices = fc.subarray(["a", "b", "c", "d"], { minLength: 1, maxLength: 3 });
    check(
      fc.property(
        indices,
        indices,
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        seed,
        (p, q, kept, seed) => {
          const sizes: Record<string, number> = { a: 2, b: 3, c: 1, d: 2 };
          const all = [...new Set([...q, ...p])].filter((_, i) => kept[i]);
          const shapes = [p, q].map((each) => each.map((index) => sizes[index] as number));
          expectRight(shapes, (x, y) => tf.einsum(`${p.join("")},${q.join("")}->${all.join("")}`, x, y), seed);
        },
      ),
    );
  });

  test("tf.topk, any number of the largest, of any rank", () =>
    check(
      fc.property(shape(1, 3), size, seed, (of, k, seed) =>
        expectRight([of], (x) => tf.topk(tf.square(x), Math.min(k, of.at(-1) as number)).values, seed),
      ),
    ));

  test("tf.conv1d and tf.conv2d, any filter, dilation and padding", () => {
    const pad = fc.constantFrom("same" as const, "valid" as const);
    check(
      fc.property(size, size, size, size, pad, seed, (width, height, across, down, pad, seed) => {
        expectRight([[1, 7, 2], [width, 2, 1]], (x, w) => tf.conv1d(x, w, 1, pad, "NWC", across), seed); // biome-ignore format: two shapes
        expectRight([[1, 7, 5, 1], [height, Math.min(width, 2), 1, 2]], (x, w) => tf.conv2d(x, w, 1, pad, "NHWC", [down, across]), seed); // biome-ignore format: two shapes
      }),
      15,
    );
  });
});

const fits = (a: number[], b: number[]) => {
  try {
    tf.broadcast_util.assertAndGetBroadcastShape(a, b);
    return true;
  } catch {
    return false;
  }
};
