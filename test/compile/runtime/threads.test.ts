import { expect, test } from "vitest";
import { compile, scan, stream, trainStep } from "../../../src/compile";
import { nativeAddon } from "../../../src/native";
import { GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest } from "../../support";
import { expectRefused, inChild, onNative } from "../support";

scopeEachTest();

const twice = (x: tf.Tensor) => tf.mul(x, 2);

onNative("compile(fn, { threads })", () => {
  test("refuses what is no number of threads", () => {
    for (const threads of [0, 1.5, "2", null]) {
      expectRefused(
        () => compile(twice, { threads } as never),
        /compile: threads: expected a whole number of at least 1, got/,
      );
    }
  });

  test.runIf(nativeAddon() !== undefined)("refuses more threads than a process can start", () => {
    expectRefused(
      () => compile(twice, { threads: 1e9 }),
      /compile: threads: expected at most 1024, got number 1000000000/,
    );
  });

  test.runIf(nativeAddon() === undefined)("is refused without the native addon", () => {
    expectRefused(() => compile(twice, { threads: 2 }), /threads: expected nothing without the native addon/);
  });

  test.runIf(nativeAddon() !== undefined)("gives the same numbers, of a step and a stream too", () => {
    const f = compile((x: tf.Tensor) => [twice(x), tf.neg(x)], { threads: 2 });
    expectClose(f(tf.scalar(4))[0], [8]);
    const [v, w, h] = tf.tidy(() => [1, 1, 1].map((value) => tf.variable(tf.scalar(value)))) as [
      tf.Variable,
      tf.Variable,
      tf.Variable,
    ];
    const step = (w: tf.Variable, threads?: number) =>
      trainStep((x: tf.Tensor) => tf.mul(tf.square(x), tf.square(w)), {
        variables: [w],
        optimizer: new GradientDescentOptimizer({ learningRate: 0.1 }),
        ...(threads && { threads }),
      });
    const [own, shared] = [step(v, 1), step(w)];
    const x = tf.tensor1d([1, 2, 3]);
    expect([own(x), own(x), own(x)]).toEqual([shared(x), shared(x), shared(x)]);
    const sum = ([h]: readonly tf.Tensor[], x: tf.Tensor) => ({
      output: tf.add(h as tf.Tensor, x),
      state: [tf.add(h as tf.Tensor, x)],
    });
    const next = stream(sum, { variables: [], state: [h], threads: 1 });
    expectClose(next(tf.scalar(3)), [4]);
    expectClose(next(tf.scalar(3)), [7]);
    const sumOf = ([x]: tf.Tensor[], [total]: tf.Tensor[]) => {
      const sum = tf.add(total as tf.Tensor, x as tf.Tensor);
      return { results: [sum], states: [sum] };
    };
    const looping = compile((x: tf.Tensor) => scan(sumOf, [x], [tf.zeros([1])]).states[0] as tf.Tensor, { threads: 1 });
    expectClose(looping(tf.ones([300, 1])), [300]); // a loop, which the executor of one thread refuses
    looping.dispose();
    for (const part of [f, own, shared, next, v, w, h]) part.dispose();
  });

  test.runIf(nativeAddon() !== undefined)("makes that many threads, and shares them with no other graph", () => {
    const counts = inChild(`
      const count = () => require("node:fs").readdirSync("/proc/self/task").length;
      const run = (options) => compile((x) => tf.mul(x, 2), options)(tf.ones([2, 2])).dataSync();
      run({});
      const before = count();
      run({});
      const shared = count() - before;
      run({ threads: 5 });
      print([shared, count() - before - shared]);`);
    expect(counts).toEqual([0, 5]);
  });

  test.runIf(nativeAddon() !== undefined)("is refused where one operation has more threads", () => {
    const message = inChild(
      `try { compile((x) => x, { threads: 2 }); print("none"); } catch (error) { print(error.message); }`,
      { TF_NUM_INTRAOP_THREADS: "3" },
    );
    expect(message).toBe(
      "compile: threads: expected at least 3, which each operation of this process has (TF_NUM_INTRAOP_THREADS), got number 2",
    );
  });
});
