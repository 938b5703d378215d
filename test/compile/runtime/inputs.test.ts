import { expect, test, vi } from "vitest";
import { compile } from "../../../src/compile";
import { NativeTensor, nativeAddon } from "../../../src/native";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest } from "../../support";
import { onNative } from "../support";

scopeEachTest();

onNative("what a compiled function is given", () => {
  /** In a session of its own; small functions run without one else. */
  const inSession = nativeAddon() === undefined ? {} : { threads: 2 };
  const twice = () => compile((x: tf.Tensor, y: tf.Tensor) => [tf.mul(x, 2), tf.neg(y)], inSession);

  test("counts at each call: the same tensor again and again, others between, and the same again", () => {
    const f = twice();
    const [a, b] = [tf.tensor1d([1, 2]), tf.tidy(() => tf.add(tf.tensor1d([10, 20]), 0))];
    const order: [tf.Tensor, tf.Tensor][] = [
      [b, b],
      [b, b],
      [b, b],
      [a, b],
      [b, a],
      [a, a],
      [b, b],
      [b, a],
    ];
    for (const [x, y] of order) {
      const [double, negative] = f(x, y);
      expectClose(
        double,
        [x.dataSync()[0] as number, x.dataSync()[1] as number].map((value) => value * 2),
      );
      expectClose(
        negative,
        [y.dataSync()[0] as number, y.dataSync()[1] as number].map((value) => -value),
      );
    }
    b.dispose();
    const c = tf.tidy(() => tf.add(a, 4));
    expectClose(f(c, c)[0], [10, 12]);
    f.dispose();
  });

  test("is a tensor's value at its first use: its array may change, wherever the array lies in memory", () => {
    for (const f of [twice(), compile((x: tf.Tensor, y: tf.Tensor) => [tf.mul(x, 2), tf.neg(y)])]) {
      for (let offset = 0; offset < 16; offset++) {
        const values = new Float32Array(32).subarray(offset, offset + 2); // one of them is where native memory may begin
        values.set([1, 2]);
        const x = tf.tensor1d(values);
        expectClose(f(x, x)[0], [2, 4]);
        values[0] = 100;
        expectClose(f(x, x)[0], [2, 4]);
        expectClose(x, [1, 2]);
      }
      f.dispose();
    }
  });

  test.runIf(nativeAddon() !== undefined)("is kept from its second call on, and let go when it is disposed", () => {
    const f = twice();
    const [x, y] = tf.tidy(() => [tf.add(tf.ones([2]), 1), tf.add(tf.ones([2]), 2)]) as [tf.Tensor, tf.Tensor];
    const disposed = vi.spyOn(NativeTensor.prototype, "dispose");
    const disposedBy = (run: () => void) => {
      disposed.mockClear();
      run();
      return disposed.mock.calls.length;
    };
    const call = (x: tf.Tensor) => () => tf.dispose(f(x, x));
    call(x)(); // builds the graph
    expect(disposedBy(call(x))).toBe(2); // the outputs
    expect(disposedBy(call(x))).toBe(2);
    expect(disposedBy(call(y))).toBe(2 + 2 + 2); // those kept of x; y's, which came for the first time
    expect(disposedBy(call(y))).toBe(2);
    expect(disposedBy(() => x.dispose())).toBe(0);
    expect(disposedBy(() => y.dispose())).toBe(2);
    disposed.mockRestore();
    f.dispose();
  });
});
