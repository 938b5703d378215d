import { beforeAll, expect, test } from "vitest";
import { compile, inferenceGraph, trainStep } from "../../../src/compile";
import { dynamicRnn, functionCell, GradientDescentOptimizer, type State, type UnrollOptions } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { expectClose, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const made = () => {
  const w = tf.variable(uniform<tf.Rank.R2>([2, 3], 1));
  const call = (x: tf.Tensor2D, state: State): [tf.Tensor2D, State] => [tf.tanh(tf.matMul(x, w)) as tf.Tensor2D, state];
  return { w, cell: functionCell<State>({ inputSize: 2, outputSize: 3, stateSize: [], weights: { w }, call }) };
};

onNative("a cell without state ≡ eager, with gradients", () => {
  test.each<[string, number, UnrollOptions]>([
    ["unrolled", 9, {}],
    ["swapMemory", 9, { swapMemory: true }],
    ["swapMemory, lengths", 11, { swapMemory: true, sequenceLength: [11, 4, 0, 7] }],
  ])("%s", (_, nSteps, options) => {
    const { w, cell } = made();
    const x = uniform<tf.Rank.R3>([4, nSteps, 2], 2);
    const compute = (given: tf.Tensor3D) => {
      const [outputs, state] = dynamicRnn(cell, given, options);
      expect(state).toEqual([]);
      const loss = (input: tf.Tensor) =>
        tf.sum<tf.Scalar>(tf.square(dynamicRnn(cell, input as tf.Tensor3D, options)[0]));
      const { grads } = tf.variableGrads(() => loss(given), [w]);
      return [outputs, grads[w.name] as tf.Tensor, tf.grad(loss)(given)];
    };
    const compiled = compile(compute, { variables: [w] });
    const expected = compute(x);
    compiled(x).forEach((result, i) => {
      expectClose(result, expected[i], 1e-5);
    });
    compiled.dispose();
    w.dispose();
  });

  test("a training step on 1, 2 and 4 shards", () => {
    const { w, cell } = made();
    const x = uniform<tf.Rank.R3>([4, 9, 2], 2);
    const terms = (given: tf.Tensor3D) => tf.sum(tf.square(dynamicRnn(cell, given, { swapMemory: true })[0]), [1, 2]);
    const expected = tf.mean(terms(x)).dataSync()[0] as number;
    for (const shards of [1, 2, 4]) {
      const step = trainStep(terms, {
        variables: [w],
        optimizer: new GradientDescentOptimizer({ learningRate: 0 }),
        shards,
      });
      expect(Math.abs(step(x) - expected)).toBeLessThan(1e-5);
      step.dispose();
    }
    w.dispose();
  });

  test("an exported graph is made of it, for any batch and length", () => {
    const { w, cell } = made();
    const graph = inferenceGraph(({ x }) => ({ y: dynamicRnn(cell, x as tf.Tensor3D)[0] }), {
      inputs: { x: [null, null, 2] },
      variables: { w },
    });
    for (const { inputs, outputs } of graph.trials) {
      const x = tf.tensor3d(inputs.x?.values as Float32Array, inputs.x?.shape as [number, number, number]);
      expectClose(Array.from(outputs.y?.values as Float32Array), Array.from(dynamicRnn(cell, x)[0].dataSync()));
    }
    w.dispose();
  });
});
