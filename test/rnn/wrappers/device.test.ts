import { afterEach, describe, expect, test, vi } from "vitest";
import { canCompile, compile } from "../../../src/compile";
import { nativeAddon } from "../../../src/native";
import { DeviceWrapper, dynamicRnn, type RNNCell, staticRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest, uniform } from "../../support";
import { computed, placed, plain } from "./placed-cells";

scopeEachTest();
afterEach(() => void vi.restoreAllMocks());

describe("new DeviceWrapper(cell, device)", () => {
  test.each([
    ["/cpu:1", "/device:CPU:1"],
    ["/GPU:0", "/device:GPU:0"],
    ["/device:CPU:02", "/device:CPU:2"],
  ])("reads %s as TensorFlow does: %s", (given, device) => {
    expect(new DeviceWrapper(plain()[0] as RNNCell, given).device).toBe(device);
  });

  test.each(["cpu", "cpu:1", "/cpu", "/tpu:0", "/cpu:-1", "/job:worker/cpu:0", "", undefined, 1])(
    "refuses %j",
    (device) => {
      expect(() => new DeviceWrapper(plain()[0] as RNNCell, device as string)).toThrow(
        /DeviceWrapper: device: expected a device such as "\/cpu:1" or "\/gpu:0", got /,
      );
    },
  );

  test("refuses what is no cell", () => {
    expect(() => new DeviceWrapper(undefined as never, "/cpu:0")).toThrow(/DeviceWrapper: cell: expected /);
  });

  test("run eagerly is its cell: outputs, state, names of weights, variables", () => {
    const [cell, wrapped] = [plain()[0] as RNNCell, placed()[0] as RNNCell];
    const x = uniform([2, 5, 3], 3) as tf.Tensor3D;
    expect(dynamicRnn(wrapped, x)[0].dataSync()).toEqual(dynamicRnn(cell, x)[0].dataSync());
    const parts = tf.unstack(x, 1) as tf.Tensor2D[];
    expect(staticRnn(wrapped, parts)[0][4]?.dataSync()).toEqual(staticRnn(cell, parts)[0][4]?.dataSync());
    expect(Object.keys(wrapped.weights ?? {})).toEqual(Object.keys(cell.weights ?? {}));
    expect([wrapped.inputSize, wrapped.outputSize, wrapped.variables.length]).toEqual([3, 4, 4]);
  });
});

describe.runIf(canCompile())("a compiled stack of DeviceWrappers", () => {
  test.each([
    ["unrolled", 6, 1],
    ["in shards", 6, 2],
  ])("computes every bit as without them, and trains so: %s", (_, nSteps, shards) => {
    vi.spyOn(console, "warn").mockReturnValue(); // where the session has one device only, a line says so
    expect(computed(placed(), nSteps, shards)).toEqual(computed(plain(), nSteps, shards));
  });

  test.runIf(nativeAddon())("a device that is not there is named in the error, with those that are", () => {
    const cell = new DeviceWrapper(plain()[0] as RNNCell, "/gpu:7");
    const run = compile((x: tf.Tensor3D) => dynamicRnn(cell, x)[0], { variables: cell.variables });
    const x = uniform([2, 3, 3], 5) as tf.Tensor3D;
    expect(() => run(x)).toThrow("DeviceWrapper: device: there is no /gpu:7; there are /cpu:0");
    run.dispose();
  });
});
