import { afterEach, describe, expect, test, vi } from "vitest";
import { canCompile, compile, trainStep } from "../../../src/compile";
import { nativeAddon } from "../../../src/native";
import {
  AdamOptimizer,
  BasicLSTMCell,
  DeviceWrapper,
  dynamicRnn,
  GRUCell,
  MultiRNNCell,
  type RNNCell,
  staticRnn,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest, uniform } from "../../support";

scopeEachTest();
afterEach(() => void vi.restoreAllMocks());

const plain = (): RNNCell[] => [
  new GRUCell({ inputSize: 3, numUnits: 4, seed: 1 }),
  new BasicLSTMCell({ inputSize: 4, numUnits: 4, seed: 2 }),
];
const placed = (): RNNCell[] => plain().map((cell, i) => new DeviceWrapper(cell, `/cpu:${i}`));

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
  /** What a compiled function and three training steps give. */
  function computed(layers: RNNCell[], nSteps: number, shards: number): number[] {
    const cell = new MultiRNNCell(layers);
    const x = uniform([4, nSteps, 3], 4) as tf.Tensor3D;
    const lastOf = (x: tf.Tensor3D) => tf.slice(dynamicRnn(cell, x)[0], [0, nSteps - 1, 0], [-1, 1, -1]);
    const { variables } = cell;
    const run = compile(lastOf, { variables, shards });
    const optimizer = new AdamOptimizer({ learningRate: 0.01 });
    const step = trainStep((x: tf.Tensor3D) => tf.square(lastOf(x)), { variables, optimizer, shards });
    const found = [...run(x).dataSync(), step(x), step(x), step(x)];
    run.dispose();
    step.dispose();
    return found;
  }

  test.each([
    ["unrolled", 6, 1],
    ["in shards", 6, 2],
    ["a loop over time", 210, 1],
  ])("computes every bit as without them, and trains so: %s", (_, nSteps, shards) => {
    vi.spyOn(console, "warn").mockReturnValue(); // where the session has one device only, a line says so
    expect(computed(placed(), nSteps, shards)).toEqual(computed(plain(), nSteps, shards));
  });

  test("computes a loop over time in shards up to rounding: the shards are not computed in a loop then, and their sums are added in another order", () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const [found, expected] = [computed(placed(), 210, 2), computed(plain(), 210, 2)];
    found.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-7);
    });
  });

  test.runIf(nativeAddon())("a device that is not there is named in the error, with those that are", () => {
    const cell = new DeviceWrapper(plain()[0] as RNNCell, "/gpu:7");
    const run = compile((x: tf.Tensor3D) => dynamicRnn(cell, x)[0], { variables: cell.variables });
    const x = uniform([2, 3, 3], 5) as tf.Tensor3D;
    expect(() => run(x)).toThrow("DeviceWrapper: device: there is no /gpu:7; there are /cpu:0");
    run.dispose();
  });
});
