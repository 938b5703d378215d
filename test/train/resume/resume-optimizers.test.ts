// A fit with accumulated gradients, averages and further slots, stopped anywhere and resumed, gives the same bits.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { latestCheckpoint } from "../../../src/data";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { classifier, losses, quick, sequences, temporaryFolder, weightsOf } from "../support";

beforeAll(() => tf.ready());

const OPTIMIZERS: Record<string, () => rnn.Optimizer> = {
  "Adam with amsgrad, averages and accumulation": () =>
    new rnn.AdamOptimizer({
      learningRate: 0.01,
      amsgrad: true,
      movingAverage: { decay: 0.8, measured: true },
      gradientAccumulationSteps: 2,
    }),
  "a function with averages": () =>
    rnn.functionOptimizer(
      "Heavy",
      {
        slots: { a: 0 },
        update: ({ weight, gradient, slots, learningRate }) => {
          const a = tf.add(tf.mul(slots.a, 0.9), gradient);
          return { weight: tf.sub(weight, tf.mul(a, learningRate)), slots: { a } };
        },
      },
      { learningRate: 0.02, movingAverage: { decay: 0.5, numUpdates: true } },
    ),
};

async function run(to: string, make: () => rnn.Optimizer, compiled: boolean, stopAt?: number, seed = 1) {
  const [model, optimizer, watch] = [classifier({ keep: 0.7, seed }), make(), losses()];
  const stopper: train.Callback = {
    onBatchEnd: (_batch, _logs, each) => (each.step === stopAt ? each.stop("killed") : undefined),
  };
  const history = await train.fit(
    model,
    sequences(),
    quick({
      ...{ optimizer, compiled, epochs: 3, seed: 7, shards: 2, resume: to, validationData: sequences(9) },
      callbacks: [new train.ModelCheckpoint({ folder: to, every: { steps: 2 } }), watch, stopper],
    }),
  );
  const kept = await latestCheckpoint(to);
  const bytes = Object.entries(kept?.tensors ?? {}).map(([name, { data }]) => [name, [...data].join()]);
  const measures = history.epochs.map(({ seconds: _, ...record }) => record);
  return { losses: watch.seen, weights: weightsOf(model), bytes, measures, numbers: kept?.state.optimizer };
}

describe.each(Object.entries(OPTIMIZERS))("%s", (_, make) => {
  test.each([false, ...(canCompile() ? [true] : [])])("compiled: %s", async (compiled) => {
    const straight = await run(join(temporaryFolder(), "run"), make, compiled);
    for (const stopAt of [1, 4]) {
      const to = join(temporaryFolder(), "run");
      const first = await run(to, make, compiled, stopAt);
      const { losses: rest, ...second } = await run(to, make, compiled, undefined, 100);
      expect({ losses: [...first.losses, ...rest], ...second }).toEqual(straight);
    }
  });
});

test.each([false, ...(canCompile() ? [true] : [])])(
  "accumulation in fit, compiled: %s: one update for n batches",
  async (compiled) => {
    const trained = async (batchSize: number, gradientAccumulationSteps: number) => {
      const model = classifier();
      const optimizer = new rnn.MomentumOptimizer({ learningRate: 0.1, gradientAccumulationSteps });
      const data = sequences(22); // the last batch is shorter, and weighs less
      await train.fit(model, data, quick({ optimizer, compiled, batchSize, shuffle: false, epochs: 2 }));
      return { step: optimizer.step, weights: weightsOf(model) };
    };
    const [joined, parts] = [await trained(22, 1), await trained(8, 3)];
    expect([joined.step, parts.step]).toEqual([2, 2]);
    for (const [i, weight] of joined.weights.entries()) expect(parts.weights[i]).toBeCloseTo(weight, 5);
  },
);

test("fit measures the averages with { measured: true }, and trains on with the weights", async () => {
  const fitted = async (movingAverage?: rnn.MovingAverageOptions) => {
    const model = classifier();
    const optimizer = new rnn.AdamOptimizer({ learningRate: 0.05, ...(movingAverage && { movingAverage }) });
    const { epochs } = await train.fit(
      model,
      sequences(),
      quick({ optimizer, epochs: 2, validationData: sequences(9) }),
    );
    const weights = weightsOf(model);
    if (movingAverage) optimizer.swapAverages();
    const averaged = await train.evaluate(model, sequences(9), { loss: train.crossEntropy, compiled: false });
    return { weights, measured: epochs.at(-1)?.val_loss, averaged: averaged.loss };
  };
  const [plain, averaged] = [await fitted(), await fitted({ decay: 0.9, measured: true })];
  expect(averaged.weights).toEqual(plain.weights);
  expect(averaged.measured).toBeCloseTo(averaged.averaged as number, 6);
  expect(averaged.measured).not.toBeCloseTo(plain.measured as number, 4);
});
