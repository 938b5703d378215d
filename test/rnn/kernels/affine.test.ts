import { beforeAll, describe, expect, test } from "vitest";
import { BasicRNNCell, dynamicRnn, GRUCell, LSTMCell, ResetAfterGRUCell, type RNNCell } from "../../../src/rnn";
import { openProduct } from "../../../src/rnn/kernels/product";
import * as tf from "../../../src/tf";
import { expectClose, uniform } from "../../support";

beforeAll(() => tf.ready());

const STEPS = 7;

/** The shapes of the results of all MatMuls that a function runs. */
async function allProducts(run: () => tf.TensorContainer): Promise<number[][]> {
  const { kernels } = await tf.profile(() => tf.tidy(run) as unknown as tf.TensorContainer);
  return kernels
    .filter(({ name }) => name.includes("MatMul"))
    .map(({ outputShapes }) => (outputShapes[0] ?? []).slice(-2));
}

/** Whether a product is a bias's gradient: ones times the gradient, so it has one row. */
const isBias = ([rows]: readonly number[]) => rows === 1;
const products = async (run: () => tf.TensorContainer) => (await allProducts(run)).filter((each) => !isBias(each));

const activation = (x: tf.Tensor2D) => tf.tanh(x); // an activation of the caller, so no fused cell is used

describe.each([
  ["BasicRNNCell", () => new BasicRNNCell({ inputSize: 3, numUnits: 4 }), 1, 1],
  ["LSTMCell", () => new LSTMCell({ inputSize: 3, numUnits: 4, activation }), 1, 1],
  ["GRUCell", () => new GRUCell({ inputSize: 3, numUnits: 4, activation }), 2, 0],
  ["ResetAfterGRUCell", () => new ResetAfterGRUCell({ inputSize: 3, numUnits: 4 }), 1, 0],
] as [string, () => RNNCell, number, number][])("%s", (_, make, perStep, biases) => {
  test("forward pass: one product for the inputs of all time steps", async () => {
    const [cell, x] = [make(), uniform<tf.Rank.R3>([2, STEPS, 3], 1)];
    const made = await products(() => dynamicRnn(cell, x)[0]);
    expect(made.length).toBe(1 + perStep * STEPS);
    expect(made.filter(([rows]) => rows === 2 * STEPS).length).toBe(1);
  });

  test("backward pass: one weight gradient over all time steps for each matrix", async () => {
    const [cell, x] = [make(), uniform<tf.Rank.R3>([2, STEPS, 3], 1)];
    const loss = () => tf.sum(dynamicRnn(cell, x)[0]) as tf.Scalar;
    const all = await allProducts(() => tf.variableGrads(loss, cell.variables).grads);
    expect(all.filter(isBias).length).toBe(biases); // one over all time steps, or tf.sum
    const made = all.filter((each) => !isBias(each));
    const forward = 1 + perStep * STEPS;
    const forStates = perStep * STEPS; // dy·Wᵀ at each time step
    const forWeights = 1 + perStep; // xᵀ·dy of the input kernel and of each state kernel
    expect(made.length).toBe(forward + forStates + forWeights);
  });
});

describe.runIf(tf.engineInUse.name === "tensorflow").each([
  ["LSTMCell", () => new LSTMCell({ inputSize: 3, numUnits: 4 }), STEPS + 2, 1], // dy·Wᵀ at each step, two for W
  ["GRUCell", () => new GRUCell({ inputSize: 3, numUnits: 4 }), 2 * STEPS + 4, 2], // the same for each of its kernels
] as [string, () => RNNCell, number, number][])("%s, fused", (_, make, expected, biases) => {
  test("no MatMul but dy·Wᵀ at each time step, and one for each weight gradient over all time steps", async () => {
    const [cell, x] = [make(), uniform<tf.Rank.R3>([2, STEPS, 3], 1)];
    expect(await products(() => dynamicRnn(cell, x)[0])).toEqual([]);
    const loss = () => tf.sum(dynamicRnn(cell, x)[0]) as tf.Scalar;
    const all = await allProducts(() => tf.variableGrads(loss, cell.variables).grads);
    expect(all.filter(isBias).length).toBe(biases);
    expect(all.length).toBe(expected + biases);
  });
});

test("openProduct(w) has the gradients of tf.matMul, whether its results are used once, several times or not", () => {
  const w = tf.variable(uniform<tf.Rank.R2>([3, 3], 1));
  const x = uniform<tf.Rank.R2>([2, 3], 2);
  const chain = (product: (x: tf.Tensor2D) => tf.Tensor2D) => {
    const a = product(x);
    const unused = product(a);
    const b = product(tf.tanh(a));
    unused.shape;
    return tf.sum(tf.mul(product(b), b)) as tf.Scalar;
  };
  const ours = tf.variableGrads(() => chain(openProduct(w)), [w]);
  const plain = tf.variableGrads(() => chain((given) => tf.matMul(given, w)), [w]);
  expectClose(ours.value, plain.value);
  expectClose(ours.grads[w.name], plain.grads[w.name]);
});
