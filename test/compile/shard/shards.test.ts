import { describe, expect, test } from "vitest";
import { type SplitLoss, trainStep } from "../../../src/compile";
import { shardCount } from "../../../src/compile/shard/shards";
import {
  AdamOptimizer,
  Dense,
  dynamicRnn,
  type RNNCell,
  sparseSoftmaxCrossEntropyWithLogits,
  type Training,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { CELLS } from "../../rnn/all-cells";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

const SEED = 5;
type Batch = [x: tf.Tensor3D, labels: tf.Tensor1D, lengths: tf.Tensor1D];
const batch = (rows: number, seed = 3): Batch => [
  uniform<tf.Rank.R3>([rows, 3, 3], seed),
  tf.tensor1d(
    Array.from({ length: rows }, (_, i) => (i * 7) % 5),
    "int32",
  ),
  tf.tensor1d(
    Array.from({ length: rows }, (_, i) => (i * 3) % 4),
    "int32",
  ),
];

type Terms = (x: tf.Tensor3D, labels: tf.Tensor1D, lengths: tf.Tensor1D, training: Training) => SplitLoss;
interface Model {
  readonly variables: tf.Variable[];
  readonly loss: Terms;
}

/** A classifier of sequences by any cell, with one term for each example. */
function classifier(name: string): Model {
  const cell = CELLS[name]?.() as RNNCell;
  const head = new Dense({ inputSize: cell.outputSize, outputSize: 5, seed: 2 });
  const loss: Terms = (x, labels, sequenceLength, training) => {
    const [outputs] = dynamicRnn(cell, x, { sequenceLength, training });
    return sparseSoftmaxCrossEntropyWithLogits(labels, head.call(tf.sum(outputs, 1)) as tf.Tensor2D);
  };
  return { variables: [...cell.variables, ...head.variables], loss };
}

/** The mean over some examples only: sums and counts differ from shard to shard. */
function masked(): Model {
  const { variables, loss } = classifier("GRUCell");
  const ofLive: Terms = (x, labels, lengths, training) => {
    const live = tf.greater(lengths, 1).toFloat();
    return { sum: tf.sum(tf.mul(loss(x, labels, lengths, training) as tf.Tensor, live)), count: tf.sum(live) };
  };
  return { variables, loss: ofLive };
}

function scalarLoss(loss: SplitLoss): tf.Scalar {
  if (loss instanceof tf.Tensor) return tf.mean(loss) as tf.Scalar;
  const { sum, count } = loss as { readonly sum: tf.Tensor; readonly count: tf.Tensor };
  return tf.div(tf.sum(sum), tf.sum(count)) as tf.Scalar;
}

/** The losses of some steps, and the weights after them. The weights are the same at each start. */
function train({ variables, loss }: Model, batches: Batch[], shards: number | "eager"): [number[], tf.Tensor[]] {
  const first = variables.map((variable) => tf.clone(variable));
  const optimizer = new AdamOptimizer({ learningRate: 0.01 });
  const step =
    shards === "eager"
      ? undefined
      : trainStep(loss as (...batch: Batch) => SplitLoss, { variables, optimizer, shards, seed: SEED });
  const losses = batches.map((given, i) => {
    const eager = () => optimizer.minimize(() => scalarLoss(loss(...given, { seed: SEED, step: i })), variables);
    return step === undefined ? (eager().dataSync()[0] as number) : step(...given);
  });
  const weights = variables.map((variable) => tf.clone(variable));
  step?.dispose();
  optimizer.dispose();
  variables.forEach((variable, i) => {
    variable.assign(first[i] as tf.Tensor);
  });
  return [losses, weights];
}

function expectSame([losses, weights]: [number[], tf.Tensor[]], [others, otherWeights]: [number[], tf.Tensor[]]): void {
  expectClose(losses, others, 1e-5);
  weights.forEach((tensor, i) => {
    expectClose(tensor, otherWeights[i], 1e-5);
  });
}

onNative("a batch of 30 examples in shards ≡ eager: losses and weights of two steps", () => {
  const models: Record<string, () => Model> = {
    "an LSTM": () => classifier("LSTMCell with all options"),
    "a GRU, masked by sum and count": masked,
    "dropout on inputs, state and outputs": () => classifier("DropoutWrapper"),
    "variational dropout": () => classifier("DropoutWrapper variational"),
    zoneout: () => classifier("ZoneoutWrapper"),
    "layer norm with dropout": () => classifier("LayerNormBasicLSTMCell dropout"),
    "a stack of wrappers": () => classifier("a stack of wrappers"),
  };
  describe.each(Object.entries(models))("%s", (_name, make) => {
    test("1, 2, 3 and 5 shards", () => {
      const [model, batches] = [make(), [batch(30, 1), batch(30, 2)]];
      const expected = train(model, batches, "eager");
      for (const shards of [1, 2, 3, 5]) expectSame(train(model, batches, shards), expected);
    });
  });
});

onNative("shards", () => {
  test("a short last batch, one of a prime size, one of a single example: as eager", () => {
    const model = classifier("DropoutWrapper");
    const batches = [batch(12, 1), batch(8, 2), batch(12, 3), batch(7, 4), batch(1, 5), batch(12, 6)];
    expectSame(train(model, batches, 4), train(model, batches, "eager"));
  });

  test("a loss that returns a scalar runs on the whole batch, so its batch statistics are the batch's", () => {
    const rows: number[] = [];
    const w = tf.variable(tf.ones([3]));
    const loss: Terms = (x) => {
      rows.push(x.shape[0]);
      const { mean, variance } = tf.moments(tf.mul(x, w), 0);
      return tf.sum(tf.div(mean, tf.sqrt(tf.add(variance, 1e-3))));
    };
    const model = { variables: [w], loss };
    const compiled = train(model, [batch(30)], 3);
    expect(rows.at(-1)).toBe(30);
    expectSame(compiled, train(model, [batch(30)], "eager"));
    w.dispose();
  });

  test("a loss may have a term for each example and time step", () => {
    const w = tf.variable(tf.ones([3]));
    const model = { variables: [w], loss: ((x) => tf.sum(tf.square(tf.mul(x, w)), 2)) as Terms };
    expectSame(train(model, [batch(30)], 3), train(model, [batch(30)], "eager"));
    w.dispose();
  });

  test("a shard may have no term that counts", () => {
    const { variables, loss } = masked();
    const [x, labels] = batch(6);
    const lengths = tf.tensor1d([0, 0, 0, 2, 3, 2], "int32");
    const model = { variables, loss };
    expectSame(train(model, [[x, labels, lengths]], 2), train(model, [[x, labels, lengths]], "eager"));
  });

  test("the loss is captured on a shard's examples, however many shards there are, and on another number of them, to see whether its terms grow, and on the whole batch, to compare it with its shards", () => {
    for (const [shards, rows] of [
      [1, [12]],
      [2, [6, 1, 12]],
      [5, [3, 1, 12]],
      [12, [1, 2, 12]],
      [50, [1, 2, 12]],
    ] as const) {
      const seen: number[] = [];
      const w = tf.variable(tf.ones([3]));
      const loss = (x: tf.Tensor3D) => {
        seen.push(x.shape[0]);
        return tf.mul(x, w);
      };
      const step = trainStep(loss, { variables: [w], optimizer: new AdamOptimizer(), shards });
      step(batch(12)[0]);
      step(batch(12)[0]);
      expect(seen).toEqual(rows);
      step.dispose();
      w.dispose();
    }
  });

  test("the same number of shards gives the same bits", () => {
    const model = classifier("DropoutWrapper");
    const run = () => {
      const [losses, weights] = train(model, [batch(30, 1), batch(30, 2)], 3);
      return [...losses, ...weights.flatMap((tensor) => Array.from(tensor.dataSync()))];
    };
    const first = run();
    for (let i = 0; i < 5; i++) expect(run()).toEqual(first);
  });

  test("a scalar argument is replicated to every shard", () => {
    const w = tf.variable(tf.ones([3]));
    const loss = (x: tf.Tensor3D, factor: tf.Scalar) => tf.mul(tf.mul(x, w), factor);
    const step = trainStep(loss, { variables: [w], optimizer: new AdamOptimizer({ learningRate: 0 }), shards: 3 });
    const x = batch(6)[0];
    const expected = (tf.mean(x).dataSync()[0] as number) * 2;
    expectClose([step(x, tf.scalar(2)), step(x, tf.scalar(4))], [expected, 2 * expected]);
    step.dispose();
    w.dispose();
  });

  test.each([
    [1, 2],
    [1, 4],
    [2, 2],
    [2, 4],
  ])(
    "a loss of %i numbers, however many examples there are, runs on the whole batch: %i shards asked for",
    (columns, shards) => {
      const w = tf.variable(tf.ones([columns]));
      const loss = (x: tf.Tensor2D) => tf.mul(tf.square(tf.sum(x, 0)), w);
      const step = trainStep(loss, { variables: [w], optimizer: new AdamOptimizer({ learningRate: 0 }), shards });
      expectClose([step(tf.ones([4, columns]))], [16]);
      step.dispose();
      w.dispose();
    },
  );

  test.each([0, -1, 1.5, Number.NaN, "2", null])("%s shards are refused when the step is made", (shards) => {
    const w = tf.variable(tf.ones([3]));
    const options = { variables: [w], optimizer: new AdamOptimizer(), shards: shards as number };
    expectRefused(() => trainStep((x: tf.Tensor) => tf.mul(x, w), options), /shards: expected a positive whole number/);
    options.optimizer.dispose();
    w.dispose();
  });
});

test("shardCount(batchSize, asked) is the number asked for, or the next smaller one that divides the batch size", () => {
  expect([1, 2, 3, 4, 5, 30, 99].map((asked) => shardCount(30, asked))).toEqual([1, 2, 3, 3, 5, 30, 30]);
  expect([2, 6, 7, 8].map((asked) => shardCount(7, asked))).toEqual([1, 1, 7, 7]);
  expect(shardCount(1)).toBe(1);
});
