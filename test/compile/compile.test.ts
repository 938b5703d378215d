import { expect, test } from "vitest";
import { compile } from "../../src/compile";
import * as tf from "../../src/tf";
import { expectClose, expectTensors, scopeEachTest } from "../support";
import { expectRefused, onNative } from "./support";

scopeEachTest();

const x = () => tf.tensor1d([1, 2, 3]);

onNative("compile", () => {
  test("calls the function once for each shape and type of its arguments", () => {
    const shapes: string[] = [];
    const double = compile((x: tf.Tensor) => {
      shapes.push(`${x.dtype} ${x.shape}`);
      return tf.add(x, x);
    });
    for (const value of [1, 2]) {
      expectClose(double(tf.fill([3], value)), [2 * value, 2 * value, 2 * value]);
      expectClose(double(tf.fill([1, 2], value)), [2 * value, 2 * value]);
      expectClose(double(tf.fill([3], value, "int32")), [2 * value, 2 * value, 2 * value]);
      expectClose(double(tf.scalar(value)), [2 * value]);
    }
    expect(shapes).toEqual(["float32 3", "float32 1,2", "int32 3", "float32 "]);
    double.dispose();
  });

  test("returns a tensor, or a list of them, of any type; the same one twice, none shared", () => {
    const all = compile((x: tf.Tensor) => {
      const y = tf.neg(x);
      return [y, y, tf.cast(x, "int32"), tf.greater(x, 1), tf.sum(x), tf.zeros([0, 2])];
    });
    const given = x();
    const [a, b, whole, isLarge, sum, none] = expectTensors(6, () => all(given)) as tf.Tensor[];
    expectClose(a, [-1, -2, -3]);
    a?.dispose();
    expectClose(b, [-1, -2, -3]);
    expectClose(whole, tf.tensor1d([1, 2, 3], "int32"));
    expectClose(isLarge, [0, 1, 1]);
    expect([whole?.dtype, isLarge?.dtype, sum?.shape, none?.shape]).toEqual(["int32", "bool", [], [0, 2]]);
    const list = compile((x: tf.Tensor) => [tf.neg(x)])(x());
    expect(list).toHaveLength(1);
  });

  test("returns its own argument, a variable, a constant, something made of no argument", () => {
    const [given, w] = [x(), tf.variable(tf.scalar(7))];
    const same = compile((x: tf.Tensor) => x);
    const copy = same(given);
    expect(copy).not.toBe(given);
    copy.dispose();
    expectClose(same(given), [1, 2, 3]);
    const weight = compile((_: tf.Tensor) => w, { variables: [w] });
    const before = weight(given);
    w.assign(tf.scalar(8));
    expectClose(before, [7]);
    expectClose(weight(given), [8]);
    expectClose(compile((_: tf.Tensor) => tf.scalar(5))(given), [5]);
    expectClose(compile(() => tf.add(tf.tensor1d([1, 2]), 1))(), [2, 3]);
    expectClose(compile(() => tf.mul(w, 2), { variables: [w] })(), [16]);
    w.dispose();
  });

  test("one tensor for two arguments, a reshape, or a variable, does not tie them together", () => {
    const f = compile((a: tf.Tensor, b: tf.Tensor) => tf.add(tf.mul(a, 100), b));
    const [given, w] = [x(), tf.variable(x())];
    expectClose(f(given, given), [101, 202, 303]);
    expectClose(f(given, tf.tensor1d([7, 8, 9])), [107, 208, 309]);
    expectClose(f(given, tf.clone(given)), [101, 202, 303]);
    const g = compile((a: tf.Tensor) => tf.add(tf.mul(a, 100), w), { variables: [w] });
    expectClose(g(w), [101, 202, 303]);
    expectClose(g(tf.tensor1d([4, 5, 6])), [401, 502, 603]);
    w.dispose();
  });

  test("constants inside: NaN, infinities, −0, whole numbers, booleans, long and short", () => {
    const floats = [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-45, 3.4e38, 0.1];
    const f = () => [
      tf.neg(tf.tensor1d(floats)),
      tf.add(tf.tensor1d([-(2 ** 31), 2 ** 31 - 1, 7], "int32"), tf.scalar(0, "int32")),
      tf.logicalNot(tf.tensor1d([true, false, true], "bool")),
      tf.concat([tf.fill([20], Number.NaN), tf.fill([20], -0), tf.fill([20], 2.5), tf.zeros([17])]),
      tf.cast(tf.fill([40], 1, "bool"), "int32"),
    ];
    const [actual, expected] = [compile(f)(), f()];
    actual.forEach((tensor, i) => {
      expect(tensor.dtype).toBe(expected[i]?.dtype);
      expect(Array.from(tensor.dataSync())).toEqual(Array.from(expected[i]?.dataSync() ?? [])); // −0 is not 0
    });
  });

  test("arguments of every type and rank, empty ones included", () => {
    const same = compile((x: tf.Tensor) => x);
    for (const shape of [[], [0], [2, 0, 3], [1, 2, 3, 1, 2]]) {
      for (const dtype of ["float32", "int32", "bool"] as const) {
        const given = tf.cast(tf.ones(shape), dtype);
        expect(same(given).dtype).toBe(dtype);
        expectClose(same(given), given);
      }
    }
  });

  test("uses variables of other types", () => {
    const counts = tf.variable(tf.tensor1d([1, 2], "int32"));
    const f = compile((x: tf.Tensor) => tf.mul(x, tf.cast(counts, "float32")), { variables: [counts] });
    expectClose(f(tf.tensor1d([3, 3])), [3, 6]);
    counts.assign(tf.tensor1d([5, 6], "int32"));
    expectClose(f(tf.tensor1d([3, 3])), [15, 18]);
    counts.dispose();
  });

  test("a call makes its results and no other tensor, the first one too; dispose leaves nothing", () => {
    const [given, w] = [x(), tf.variable(x())];
    const before = tf.memory();
    const f = compile((x: tf.Tensor) => [tf.mul(tf.exp(x), w), tf.sum(x)], { variables: [w] });
    for (let i = 0; i < 3; i++) tf.dispose(expectTensors(2, () => f(given)));
    f.dispose();
    expect(tf.memory()).toEqual(before);
    w.dispose();
  });

  test("the arguments stay the caller's, also inside tf.tidy", () => {
    const [given, f] = [x(), compile((x: tf.Tensor) => [x, tf.neg(x)])];
    expectTensors(0, () =>
      tf.tidy(() => {
        f(given);
      }),
    );
    expectClose(
      tf.tidy(() => f(given)[1]),
      [-1, -2, -3],
    );
    expectClose(given, [1, 2, 3]);
  });

  test("refuses what is no tensor, a disposed one, a disposed variable, a call after dispose, by name", () => {
    const [given, gone, w] = [x(), x(), tf.variable(x())];
    gone.dispose();
    const f = compile((_: tf.Tensor, y: tf.Tensor) => tf.mul(y, w), { variables: [w] });
    expectRefused(() => f(given, [1, 2] as unknown as tf.Tensor), /argument 1: expected a tensor, got object/);
    expectRefused(() => f(given, gone), /argument 1: expected a tensor, got a disposed one/);
    f(given, given).dispose();
    expectRefused(() => f(gone, given), /argument 0: expected a tensor, got a disposed one/);
    const wrong = compile((x: tf.Tensor) => tf.mul(x, given), { variables: [given as tf.Variable] });
    expectRefused(() => wrong(given), /variables\[0\]: expected a live variable/);
    w.dispose();
    expectRefused(() => f(given, given), /variables\[0\]: expected a live variable, got a disposed one/);
    f.dispose();
    f.dispose();
    expectRefused(() => f(given, given), /is disposed/);
  });

  test("a failing call at run time is an error that leaves everything in order", () => {
    const checked = compile((x: tf.Tensor2D, i: tf.Tensor1D) => tf.gatherND(x, tf.expandDims(i, 1)));
    const [table, wrong, right] = [tf.ones<tf.Rank.R2>([3, 2]), tf.tensor1d([7], "int32"), tf.tensor1d([2], "int32")];
    expectClose(checked(table, right), [1, 1]);
    expectTensors(0, () => expect(() => checked(table, wrong)).toThrow());
    expectClose(checked(table, right), [1, 1]);
  });

  test("two functions of one model, and one function compiled twice, do not meet", () => {
    const f = (x: tf.Tensor) => tf.square(x);
    const [a, b] = [compile(f), compile(f)];
    expectClose(a(x()), [1, 4, 9]);
    a.dispose();
    expectClose(b(x()), [1, 4, 9]);
    b.dispose();
  });
});
