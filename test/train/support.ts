import { expect, onTestFinished, vi } from "vitest";
import type { NumericArray } from "../../src/data";
import { Random } from "../../src/data";
import {
  AdamOptimizer,
  BasicRNNCell,
  Dense,
  DropoutWrapper,
  dynamicRnn,
  GradientDescentOptimizer,
} from "../../src/rnn";
import * as tf from "../../src/tf";
import {
  type Callback,
  crossEntropy,
  type EpochRecord,
  type FitOptions,
  type Model,
  modelOf,
  type TrainingRun,
} from "../../src/train";

export { temporaryFolder } from "../temporary-folder";

/** Seeded numbers on [−1, 1). */
export function numbers(shape: readonly number[], seed = 1): NumericArray<Float32Array> {
  const random = new Random(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return { data: Float32Array.from({ length: size }, () => random.uniform(-1, 1)), shape };
}

export const labels = (count: number, classes: number, seed = 2): NumericArray<Int32Array> => {
  const random = new Random(seed);
  return { data: Int32Array.from({ length: count }, () => random.integer(classes)), shape: [count] };
};

/** Sequences of 4 time steps with 2 features, in 3 classes. */
export const sequences = (count = 23) => ({ x: numbers([count, 4, 2]), y: labels(count, 3) });

/** A model of one cell with 5 units, with dropout when asked, and 3 scores of its last state. */
export function classifier({ keep = 1, seed = 1 } = {}): Model {
  const cell = new DropoutWrapper(new BasicRNNCell({ inputSize: 2, numUnits: 5, seed }), { outputKeepProb: keep });
  const head = new Dense({ inputSize: 5, outputSize: 3, seed: seed + 1 });
  return modelOf({ rnn: cell, head }, (x: tf.Tensor3D, training, sequenceLength) => {
    const [outputs] = dynamicRnn(cell, x, { training, sequenceLength });
    return head.call(tf.mean(outputs, 1) as tf.Tensor2D);
  });
}

/** One dense layer: the smallest model. */
export function dense(inputSize = 2, outputSize = 3): Model {
  const layer = new Dense({ inputSize, outputSize, seed: 1 });
  return modelOf({ layer }, (x: tf.Tensor2D) => layer.call(x));
}

/** Options without progress and without compiling, with a new optimizer. */
export const quick = (options: Partial<FitOptions> = {}): FitOptions => ({
  loss: crossEntropy,
  optimizer: new GradientDescentOptimizer({ learningRate: 0.1 }),
  progress: false,
  compiled: false,
  batchSize: 8,
  ...options,
});

export const adam = () => new AdamOptimizer({ learningRate: 0.01 });

/** Collects the losses of all steps of a training, by an onBatchEnd. */
export function losses(): {
  readonly seen: number[];
  onBatchEnd(batch: number, logs: Readonly<Record<string, number>>): void;
} {
  const seen: number[] = [];
  return {
    seen,
    onBatchEnd(_, { loss }) {
      seen.push(loss as number);
    },
  };
}

/** Collects the lines of console.warn until the test ends. */
export function warnings(): readonly string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(console, "warn").mockImplementation((line: string) => void lines.push(line));
  onTestFinished(() => spy.mockRestore());
  return lines;
}

export const weightsOf = (model: Model): number[] => model.variables.flatMap((variable) => [...variable.dataSync()]);

/** Runs `work`, disposes its optimizer with the slots, and expects as many tensors as before. */
export async function expectNoTensors(run: () => Promise<unknown>): Promise<void> {
  const before = tf.memory().numTensors;
  await run();
  expect(tf.memory().numTensors - before, "tensors left behind").toBe(0);
}

/**
 * Gives a callback values of `val_loss`, or of another `name`, epoch by epoch, until it stops the training. Its run has
 * a small model, an Adam optimizer and the history so far, and no checkpoint; further values of the run may be given,
 * such as `step` after a resume.
 */
export function play(
  callback: Callback,
  values: readonly number[],
  { name = "val_loss", ...given }: { readonly name?: string } & Partial<TrainingRun> = {},
) {
  const model = dense();
  const optimizer = adam();
  const epochs: EpochRecord[] = [];
  const seen: { epoch: number; weights: number[]; rate: unknown }[] = [];
  let stopped: string | undefined;
  const run: TrainingRun = {
    ...{ model, optimizer, callbacks: [callback], seed: 0, batchSize: 1, stepsPerEpoch: 1, step: 0 },
    ...{ compiled: false, graph: () => undefined },
    epochs: values.length,
    measures: ["loss", name],
    directions: { loss: "min" },
    get history() {
      return { epochs: [...epochs], next: { epoch: epochs.length, batch: 0 } };
    },
    checkpoint: () => {
      throw new Error("play: this run has no checkpoint");
    },
    stop: (reason) => {
      stopped = reason;
    },
    ...given,
  };
  callback.onTrainBegin?.(run);
  for (const [epoch, value] of values.entries()) {
    model.variables[1]?.assign(tf.fill([3], epoch)); // the weights tell which epoch they are of
    const record = { epoch, loss: 0, learningRate: 0, seconds: 0, [name]: value };
    epochs.push(record);
    callback.onEpochEnd?.(epoch, record, run);
    seen.push({ epoch, weights: weightsOf(model), rate: optimizer.learningRate });
    if (stopped) break;
  }
  callback.onTrainEnd?.(run);
  return { stopped, seen, epochs: seen.length, last: weightsOf(model).at(-1), rates: seen.map(({ rate }) => rate) };
}
