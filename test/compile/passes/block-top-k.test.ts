import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { parseTrace } from "../../../src/compile/ir/parse";
import { blockTopK } from "../../../src/compile/passes/block-top-k";
import * as tf from "../../../src/tf";
import { scopeEachTest } from "../../support";
import { expectText } from "../ir/expect-text";
import { onNative, opNames } from "../support";

scopeEachTest();

const topK = (rows: number, columns: number, k: number) => `
  %x: float32[${rows},${columns}] = input
  %k: int32[] = Const ${k}
  %v: float32[${rows},${k}], %i: int32[${rows},${k}] = TopKV2(%x, %k) {sorted: true, T: float32}
  return %v, %i`;

test("blockTopK(trace) searches the blocks with the largest elements", () => {
  expectText(
    blockTopK(parseTrace(topK(32, 640, 2))),
    `
    %x: float32[32,640] = input
    %s: int32[3] = Const [32, 10, 64]
    %b: float32[32,10,64] = Reshape(%x, %s) {T: float32, Tshape: int32}
    %a: int32[1] = Const 2
    %m: float32[32,10] = Max(%b, %a) {keep_dims: false, T: float32, Tidx: int32}
    %k1: int32[] = Const 2
    %u1: float32[32,2], %best: int32[32,2] = TopKV2(%m, %k1) {sorted: true, T: float32}
    %n: int32[32,2] = Neg(%best) {T: int32}
    %f: float32[32,2] = Cast(%n) {SrcT: int32, DstT: float32, Truncate: false}
    %k2: int32[] = Const 2
    %d: float32[32,2], %u2: int32[32,2] = TopKV2(%f, %k2) {sorted: true, T: float32}
    %g: int32[32,2] = Cast(%d) {SrcT: float32, DstT: int32, Truncate: false}
    %o: int32[32,2] = Neg(%g) {T: int32}
    %a1: int32[] = Const 1
    %c: float32[32,2,64] = GatherV2(%b, %o, %a1) {batch_dims: 1, Tparams: float32, Tindices: int32, Taxis: int32}
    %s1: int32[2] = Const [32, 128]
    %l: float32[32,128] = Reshape(%c, %s1) {T: float32, Tshape: int32}
    %k3: int32[] = Const 2
    %v: float32[32,2], %p: int32[32,2] = TopKV2(%l, %k3) {sorted: true, T: float32}
    %w: int32[] = Const 64
    %q: int32[32,2] = FloorDiv(%p, %w) {T: int32}
    %q1: int32[32,2] = Mul(%q, %w) {T: int32}
    %r: int32[32,2] = Sub(%p, %q1) {T: int32}
    %a2: int32[] = Const 1
    %h: int32[32,2] = GatherV2(%o, %q, %a2) {batch_dims: 1, Tparams: int32, Tindices: int32, Taxis: int32}
    %h1: int32[32,2] = Mul(%h, %w) {T: int32}
    %i: int32[32,2] = AddV2(%h1, %r) {T: int32}
    %s2: int32[2] = Const [32, 2]
    %y: float32[32,2] = Reshape(%v, %s2) {T: float32, Tshape: int32}
    %s3: int32[2] = Const [32, 2]
    %z: int32[32,2] = Reshape(%i, %s3) {T: int32, Tshape: int32}
    return %y, %z`,
  );
});

test.each([
  ["few elements", topK(1, 640, 2)],
  ["one element of each row", topK(64, 640, 1)],
  ["many elements of each row", topK(64, 640, 17)],
  ["narrow rows", topK(1000, 320, 2)],
])("blockTopK(trace) leaves alone %s", (_, text) => {
  expectText(blockTopK(parseTrace(text)), text);
});

onNative("the largest elements of wide rows", () => {
  test("values and indices ≡ eager, to the last bit, of many equal elements, infinities and zeros of both signs", () => {
    const number = fc.constantFrom(0, -0, 1, 2, 3, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(
        fc.constantFrom<number[]>([32, 640], [2, 4, 2560], [20_000], [8, 2503]),
        fc.integer({ min: 2, max: 9 }),
        fc.array(number, { minLength: 1, maxLength: 40 }),
        fc.nat(1000),
        (shape, k, values, stride) => {
          tf.tidy(() => {
            const count = shape.reduce((product, size) => product * size, 1);
            const all = Array.from({ length: count }, (_, i) => values[(i * i + stride * i) % values.length] as number);
            const x = tf.tensor(all, shape);
            const compute = (x: tf.Tensor) => {
              const { values, indices } = tf.topk(x, k);
              return [values, indices];
            };
            const compiled = compile(compute);
            const [expected, got] = [compute(x), compiled(x)];
            compiled.dispose();
            expect(got.map((each) => each.arraySync())).toEqual(expected.map((each) => each.arraySync()));
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  test("are found in two stages; rows that no width divides are padded", () => {
    for (const [columns, padded] of [
      [1000, 0],
      [1003, 1],
    ] as const) {
      const x = tf.zeros([64, columns]);
      const names = opNames(() => tf.topk(x, 2).values, [x]);
      expect([names.filter((name) => name === "Max").length, names.filter((name) => name === "PadV2").length]).toEqual([
        1,
        padded,
      ]);
    }
  });
});
