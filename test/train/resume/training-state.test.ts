import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, type StepTraining, trainStep } from "../../../src/compile";
import { batches, type Checkpoint, DataError, latestCheckpoint, Random, writeCheckpoint } from "../../../src/data";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { captureTraining, restoreTraining, weightsOf } from "../../../src/train/resume/training-state";
import { temporaryFolder } from "../../data/support";
import { expectTensors } from "../../support";

beforeAll(() => tf.ready());

const OPTIMIZERS: [string, () => rnn.Optimizer][] = [
  ["gradient descent", () => new rnn.GradientDescentOptimizer({ learningRate: 0.1 })],
  ["momentum", () => new rnn.MomentumOptimizer({ learningRate: 0.05, globalClipNorm: 1 })],
  ["RMSProp", () => new rnn.RMSPropOptimizer({ momentum: 0.3 })],
  ["Adam", () => new rnn.AdamOptimizer({ learningRate: (step) => 0.02 / (1 + step / 10) })],
  ["AdamW", () => new rnn.AdamWOptimizer({ learningRate: 0.01 })],
];

const [SEED, BATCH] = [7, 4];
const random = new Random(1);
const dataset = {
  x: { data: Float32Array.from({ length: 22 * 5 * 3 }, () => random.normal()), shape: [22, 5, 3] },
  y: { data: Float32Array.from({ length: 22 }, () => random.normal()), shape: [22, 1] },
};

/** A stack with dropout and a dense layer, with weights of the given seed, and its training. */
function model(seed: number, make: () => rnn.Optimizer, numUnits = 6) {
  const stack = new rnn.MultiRNNCell([
    new rnn.GRUCell({ inputSize: 3, numUnits, seed }),
    new rnn.BasicLSTMCell({ inputSize: numUnits, numUnits: 4, seed: seed + 1 }),
  ]);
  const cell = new rnn.DropoutWrapper(stack, { inputKeepProb: 0.8, outputKeepProb: 0.7 });
  const head = new rnn.Dense({ inputSize: 4, outputSize: 1, seed: seed + 2 });
  const weights = weightsOf({ rnn: cell, head });
  const optimizer = make();
  const loss = (x: tf.Tensor3D, y: tf.Tensor2D, training: StepTraining) => {
    const [outputs] = rnn.dynamicRnn(cell, x, { training });
    const last = tf.slice(outputs, [0, 4, 0], [-1, 1, 4]).reshape([-1, 4]) as tf.Tensor2D;
    return tf.squeeze(tf.square(tf.sub(head.call(last), y)), [1]);
  };
  const options = { variables: Object.values(weights), optimizer, seed: SEED, shards: 2 };
  const step = trainStep(loss, options);
  const dispose = () => {
    step.dispose();
    optimizer.dispose();
    tf.dispose(options.variables);
  };
  return { weights, optimizer, step, seed: SEED, dispose };
}

/** Trains with seeded batches up to the given iteration. @returns the losses, and the position at the end */
function train({ step }: ReturnType<typeof model>, until: number, { epoch, batch } = { epoch: 0, batch: 0 }) {
  const losses: number[] = [];
  for (; ; epoch++, batch = 0) {
    const epochs = [...batches(dataset, { batchSize: BATCH, seed: SEED, epoch })];
    for (; batch < epochs.length; batch++) {
      if (step.iteration === until) return { losses, epoch, batch };
      const { x, y } = epochs[batch] as typeof dataset;
      const [xs, ys] = [rnn.toTensor(x) as tf.Tensor3D, rnn.toTensor(y) as tf.Tensor2D];
      losses.push(step(xs, ys));
      tf.dispose([xs, ys]);
    }
  }
}

const bytesOf = ({ tensors }: Pick<Checkpoint, "tensors">) =>
  Object.entries(tensors).map(([name, { data }]) => [name, Buffer.from(data.buffer).toString("hex")]);

describe.runIf(tf.engineInUse.name === "tensorflow").each(OPTIMIZERS)("with %s", (_name, make) => {
  test("20 steps ≡ 7 steps, a checkpoint, a new model and 13 steps: every weight, slot and loss", async () => {
    const folder = join(temporaryFolder(), "run");
    const straight = model(1, make);
    const all = train(straight, 20);
    const expected = captureTraining(straight, all);

    const first = model(1, make);
    const seven = train(first, 7);
    expect(seven.epoch).toBe(1); // six batches an epoch: the checkpoint is in the middle of the second
    await writeCheckpoint(folder, { number: 7, ...captureTraining(first, { ...seven, callbacks: { wait: 3 } }) });
    first.dispose();

    const second = model(100, make); // other weights, which the checkpoint replaces
    const checkpoint = (await latestCheckpoint(folder)) as Checkpoint;
    const where = restoreTraining(second, checkpoint);
    expect(where).toEqual({ epoch: seven.epoch, batch: seven.batch, callbacks: { wait: 3 } });
    const rest = train(second, 20, where);
    expect([...seven.losses, ...rest.losses]).toEqual(all.losses);
    const resumed = captureTraining(second, rest);
    expect(bytesOf(resumed)).toEqual(bytesOf(expected));
    expect(resumed.state).toEqual(expected.state);
    straight.dispose();
    second.dispose();
  });
});

describe.runIf(canCompile())("what is kept and what is refused", () => {
  const adam = () => new rnn.AdamOptimizer();
  const capture = (of = model(1, adam)) => {
    train(of, 2);
    const content = captureTraining(of, { epoch: 0, batch: 2 });
    of.dispose();
    return { path: "a checkpoint", number: 2, best: null, ...content } as Checkpoint;
  };

  test("captureTraining(training, progress) gives weights and slots by name, numbers in the state, and leaks no tensor", () => {
    const training = model(1, adam);
    train(training, 2);
    const { tensors, state } = expectTensors(0, () => captureTraining(training, { epoch: 0, batch: 2 }));
    expect(Object.keys(tensors)).toEqual(
      expect.arrayContaining(["rnn/multi_rnn_cell/cell_0/gru_cell/gates/kernel/Adam_1", "head/dense/bias"]),
    );
    expect(state).toMatchObject({
      iteration: 2,
      seed: SEED,
      epoch: 0,
      batch: 2,
      optimizer: { step: 2 },
      callbacks: {},
    });
    const checkpoint = { path: "", number: 2, best: null, tensors, state };
    expectTensors(0, () => restoreTraining(training, checkpoint));
    training.dispose();
  });

  test.each<[string, (checkpoint: Checkpoint) => object, RegExp]>([
    ["another seed", ({ state }) => ({ state: { ...state, seed: 8 } }), /seed: expected 7, got 8/],
    ["no epoch", ({ state: { epoch: _, ...state } }) => ({ state }), /state.epoch: expected a whole number.*nothing/],
    ["a batch below 0", ({ state }) => ({ state: { ...state, batch: -1 } }), /state.batch: .*got -1/],
    [
      "no numbers",
      ({ state }) => ({ state: { ...state, optimizer: [] } }),
      /state.optimizer: expected a record, got \[\]/,
    ],
    [
      "a weight that is missing",
      ({ tensors: { "head/dense/bias": _, ...tensors } }) => ({ tensors }),
      /weight head\/dense\/bias: expected float32 of shape \[1\], got none/,
    ],
    [
      "a weight of another shape",
      ({ tensors }) => ({ tensors: { ...tensors, "head/dense/bias": { data: new Float32Array(2), shape: [2] } } }),
      /weight head\/dense\/bias: .*got float32 of shape \[2\]/,
    ],
    [
      "a weight of another type",
      ({ tensors }) => ({ tensors: { ...tensors, "head/dense/bias": { data: new Int32Array(1), shape: [1] } } }),
      /weight head\/dense\/bias: .*got another type of shape \[1\]/,
    ],
    [
      "a weight left over",
      ({ tensors }) => ({ tensors: { ...tensors, "tail/dense/bias": { data: new Float32Array(1), shape: [1] } } }),
      /slots: expected only .*, got also tail\/dense\/bias/,
    ],
    [
      "a slot that is missing",
      ({ tensors: { "head/dense/bias/Adam": _, ...tensors } }) => ({ tensors }),
      /AdamOptimizer slots: expected one named head\/dense\/bias\/Adam,/,
    ],
    [
      "a number that is none",
      ({ state }) => ({ state: { ...state, optimizer: { ...(state.optimizer as object), beta1_power: null } } }),
      /AdamOptimizer beta1_power: expected a number/,
    ],
  ])("restoreTraining refuses %s with a DataError that names it, and changes nothing", (_name, change, message) => {
    const checkpoint = capture();
    const training = model(50, adam);
    const before = captureTraining(training, { epoch: 0, batch: 0 });
    const restore = () => restoreTraining(training, { ...checkpoint, ...change(checkpoint) });
    expect(restore).toThrow(DataError);
    expect(restore).toThrow(message);
    expect(captureTraining(training, { epoch: 0, batch: 0 })).toEqual(before);
    training.dispose();
  });

  test("restoreTraining refuses a checkpoint of a larger model, and one of another optimizer", () => {
    const training = model(1, adam);
    const larger = capture(model(1, adam, 8));
    expect(() => restoreTraining(training, larger)).toThrow(
      /weight rnn\/multi_rnn_cell\/cell_0\/gru_cell\/gates\/kernel: expected float32 of shape \[9,12\], got .*\[11,16\]/,
    );
    const other = capture(model(1, () => new rnn.MomentumOptimizer()));
    expect(() => restoreTraining(training, other)).toThrow(/AdamOptimizer slots: expected one named .*\/Adam/);
    training.dispose();
  });
});
