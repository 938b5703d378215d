// What a step costs that looks rows up: the rows, whatever the vocabulary. Both sizes take turns, so that a busy machine slows both.
import { expect, test } from "vitest";
import { scan, shared, trainStep } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../support";

const [FEW, MANY] = [5_000, 200_000];
const [BATCH, SAMPLED, SIZE] = [128, 64, 100];
const OPTIMIZERS: Record<string, () => rnn.Optimizer> = {
  GradientDescent: () => new rnn.GradientDescentOptimizer(),
  Momentum: () => new rnn.MomentumOptimizer(),
  "Momentum, Nesterov": () => new rnn.MomentumOptimizer({ useNesterov: true }),
  MomentumW: () => new rnn.MomentumWOptimizer(),
  Adagrad: () => new rnn.AdagradOptimizer(),
  Adadelta: () => new rnn.AdadeltaOptimizer(),
  RMSProp: () => new rnn.RMSPropOptimizer(),
  "RMSProp, centered": () => new rnn.RMSPropOptimizer({ centered: true }),
  Ftrl: () => new rnn.FtrlOptimizer(),
  LazyAdam: () => new rnn.LazyAdamOptimizer(),
  "LazyAdam, clipped": () => new rnn.LazyAdamOptimizer({ globalClipNorm: 1 }),
};
interface Trained {
  step(): number;
  dispose(): void;
}
const variable = <R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Variable<R> =>
  tf.tidy(() => tf.variable(tf.randomUniform<R>(shape, -0.1, 0.1, "float32", seed)));
const ids = (shape: number[], words: number, seed: number) =>
  tf.tidy(() => tf.floor(tf.randomUniform(shape, 0, words, "float32", seed)).toInt());

/** Skip-gram with noise-contrastive estimation: vectors, weights and biases, all looked up, the last two in two places. */
function skipGram(words: number, optimizer: rnn.Optimizer): Trained {
  const vectors = variable<tf.Rank.R2>([words, SIZE], 1);
  const [weights, biases] = [variable<tf.Rank.R2>([words, SIZE], 2), variable<tf.Rank.R1>([words], 3)];
  const loss = (centres: tf.Tensor1D, labels: tf.Tensor1D, noise: tf.Tensor1D) => {
    const x = tf.gather(vectors, centres) as tf.Tensor2D;
    const right = tf.add(tf.sum(tf.mul(x, tf.gather(weights, labels)), 1), tf.gather(biases, labels));
    const wrong = tf.add(tf.matMul(x, tf.gather(weights, noise) as tf.Tensor2D, false, true), tf.gather(biases, noise));
    return tf.add(tf.softplus(tf.neg(right)), tf.sum(tf.softplus(wrong), 1));
  };
  const variables = [vectors, weights, biases];
  const step = trainStep(loss, { variables, optimizer, guard: true });
  const batch = [ids([BATCH], words, 4), ids([BATCH], words, 5), ids([SAMPLED], words, 6)] as tf.Tensor1D[];
  const [centres, labels, noise] = batch as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
  return {
    step: () => step(centres, labels, shared(noise)),
    dispose: () => {
      step.dispose();
      optimizer.dispose();
      tf.dispose([...variables, ...batch]);
    },
  };
}

/** A table that a loop over time looks rows up in. */
function inLoop(words: number, optimizer: rnn.Optimizer): Trained {
  const table = variable<tf.Rank.R2>([words, SIZE], 1);
  const loss = (given: tf.Tensor2D) => {
    const step = ([now]: tf.Tensor[], [h]: tf.Tensor[]) => ({
      results: [],
      states: [tf.tanh(tf.add(h as tf.Tensor, tf.gather(table, now as tf.Tensor1D)))],
    });
    const start = tf.zeros([given.shape[0], SIZE]);
    return tf.sum(scan(step, [tf.transpose(given)], [start], { unroll: 2 }).states[0] as tf.Tensor, 1);
  };
  const step = trainStep(loss, { variables: [table], optimizer });
  const batch = ids([16, 8], words, 4) as tf.Tensor2D;
  return {
    step: () => step(batch),
    dispose: () => {
      step.dispose();
      optimizer.dispose();
      tf.dispose([table, batch]);
    },
  };
}

/** The time of a step with many words, as a multiple of that with few: the median of pairs. */
function ratio(name: string, make: (words: number) => Trained, steps = 20): number {
  const [few, many] = [make(FEW), make(MANY)];
  const time = ({ step }: Trained) => {
    const start = performance.now();
    for (let i = 0; i < steps; i++) step();
    return (performance.now() - start) / steps;
  };
  time(few);
  time(many);
  const pairs = Array.from({ length: 21 }, () => [time(few), time(many)] as const);
  few.dispose();
  many.dispose();
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number;
  const ms = [0, 1].map((which) => median(pairs.map((pair) => pair[which] as number)).toFixed(2));
  const result = median(pairs.map(([a, b]) => b / a));
  console.log(`    ${name}: ${ms[0]} ms with ${FEW} words, ${ms[1]} ms with ${MANY}: ${result.toFixed(2)}`);
  return result;
}

onNative("a step's time does not grow with the vocabulary", () => {
  test.each(Object.entries(OPTIMIZERS))("%s", (name, make) => {
    expect(ratio(name, (words) => skipGram(words, make()))).toBeLessThan(1.5);
  });

  test("a table that a loop over time looks up in", () => {
    expect(ratio("LazyAdam, in a loop", (words) => inLoop(words, new rnn.LazyAdamOptimizer()))).toBeLessThan(1.5);
  });

  test("what moves every row is seen: Adam's step takes several times as long", () => {
    expect(ratio("Adam", (words) => skipGram(words, new rnn.AdamOptimizer()), 1)).toBeGreaterThan(3);
  });
});
