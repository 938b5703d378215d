import { describe, expect, test } from "vitest";
import { browserFiles, CompileError, inferenceGraph, savedModelFile, scan } from "../../../src/compile";
import { isCapturing } from "../../../src/compile/internal";
import { dynamicRnn, flattenState } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { CELLS } from "../../rnn/all-cells";
import { scopeEachTest, uniform } from "../../support";
import { expectWorks, onNative } from "../support";

scopeEachTest();

type Compute = (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

/** Makes a graph in both formats, each of which is run and compared with the function, also at sizes it was not captured at. */
async function tryBoth(compute: Compute, options: Parameters<typeof inferenceGraph>[1]): Promise<void> {
  const graph = inferenceGraph(compute, options);
  expect(savedModelFile(graph).length).toBeGreaterThan(0);
  const names = Object.keys(await browserFiles(graph)).map((name) => name.replace(/-[0-9a-f]{16}\./, "-SUM."));
  expect(names.sort()).toEqual(
    [
      "example-SUM.json",
      "group1-shard1of1-SUM.bin",
      "index.html",
      "model.json",
      "page.css",
      "run.js",
      "tf.min.js",
    ].sort(),
  );
}

onNative("every cell is exported: outputs and last states, any batch size and length", () => {
  test.each(Object.entries(CELLS))("%s", async (_, make) => {
    const cell = make();
    const variables = Object.fromEntries(cell.variables.map((variable, i) => [`${i}`, variable]));
    const compute: Compute = ({ x }) => {
      const [outputs, state] = dynamicRnn(cell, x as tf.Tensor3D);
      return { outputs, ...Object.fromEntries(flattenState(state).map((part, i) => [`state${i}`, part])) };
    };
    await tryBoth(compute, { inputs: { x: [null, null, 3] }, variables });
    cell.dispose();
  });
});

onNative("functions that depend on the sizes are exported", () => {
  const w = () => tf.variable(uniform<tf.Rank.R2>([3, 3], 1));

  describe.each<[string, (x: tf.Tensor3D, w: tf.Tensor2D) => tf.Tensor]>([
    ["rows of all steps at once", (x, w) => tf.matMul(tf.reshape(x, [-1, 3]), w)],
    ["shapes made of sizes", (x) => tf.reshape(x, [x.shape[1], x.shape[0] * 3])],
    [
      "zeros, ranges and a count",
      (x) => {
        const [batch, steps] = x.shape;
        const time = tf.range(0, steps).reshape([1, steps, 1]);
        return tf.div(tf.add(tf.mul(x, time), tf.ones([batch, steps, 3])), steps);
      },
    ],
    ["all but the last step", (x) => tf.slice(x, [0, 0, 0], [x.shape[0], x.shape[1] - 1, 3])],
    [
      "softmax, mean, concatenation, a transposed product",
      (x) => tf.concat([tf.softmax(tf.matMul(x, x, false, true)), tf.mean(x, 2, true)], 2),
    ],
    [
      "scan",
      (x, w) => {
        const sum = (parts: tf.Tensor[], states: tf.Tensor[], time: tf.Scalar) => {
          const next = tf.add(tf.matMul(parts[0] as tf.Tensor2D, w), tf.mul(states[0] as tf.Tensor, 0.5));
          return { results: [tf.mul(next, tf.cast(time, "float32"))], states: [next] };
        };
        return scan(sum, [tf.transpose(x, [1, 0, 2])], [tf.zeros([x.shape[0], 3])]).results[0] as tf.Tensor;
      },
    ],
  ])("%s", (_, compute) => {
    test("of any batch size and length; of a fixed length; of fixed sizes", async () => {
      for (const shape of [
        [null, null, 3],
        [null, 6, 3],
        [2, 6, 3],
      ] as const) {
        const kernel = w();
        const options = { inputs: { x: shape }, variables: { kernel } };
        await tryBoth(({ x }) => ({ y: tf.add(compute(x as tf.Tensor3D, kernel), tf.sum(kernel)) }), options);
      }
    });
  });

  test("variables whose names differ only in what TensorFlow's names cannot hold", async () => {
    const [a, b] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(3))];
    const compute: Compute = ({ x }) => ({ y: tf.add(tf.mul(x as tf.Tensor, a), b) });
    await tryBoth(compute, { inputs: { x: [null] }, variables: { "my weight": a, my_weight: b } });
  });

  test("two inputs with a length each", async () => {
    const inputs = { a: ["batch", "source", 2], b: ["batch", "target", 2] };
    const scores: Compute = ({ a, b }) => ({ y: tf.matMul(a as tf.Tensor3D, b as tf.Tensor3D, false, true) });
    await tryBoth(scores, { inputs, variables: {} });
  });
});

onNative("what one graph cannot be is refused by name, and all is as before", () => {
  const refused = (compute: Compute, message: RegExp, inputs: object = { x: [null, null, 2] }) => {
    const left = tf.memory().numTensors;
    let error: unknown;
    try {
      savedModelFile(inferenceGraph(compute, { inputs: inputs as never, variables: {} }));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CompileError);
    expect((error as Error).message).toMatch(message);
    expect(tf.memory().numTensors - left, "tensors left behind").toBe(0);
    expectWorks();
  };

  test.each<[string, (x: tf.Tensor3D) => tf.Tensor, RegExp]>([
    [
      "a loop of JavaScript",
      (x) => tf.addN(tf.unstack(x, 1)),
      /Unpack: what its results are depends on a size \(batch, steps\)/,
    ],
    [
      "steps of its own for a longer one",
      (x) => (x.shape[1] > 4 ? tf.tanh(x) : x),
      /depends on a size|number of operations/,
    ],
    [
      "more operations for more examples",
      (x) => {
        let y: tf.Tensor = x;
        for (let i = 0; i < x.shape[0]; i++) y = tf.sin(y);
        return tf.exp(y);
      },
      /Exp|Sin|number of operations/,
    ],
    [
      "a table of numbers",
      (x) =>
        tf.mul(
          x,
          tf.tensor3d(
            Array.from({ length: x.shape[1] }, (_, t) => t * t),
            [1, x.shape[1], 1],
          ),
        ),
      /Const: a constant's values depends/,
    ],
    ["a limit that no captured size reaches", (x) => tf.mul(x, Math.min(x.shape[1], 10)), /the SavedModel gives other/],
    [
      "the last steps only, more of them than any captured size has",
      (x) => tf.slice(x, [0, Math.max(0, x.shape[1] - 20), 0]),
      /the SavedModel gives other/,
    ],
    [
      "no more steps than a table has",
      (x) => tf.add(x, tf.slice(tf.ones([50, 1]), [0, 0], [x.shape[1], 1])),
      /fails where batch is 8, steps is 133; give a size that has a limit as a number: /,
    ],
    ["no number", (x) => tf.log(x), /y: expected finite numbers, got NaN/],
    ["an infinite number", (x) => tf.div(1, tf.zerosLike(x)), /y: expected finite numbers, got Infinity/],
    [
      "other numbers when it is captured",
      (x) => tf.mul(x, isCapturing() ? 2 : 3),
      /the SavedModel gives other outputs .* y of shape/,
    ],
  ])("%s", (_, compute, message) => {
    refused(({ x }) => ({ y: tf.tidy(() => compute(x as tf.Tensor3D)) }), message);
  });

  test("a variable that is not declared", () => {
    const outside = tf.variable(tf.scalar(1));
    refused(({ x }) => ({ y: tf.add(x as tf.Tensor, outside) }), /the variable .* is not declared/);
  });

  test("more weights than a file can hold, before they are read", () => {
    const huge = Object.create(tf.Variable.prototype, { size: { value: 2 ** 29 } }) as tf.Variable;
    const options = { inputs: { x: [null] }, variables: { huge } };
    expect(() => inferenceGraph(({ x }) => ({ y: x as tf.Tensor }), options)).toThrow(
      /at most 2130706432 bytes .* 2147483648/,
    );
  });

  test("outputs without names, or with an input's", () => {
    refused((({ x }: Record<string, tf.Tensor>) => x) as never, /tensors by name, got a tensor/);
    refused(() => ({}), /tensors by name, got none/);
    refused(({ x }) => ({ x: tf.tanh(x as tf.Tensor) }), /other names than the inputs', got x/);
    refused(({ x }) => ({ "a b": tf.tanh(x as tf.Tensor) }), /names of letters, digits and _, got "a b"/);
  });

  test("inputs that are none", () => {
    const y: Compute = ({ x }) => ({ y: tf.tanh(x as tf.Tensor) });
    refused(y, /at least one, by name, got none/, {});
    refused(y, /inputs.x: expected a shape/, { x: 3 });
    refused(y, /inputs.x: expected a shape/, { x: [null, 0] });
    refused(y, /at most 4 sizes/, { x: ["a", "b", "c", "d", "e"] });
    refused(y, /inputs.z: .*the outputs need/, { x: [null], z: [null] });
  });
});
