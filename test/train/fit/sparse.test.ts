// Words through fit: compiled ≡ eager, words that do not occur keep their bits, and a training that was resumed goes on as it was.
import { beforeAll, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { crossEntropy, fit, modelOf } from "../../../src/train";
import { expectClose, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const [WORDS, STEPS, EXAMPLES] = [12, 5, 24];
const LAST = WORDS - 1; // it never occurs
/** A word layer, and beside it a cell that looks words up by itself, above another cell. */
const make = () => {
  const words = new rnn.Embedding({ vocabularySize: WORDS, embeddingSize: 3, seed: 1 });
  const inner = new rnn.EmbeddingWrapper(new rnn.GRUCell({ inputSize: 3, numUnits: 4, seed: 2 }), {
    embeddingClasses: WORDS,
    seed: 3,
  });
  const own = new rnn.MultiRNNCell([inner, new rnn.BasicRNNCell({ inputSize: 4, numUnits: 4, seed: 4 })]);
  const head = new rnn.Dense({ inputSize: 7, outputSize: 3, seed: 5 });
  const model = modelOf({ words, own, head }, (x: tf.Tensor2D) => {
    const mean = tf.mean(words.call(x), 1) as tf.Tensor2D;
    const [outputs] = rnn.dynamicRnn(own, tf.expandDims(x, 2) as tf.Tensor3D);
    const last = tf.reshape(tf.slice(outputs, [0, STEPS - 1, 0], [-1, 1, -1]), [-1, 4]);
    return head.call(tf.concat([mean, last], 1) as tf.Tensor2D);
  });
  return { model, words, inner, head };
};
const data = () => ({
  x: {
    data: Int32Array.from({ length: EXAMPLES * STEPS }, (_, i) => (i * i + 3 * i) % LAST),
    shape: [EXAMPLES, STEPS] as [number, number],
  },
  y: { data: Int32Array.from({ length: EXAMPLES }, (_, i) => i % 3), shape: [EXAMPLES] as [number] },
});

const OPTIMIZERS: Record<string, (head: rnn.Dense) => rnn.Optimizer> = {
  "RMSProp with momentum, rates by part and averages": (head) =>
    new rnn.RMSPropOptimizer({
      ...{ learningRate: 0.01, momentum: 0.9, centered: true, epsilon: 1e-3 },
      ...{ partRates: [{ part: head, multiplier: 3 }], movingAverage: { decay: 0.9 } },
    }),
  "LazyAdam, clipped, two batches an update": () =>
    new rnn.LazyAdamOptimizer({ learningRate: 0.01, globalClipNorm: 0.5, gradientAccumulationSteps: 2, epsilon: 1e-3 }),
  "MomentumW, clipped by value": () =>
    new rnn.MomentumWOptimizer({ learningRate: 0.1, clipValue: 0.05, weightDecay: 0.01 }),
};

test.each(Object.entries(OPTIMIZERS))("%s: fit compiled ≡ eager", async (_, optimizerOf) => {
  const run = async (compiled: boolean) => {
    const made = make();
    const [words, inner] = [made.words.embeddings, made.inner.embedding.embeddings];
    const before = [words, inner].map((table) => [...tf.slice(table, [LAST, 0]).dataSync()]);
    const optimizer = optimizerOf(made.head);
    await fit(made.model, data(), {
      ...{ loss: crossEntropy, optimizer, epochs: 2, batchSize: 8, seed: 7, compiled, progress: false },
      ...(compiled && { shards: 2 }),
    });
    const after = [words, inner].map((table) => [...tf.slice(table, [LAST, 0]).dataSync()]);
    expect(after).toEqual(before); // bit for bit
    optimizer.dispose();
    return made.model.variables;
  };
  const eager = await run(false);
  if (!canCompile()) return;
  const compiled = await run(true);
  compiled.forEach((variable, i) => {
    expectClose(variable, eager[i] as tf.Variable, 2e-5);
  });
});

test("a table that is frozen for some steps keeps its bits, and its slots, and is trained by its rows again", ({
  skip,
}) => {
  skip(!canCompile(), "needs the native engine");
  const table = tf.tidy(() => tf.variable(tf.ones<tf.Rank.R2>([4, 2])));
  const w = tf.tidy(() => tf.variable(tf.ones<tf.Rank.R1>([2])));
  const optimizer = new rnn.MomentumOptimizer({ learningRate: 0.1 });
  expect(table.trainable && w.trainable).toBe(true);
  const loss = () => tf.sum(tf.mul(tf.gather(table, tf.tensor1d([1, 1], "int32")), w)) as tf.Scalar;
  const step = (variables: tf.Variable[]) => {
    const { gradients } = rnn.computeGradients(loss, variables);
    optimizer.applyGradients(gradients, { variables: [table, w] });
  };
  step([table, w]);
  const frozen = [...table.dataSync()];
  step([w]);
  expect([...table.dataSync()]).toEqual(frozen);
  step([table, w]);
  expect([...table.dataSync()].map((value) => value === 1)).toEqual([true, true, false, false, true, true, true, true]);
});
