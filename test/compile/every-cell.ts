/** Compiled cells ≡ eager ones; split into the quick and the slow tests. */
import { test } from "vitest";
import { compile, trainStep } from "../../src/compile";
import { AdamOptimizer, dynamicRnn, flattenState, type RNNCell, type State, type Training } from "../../src/rnn";
import * as tf from "../../src/tf";
import { CELLS, casesOf, copyOf } from "../rnn/all-cells";
import { expectClose, scopeEachTest, uniform } from "../support";
import { onNative } from "./support";

const SEED = 5;

/** One term an example, into which every output and every part of the final state enters. */
function terms(cell: RNNCell<State>, x: tf.Tensor3D, sequenceLength: tf.Tensor1D, training?: Training): tf.Tensor1D {
  const [outputs, state] = dynamicRnn(cell, x, { training, sequenceLength });
  const parts = flattenState(state).map((part) => tf.sum(tf.sin(part), 1));
  return tf.addN([tf.sum(tf.square(outputs), [1, 2]), ...parts]) as tf.Tensor1D;
}

const copies = (variables: readonly tf.Variable[]) => variables.map((variable) => tf.clone(variable));
const restore = (variables: readonly tf.Variable[], values: readonly tf.Tensor[]) =>
  variables.forEach((variable, i) => {
    variable.assign(values[i] as tf.Tensor);
  });

export function testEveryCell(part: "quick" | "slow"): void {
  scopeEachTest();
  const cases = casesOf(part);

  onNative("compile(dynamicRnn …) ≡ dynamicRnn, for other inputs and lengths too", () => {
    test.each(cases)("$title", ({ make, training }) => {
      const cell = make();
      const compute = (x: tf.Tensor3D, sequenceLength: tf.Tensor1D) => {
        const [outputs, state] = dynamicRnn(cell, x, { training: copyOf(training), sequenceLength });
        return [outputs, ...flattenState(state)];
      };
      const compiled = compile(compute, { variables: cell.variables });
      for (const [seed, lengths] of [
        [21, [4, 0, 1, 2]],
        [22, [1, 3, 4, 0]],
      ] as const) {
        const [x, live] = [uniform<tf.Rank.R3>([4, 4, 3], seed), tf.tensor1d([...lengths], "int32")];
        const expected = compute(x, live);
        compiled(x, live).forEach((tensor, i) => {
          expectClose(tensor, expected[i], 1e-6);
        });
      }
      compiled.dispose();
      cell.dispose();
    });

    test("the step's number as an argument draws as the same number given eagerly", () => {
      const cell = CELLS.DropoutWrapper?.() as RNNCell;
      const run = (x: tf.Tensor3D, step: tf.Scalar | number) => dynamicRnn(cell, x, { training: { seed: 3, step } })[0];
      const compiled = compile((x: tf.Tensor3D, step: tf.Scalar) => run(x, step), { variables: cell.variables });
      const x = uniform<tf.Rank.R3>([4, 4, 3], 23);
      for (const step of [0, 7]) expectClose(compiled(x, tf.scalar(step, "int32")), run(x, step));
      cell.dispose();
    });
  });

  onNative("three compiled steps ≡ three eager ones: losses and weights, to 1e-5", () => {
    test.each(cases)("$title", ({ make, training: asked }) => {
      const [cell, x] = [make(), uniform<tf.Rank.R3>([4, 2, 3], 21)];
      const lengths = tf.tensor1d([2, 0, 1, 2], "int32");
      const first = copies(cell.variables);
      const [eager, fused] = [new AdamOptimizer({ learningRate: 0.01 }), new AdamOptimizer({ learningRate: 0.01 })];
      const losses = [0, 1, 2].map((step) => {
        const training = asked && { seed: SEED, step };
        const loss = eager.minimize(() => tf.mean(terms(cell, x, lengths, training)) as tf.Scalar, cell.variables);
        return loss.dataSync()[0] as number;
      });
      const weights = copies(cell.variables);
      restore(cell.variables, first);
      const loss = (x: tf.Tensor3D, live: tf.Tensor1D, training: Training) => terms(cell, x, live, asked && training);
      const step = trainStep(loss as (x: tf.Tensor3D, live: tf.Tensor1D) => tf.Tensor, {
        variables: cell.variables,
        optimizer: fused,
        seed: SEED,
      });
      expectClose([step(x, lengths), step(x, lengths), step(x, lengths)], losses, 1e-5);
      cell.variables.forEach((variable, i) => {
        expectClose(variable, weights[i], 1e-5);
      });
      step.dispose();
      for (const { dispose } of [eager, fused]) dispose.call(dispose === eager.dispose ? eager : fused);
      cell.dispose();
    });
  });
}
