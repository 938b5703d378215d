import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { BasicRNNCell, Dense, dynamicRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative, opsOf } from "../support";

scopeEachTest();

const [BATCH, STEPS, UNITS] = [3, 5, 16];

/** A network with a dense layer on every step's output, and the gradients of the mean square of what it makes. */
function network(outputSize: number, more: (outputs: tf.Tensor3D) => tf.Tensor = () => tf.scalar(0)) {
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: UNITS, seed: 1 });
  const head = new Dense({ inputSize: UNITS, outputSize, seed: 2 });
  const variables = [...cell.variables, ...head.variables];
  const gradients = (x: tf.Tensor3D) => {
    const loss = () => {
      const [outputs] = dynamicRnn(cell, x);
      return tf.add(tf.mean(tf.square(head.call(outputs))), tf.mean(more(outputs as tf.Tensor3D))) as tf.Scalar;
    };
    const { value, grads } = tf.variableGrads(loss, variables);
    return [value, ...variables.map(({ name }) => grads[name] as tf.Tensor)];
  };
  return { variables, gradients };
}

const input = () => uniform<tf.Rank.R3>([BATCH, STEPS, 2], 3);

/** The last sizes of what is turned, but for the inputs of 2. */
function turned({ variables, gradients }: ReturnType<typeof network>): number[] {
  const x = input();
  const ops = opsOf(() => gradients(x), [x, ...variables]);
  const turns = ops.filter(({ name, shapes }) => name === "Transpose" && shapes[0]?.length === 3);
  return turns.map(({ shapes }) => shapes[0]?.[2] as number).filter((size) => size !== 2);
}

onNative("outputs of all steps are turned to batches", () => {
  test("after a layer that makes them much narrower; its gradients before", () => {
    expect(new Set(turned(network(1)))).toEqual(new Set([1]));
    expect(new Set(turned(network(2)))).toEqual(new Set([]));
  });

  test("before a layer that does not; its gradients after", () => {
    expect(turned(network(3))).toEqual([UNITS, UNITS]);
  });

  test("before one where they are used as they are, too", () => {
    const both = network(1, (outputs) => tf.square(outputs));
    expect(turned(both)).toContain(UNITS);
  });

  test.each([1, 2, 3])("%i numbers of each: values and gradients ≡ eager", (outputSize) => {
    for (const more of [undefined, (outputs: tf.Tensor3D) => tf.square(outputs)]) {
      const { variables, gradients } = network(outputSize, more);
      const x = input();
      const compiled = compile(gradients, { variables })(x);
      gradients(x).forEach((gradient, i) => {
        expectClose(compiled[i] as tf.Tensor, gradient);
      });
    }
  });

  test.each([
    [false, false, [UNITS, 2]],
    [false, true, [2, UNITS]],
    [true, false, [BATCH * STEPS, 2]],
    [true, true, [2, BATCH * STEPS]],
  ] as const)("a product of turned rows, transposed %s, %s", (one, other, shape) => {
    const [x, y] = [uniform<tf.Rank.R3>([STEPS, BATCH, UNITS], 1), uniform<tf.Rank.R2>([...shape], 2)];
    const product = (given: tf.Tensor3D, by: tf.Tensor2D) => {
      const rows = tf.reshape(tf.transpose(given, [1, 0, 2]), [BATCH * STEPS, UNITS]);
      return tf.matMul(rows as tf.Tensor2D, by, one, other);
    };
    expectClose(compile(product)(x, y), product(x, y));
  });
});
