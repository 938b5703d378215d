// A guarded step on resident data searches the rows of its batch, and no others, for what is not finite.
import { beforeAll, expect, test } from "vitest";
import { StepNotFiniteError, trainStepOnRows } from "../../../src/compile";
import { GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../support";

beforeAll(() => tf.ready());

onNative("guard", () => {
  test("rows that are not in the batch are not blamed; nothing is moved, and later steps go on", () => {
    const x = tf.tensor2d([1, 2, Number.NaN, 4], [4, 1]);
    const w = tf.variable(tf.ones([1, 1]));
    const optimizer = new GradientDescentOptimizer({ learningRate: 0.1 });
    const loss = (rows: tf.Tensor2D) => tf.squeeze(tf.sqrt(tf.sub(tf.matMul(rows, w as tf.Tensor2D), 1)), [1]);
    const step = trainStepOnRows([x] as never, loss, { variables: [w], optimizer, guard: true, shards: 1 });
    const failure = (rows: number[]) => {
      try {
        step(rows);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(failure([1, 2])).toMatchObject({ name: "StepNotFiniteError", iteration: 0, tensor: "argument 0" });
    const atRoot = failure([1, 0]); // √0 has no derivative
    expect(atRoot).toBeInstanceOf(StepNotFiniteError);
    expect(atRoot).toMatchObject({ loss: 0.5, tensor: "the gradient of variables[0]", variable: 0 });
    expect([...w.dataSync(), step.iteration, optimizer.step]).toEqual([1, 0, 0]);
    expect(step([1, 3])).toBeCloseTo((1 + Math.sqrt(3)) / 2, 6);
    expect(step.iteration).toBe(1);
    step.dispose();
    tf.dispose([x, w]);
  });
});
