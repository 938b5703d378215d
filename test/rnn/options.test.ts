import { beforeAll, expect, test } from "vitest";
import * as rnn from "../../src/rnn";
import * as tf from "../../src/tf";

beforeAll(() => tf.ready());

const sizes = { inputSize: 2, numUnits: 3 };
const x = () => tf.zeros([1, 2, 2]) as tf.Tensor3D;
/** Calls from JavaScript or through `any`, which the types do not refuse. */
// biome-ignore lint/suspicious/noExplicitAny: the point of these tests
const loose = rnn as any;

test.each([
  [
    "a cell's option",
    () => new loose.LSTMCell({ ...sizes, forget_bias: 0 }),
    /LSTMCell: options: .*got also forget_bias/,
  ],
  [
    "an optimizer's option",
    () => new loose.AdamWOptimizer({ lr: 0.1 }),
    /AdamWOptimizer: options: expected \{ learningRate, .*, beta1, beta2, epsilon, .*weightDecay \}, got also lr/,
  ],
  ["an option of another cell", () => new loose.BasicLSTMCell({ ...sizes, numProj: 2 }), /also numProj/],
  [
    "an unroller's option",
    () => loose.dynamicRnn(new rnn.GRUCell(sizes), x(), { sequenceLengths: [2] }),
    /also sequenceLengths/,
  ],
  [
    "a wrapper's option",
    () => new loose.DropoutWrapper(new rnn.GRUCell(sizes), { keep: 1 }),
    /DropoutWrapper.*also keep/,
  ],
  ["a bare number for a wrapper", () => new loose.DropoutWrapper(new rnn.GRUCell(sizes), 0.5), /options: .*number 0.5/],
  ["an optimizer's option", () => new loose.AdamOptimizer({ lr: 0.1 }), /AdamOptimizer: options: .*also lr/],
  ["a dense layer's option", () => new loose.Dense({ inputSize: 1, outputSize: 1, units: 2 }), /also units/],
  ["no options at all", () => new loose.LSTMCell(), /LSTMCell: options: expected .*got undefined/],
  [
    "an activation by name",
    () => new loose.GRUCell({ ...sizes, activation: "relu" }),
    /activation: expected a function/,
  ],
  [
    "an activation by Keras's text",
    () => new loose.Dense({ inputSize: 1, outputSize: 1, activation: "hard_sigmoid" }),
    /Dense: activation: expected a function: hardSigmoid of unroll\/rnn, got string hard_sigmoid/,
  ],
  [
    "another activation by text",
    () => new loose.LSTMCell({ ...sizes, recurrentActivation: "sigmoid" }),
    /LSTMCell: recurrentActivation: expected a function: tf\.sigmoid, got string sigmoid/,
  ],
  [
    "an initializer by text",
    () => new loose.ConvLSTMCell({ inputShape: [2, 2, 1], kernelInitializer: "glorot_uniform" }),
    /ConvLSTMCell: kernelInitializer: expected a function: glorotUniform of unroll\/rnn, got string glorot_uniform/,
  ],
  [
    "another initializer by text",
    () => new loose.Embedding({ vocabularySize: 2, embeddingSize: 2, initializer: "orthogonal" }),
    /Embedding: initializer: expected a function: orthogonal\(\) of unroll\/rnn/,
  ],
  [
    "an initializer that is a number",
    () => new loose.GRUCell({ ...sizes, kernelInitializer: 0.1 }),
    /say glorotUniform/,
  ],
  [
    "cell and inputs swapped",
    () => loose.dynamicRnn(x(), new rnn.GRUCell(sizes)),
    /cell: expected a cell, as the first argument/,
  ],
  ["cells that are no list", () => new loose.MultiRNNCell(new rnn.GRUCell(sizes)), /cells: expected a list of cells/],
  ["a loss that is no function", () => new rnn.AdamOptimizer().minimize(3 as never, []), /loss: expected a function/],
  [
    "a cell where variables belong",
    () => new rnn.AdamOptimizer().minimize(() => tf.scalar(1), {} as never),
    /say cell.variables/,
  ],
  [
    "a plain list where an array with a shape belongs",
    () => loose.toTensor([1, 2]),
    /array: expected \{ data, shape \}/,
  ],
  [
    "a loop that returns nothing",
    () => loose.rawRnn(new rnn.GRUCell(sizes), () => undefined),
    /loop: expected a function that returns/,
  ],
  [
    "weights that came through JSON",
    () => {
      const cell = new rnn.GRUCell(sizes);
      rnn.importWeights(cell, JSON.parse(JSON.stringify(rnn.exportWeights(cell))));
    },
    /importWeights: rnn\/gru_cell\/gates\/kernel: expected shape/,
  ],
] as [string, () => unknown, RegExp][])("%s is refused by name", (_, run, message) => {
  expect(run).toThrow(rnn.ArgumentError);
  expect(run).toThrow(message);
});
