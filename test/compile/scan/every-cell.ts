/** The tests of compiled loops that are made of every cell; split into the quick and the slow ones. */
import { expect, test } from "vitest";
import { compile, trainStep } from "../../../src/compile";
import { AdamOptimizer, dynamicRnn, flattenState, type RNNCell, type State, type Training } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { casesOf, copyOf } from "../../rnn/all-cells";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";

/** A term an example, into which every output and every part of the last state enters. */
function terms(cell: RNNCell<State>, x: tf.Tensor3D, live: tf.Tensor1D, training?: Training): tf.Tensor1D {
  const [outputs, state] = dynamicRnn(cell, x, { training, sequenceLength: live, swapMemory: true });
  const parts = flattenState(state).map((part) => tf.sum(tf.sin(part), 1));
  return tf.addN([tf.sum(tf.square(outputs), [1, 2]), ...parts]) as tf.Tensor1D;
}

/** In units of the largest expected value, where that is over 1. */
export const scaled = (x: tf.Tensor | undefined, expected: tf.Tensor | undefined) =>
  tf.div(x as tf.Tensor, tf.maximum(tf.max(tf.abs(expected as tf.Tensor)), 1));

type Loss = (input: tf.Tensor) => tf.Scalar;
type Gradients = (loss: Loss, input: tf.Tensor, variables: tf.Variable[]) => tf.Tensor[];

/** Value and gradients at once: a graph with one loop forward and one backward is built in half the time. */
const jointGradients: Gradients = (loss, input, variables) => {
  const { value, grads } = tf.valueAndGrads((first: tf.Tensor) => loss(first))([input, ...variables]);
  return [value, ...grads];
};

/** Value and gradients by the weights, then by the input alone: two loops forward, two backward, each with less to keep. */
const separateGradients: Gradients = (loss, input, variables) => {
  const { value, grads } = tf.variableGrads(() => loss(input), variables);
  return [value, ...variables.map(({ name }) => grads[name] as tf.Tensor), tf.grad(loss)(input)];
};

export function testEveryCell(part: "quick" | "slow"): void {
  scopeEachTest();
  const cases = casesOf(part);
  const gradients = part === "slow" ? separateGradients : jointGradients;

  // 11 time steps: a loop of two chunks of four, and three more.
  onNative("a compiled loop over time ≡ eager, every cell: outputs, states, all gradients", () => {
    test.each(cases)("$name, $run", ({ make, training }) => {
      const cell = make();
      const x = uniform<tf.Rank.R3>([3, 11, 3], 5);
      const lengths = tf.tensor1d([11, 0, 6], "int32");
      const all = (given: tf.Tensor3D, live: tf.Tensor1D) => {
        const [outputs, state] = dynamicRnn(cell, given, {
          training: copyOf(training),
          sequenceLength: live,
          swapMemory: true,
        });
        const loss = (input: tf.Tensor) => tf.sum<tf.Scalar>(terms(cell, input as tf.Tensor3D, live, copyOf(training)));
        return [outputs, ...flattenState(state), ...gradients(loss, given, cell.variables)];
      };
      const compiled = compile(all, { variables: cell.variables });
      const expected = all(x, lengths);
      compiled(x, lengths).forEach((result, i) => {
        expectClose(scaled(result, expected[i]), scaled(expected[i], expected[i]), 1e-5);
      });
      compiled.dispose();
      cell.dispose();
    });
  });

  onNative("training through a compiled loop", () => {
    test.each(cases.filter(({ training }) => training))("1, 2 and 3 shards ≡ eager with dropout: $name", ({ make }) => {
      const x = uniform<tf.Rank.R3>([6, 11, 3], 5);
      const live = tf.tensor1d([11, 0, 6, 1, 9, 10], "int32");
      const losses = (shards: number | undefined) => {
        const [cell, optimizer] = [make(), new AdamOptimizer({ learningRate: 0.01 })];
        const loss = (given: tf.Tensor3D, lengths: tf.Tensor1D, training: Training) =>
          terms(cell, given, lengths, training);
        const step = shards
          ? trainStep(loss as never, { variables: cell.variables, optimizer, seed: 7, shards })
          : undefined;
        const made = [0, 1, 2].map((i) => {
          if (step) return (step as unknown as (...batch: tf.Tensor[]) => number)(x, live);
          const mean = () => tf.mean(loss(x, live, { seed: 7, step: i })) as tf.Scalar;
          return optimizer.minimize(mean, cell.variables).dataSync()[0] as number;
        });
        step?.dispose();
        cell.dispose();
        return made;
      };
      const eager = losses(undefined);
      for (const shards of [1, 2, 3]) {
        losses(shards).forEach((loss, i) => {
          expect(Math.abs(loss / (eager[i] as number) - 1)).toBeLessThan(1e-5);
        });
      }
    });
  });
}
