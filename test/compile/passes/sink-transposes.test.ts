import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { parseTrace } from "../../../src/compile/ir/parse";
import { printTrace } from "../../../src/compile/ir/print";
import { sinkTransposes } from "../../../src/compile/passes/sink-transposes";
import { BasicRNNCell, Dense, dynamicRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectText } from "../ir/expect-text";
import { onNative, opsOf } from "../support";

scopeEachTest();

const layer = (outputSize: number) => `
  %outputs: float32[5,3,16] = input
  %w: float32[16,${outputSize}] = input
  %order: int32[3] = Const [1, 0, 2]
  %rows: int32[2] = Const [15, 16]
  %1: float32[3,5,16] = Transpose(%outputs, %order) {T: float32, Tperm: int32}
  %2: float32[15,16] = Reshape(%1, %rows) {T: float32, Tshape: int32}
  %3: float32[15,${outputSize}] = MatMul(%2, %w) {T: float32, transpose_a: false, transpose_b: false}
  return %3`;

test("sinkTransposes(trace) transposes the outputs of a layer that makes its inputs much narrower, not its inputs", () => {
  expect(`\n${printTrace(sinkTransposes(parseTrace(layer(2))))}`).toMatchInlineSnapshot(`
    "
    %0: float32[5,3,16] = input
    %1: float32[16,2] = input
    %2: int32[2] = Const [15, 16]
    %3: float32[15,16] = Reshape(%0, %2) {T: float32, Tshape: int32}
    %4: float32[15,2] = MatMul(%3, %1) {T: float32, transpose_a: false, transpose_b: false}
    %5: int32[3] = Const [1, 0, 2]
    %6: int32[3] = Const [5, 3, 2]
    %7: float32[5,3,2] = Reshape(%4, %6) {T: float32, Tshape: int32}
    %8: float32[3,5,2] = Transpose(%7, %5) {T: float32, Tperm: int32}
    %9: int32[2] = Const [15, 2]
    %10: float32[15,2] = Reshape(%8, %9) {T: float32, Tshape: int32}
    return %10"
  `);
});

test("sinkTransposes(trace) transposes the inputs of a layer that makes its outputs much wider, not its outputs", () => {
  const before = parseTrace(`
    %gradients: float32[15,2] = input
    %w: float32[16,2] = input
    %shape: int32[3] = Const [3, 5, 16]
    %order: int32[3] = Const [1, 0, 2]
    %1: float32[15,16] = MatMul(%gradients, %w) {T: float32, transpose_a: false, transpose_b: true}
    %2: float32[3,5,16] = Reshape(%1, %shape) {T: float32, Tshape: int32}
    %3: float32[5,3,16] = Transpose(%2, %order) {T: float32, Tperm: int32}
    return %3`);
  expect(`\n${printTrace(sinkTransposes(before))}`).toMatchInlineSnapshot(`
    "
    %0: float32[15,2] = input
    %1: float32[16,2] = input
    %2: int32[3] = Const [1, 0, 2]
    %3: int32[3] = Const [3, 5, 2]
    %4: float32[3,5,2] = Reshape(%0, %3) {T: float32, Tshape: int32}
    %5: float32[5,3,2] = Transpose(%4, %2) {T: float32, Tperm: int32}
    %6: int32[2] = Const [15, 2]
    %7: float32[15,2] = Reshape(%5, %6) {T: float32, Tshape: int32}
    %8: float32[15,16] = MatMul(%7, %1) {T: float32, transpose_a: false, transpose_b: true}
    %9: int32[3] = Const [5, 3, 16]
    %10: float32[5,3,16] = Reshape(%8, %9) {T: float32, Tshape: int32}
    return %10"
  `);
});

test("sinkTransposes(trace) leaves alone a layer whose outputs are not much narrower", () => {
  expectText(sinkTransposes(parseTrace(layer(3))), layer(3));
});

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

/** The last sizes of all transposed values, except the inputs of 2. */
function transposedSizes({ variables, gradients }: ReturnType<typeof network>): number[] {
  const x = input();
  const ops = opsOf(() => gradients(x), [x, ...variables]);
  const transposes = ops.filter(({ name, shapes }) => name === "Transpose" && shapes[0]?.length === 3);
  return transposes.map(({ shapes }) => shapes[0]?.[2] as number).filter((size) => size !== 2);
}

onNative("outputs of all steps are transposed to batch-major", () => {
  test("after a layer that makes them much narrower; its gradients before", () => {
    expect(new Set(transposedSizes(network(1)))).toEqual(new Set([1]));
    expect(new Set(transposedSizes(network(2)))).toEqual(new Set([]));
  });

  test("before a layer that does not; its gradients after", () => {
    expect(transposedSizes(network(3))).toEqual([UNITS, UNITS]);
  });

  test("before a layer, if something else uses them too", () => {
    const both = network(1, (outputs) => tf.square(outputs));
    expect(transposedSizes(both)).toContain(UNITS);
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
  ] as const)("a matmul of transposed rows, transpose_a %s, transpose_b %s", (one, other, shape) => {
    const [x, y] = [uniform<tf.Rank.R3>([STEPS, BATCH, UNITS], 1), uniform<tf.Rank.R2>([...shape], 2)];
    const product = (given: tf.Tensor3D, by: tf.Tensor2D) => {
      const rows = tf.reshape(tf.transpose(given, [1, 0, 2]), [BATCH * STEPS, UNITS]);
      return tf.matMul(rows as tf.Tensor2D, by, one, other);
    };
    expectClose(compile(product)(x, y), product(x, y));
  });
});
