import { describe, expect, test } from "vitest";
import { type SplitLoss, trainStep } from "../../../src/compile";
import {
  AdamOptimizer,
  AdamWOptimizer,
  BasicLSTMCell,
  computeGradients,
  dynamicRnn,
  Embedding,
  flattenState,
  GradientDescentOptimizer,
  MomentumOptimizer,
  type Optimizer,
  RMSPropOptimizer,
  type RNNCell,
  type State,
  type Training,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { CELLS } from "../../rnn/all-cells";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

/** One term for each example, which depends on every output and every part of the final state. */
function terms(cell: RNNCell<State>, x: tf.Tensor3D, sequenceLength: tf.Tensor1D, training?: Training): tf.Tensor1D {
  const [outputs, state] = dynamicRnn(cell, x, { training, sequenceLength });
  const parts = flattenState(state).map((part) => tf.sum(tf.sin(part), 1));
  return tf.addN([tf.sum(tf.square(outputs), [1, 2]), ...parts]) as tf.Tensor1D;
}

const OPTIMIZERS: Record<string, () => Optimizer> = {
  "gradient descent": () => new GradientDescentOptimizer({ learningRate: 0.1 }),
  momentum: () => new MomentumOptimizer({ learningRate: 0.1 }),
  "Nesterov's momentum": () => new MomentumOptimizer({ learningRate: 0.1, useNesterov: true }),
  RMSProp: () => new RMSPropOptimizer({ learningRate: 0.01 }),
  Adam: () => new AdamOptimizer({ learningRate: 0.01 }),
  AdamW: () => new AdamWOptimizer({ learningRate: 0.01 }),
  "Adam with a schedule": () => new AdamOptimizer({ learningRate: (step) => 0.1 / (1 + step) }),
};

const data = (rows: number, seed = 1) => [
  uniform<tf.Rank.R2>([rows, 3], seed),
  uniform<tf.Rank.R2>([rows, 2], seed + 1),
];
type Batch = [x: tf.Tensor2D, y: tf.Tensor2D];
/** A linear model, whose loss is the mean of squares. */
function linear() {
  const [w, b] = [tf.tidy(() => tf.variable(uniform([3, 2], 9))), tf.tidy(() => tf.variable(tf.zeros([2])))];
  const squares = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.square(tf.sub(tf.add(tf.matMul(x, w as tf.Tensor2D), b), y));
  return { w, b, variables: [w, b], squares };
}

onNative("trainStep", () => {
  describe.each(Object.entries(OPTIMIZERS))("with %s", (_name, make) => {
    test("twenty steps ≡ twenty eager ones, batches of 6, 4 and 6 examples in turn", () => {
      const [a, b, eager, fused] = [linear(), linear(), make(), make()];
      const step = trainStep(a.squares, { variables: a.variables, optimizer: fused });
      for (let i = 0; i < 20; i++) {
        const [x, y] = data(i % 3 === 1 ? 4 : 6, i) as Batch;
        const expected = eager.minimize(() => tf.mean(b.squares(x, y)) as tf.Scalar, b.variables);
        expectClose([step(x, y)], expected, 1e-5);
      }
      expectClose(a.w, b.w, 1e-5);
      expectClose(a.b, b.b, 1e-5);
      step.dispose();
      for (const optimizer of [eager, fused]) optimizer.dispose();
      tf.dispose([...a.variables, ...b.variables]);
    });
  });

  test("returns the loss before the step: a mean of terms, of a sum over a count, or a scalar as it is", () => {
    const losses: Record<string, (terms: tf.Tensor) => SplitLoss> = {
      terms: (terms) => terms,
      "sum and count": (terms) => ({ sum: tf.sum(terms), count: tf.scalar(terms.size) }),
      "count of integers": (terms) => ({ sum: tf.sum(terms), count: tf.ones(terms.shape, "int32") }),
      scalar: (terms) => tf.mean(terms),
    };
    for (const loss of Object.values(losses)) {
      const model = linear();
      const [x, y] = data(6) as Batch;
      const expected = tf.mean(model.squares(x, y));
      const optimizer = new GradientDescentOptimizer({ learningRate: 0 });
      const step = trainStep((x: tf.Tensor2D, y: tf.Tensor2D) => loss(model.squares(x, y)), {
        variables: model.variables,
        optimizer,
      });
      expectClose([step(x, y), step(x, y)], [expected, expected].map((tensor) => tensor.dataSync()[0]) as number[]);
      step.dispose();
      tf.dispose(model.variables);
    }
  });

  test("the same seed twice gives the same bits, another seed others; the step's number goes on where it is set", () => {
    const run = (seed: number, from = 0, steps = 3) => {
      const cell = CELLS["a stack of wrappers"]?.() as RNNCell;
      const optimizer = new AdamOptimizer();
      const loss = (x: tf.Tensor3D, live: tf.Tensor1D, training: Training) => terms(cell, x, live, training);
      const step = trainStep(loss as (x: tf.Tensor3D, live: tf.Tensor1D) => tf.Tensor, {
        variables: cell.variables,
        optimizer,
        seed,
      });
      step.iteration = from;
      const [x, live] = [uniform<tf.Rank.R3>([6, 4, 3], 3), tf.fill<tf.Rank.R1>([6], 4, "int32")];
      const losses = Array.from({ length: steps }, () => step(x, live));
      expect(step.iteration).toBe(from + steps);
      const weights = cell.variables.flatMap((variable) => Array.from(variable.dataSync()));
      step.dispose();
      optimizer.dispose();
      cell.dispose();
      return [...losses, ...weights];
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)[0]).not.toBe(run(2)[0]);
    expect(run(1, 1, 1)[0]).not.toBe(run(1, 0, 1)[0]);
  });

  test("a step leaves no tensor, the first none but the slots; dispose leaves nothing", () => {
    const model = linear();
    const [x, y] = data(6) as Batch;
    const before = tf.memory();
    const optimizer = new AdamOptimizer();
    const step = trainStep(model.squares, { variables: model.variables, optimizer });
    expectTensors(0, () => step(x, y));
    const first = tf.memory();
    for (let i = 0; i < 10; i++) step(x, y);
    expect(tf.memory()).toEqual(first);
    step.dispose();
    expect(tf.memory()).toEqual(first);
    optimizer.dispose();
    expect(tf.memory()).toEqual(before);
    tf.dispose(model.variables);
  });

  test("a step within tf.tidy trains as without", () => {
    const model = linear();
    const optimizer = new AdamOptimizer();
    const step = trainStep(model.squares, { variables: model.variables, optimizer });
    const [x, y] = data(6) as Batch;
    const losses = Array.from({ length: 5 }, () => tf.tidy(() => step(x, y)));
    expect([...losses].sort((a, b) => b - a)).toEqual(losses);
    expect(model.w.dataSync().every(Number.isFinite)).toBe(true);
    step.dispose();
    optimizer.dispose();
    tf.dispose(model.variables);
  });

  test("refuses what cannot be trained, by name, and leaves nothing", () => {
    const [x, w, u] = [tf.ones([4, 3]), tf.variable(tf.ones([3])), tf.variable(tf.ones([3]), true, "unused")];
    const optimizer = new GradientDescentOptimizer();
    const fixed = tf.variable(tf.ones([3]), false, "fixed");
    const whole = tf.variable(tf.tensor1d([1, 2, 3], "int32"));
    const step = (variables: readonly tf.Variable[], loss: () => SplitLoss = () => tf.mul(x2(), w)) =>
      trainStep(loss, { variables, optimizer })(...([x] as unknown as []));
    const x2 = () => tf.ones([3]);
    expectRefused(() => step([]), /variables: expected at least one/);
    expectRefused(() => step([w, w]), /variables\[1\].* again/);
    expectRefused(() => step([fixed]), /variables\[0\].*fixed, which is not trainable/);
    expectRefused(() => step([whole]), /variables\[0\].*of int32/);
    expectRefused(() => step([x as tf.Variable]), /variables\[0\].*got object/);
    expectRefused(() => step([w, u]), /variables\[1\] \(unused\) takes no part in the loss/);
    expectRefused(() => step([u], () => tf.mul(x2(), tf.scalar(2))), /uses none of the variables/);
    expectRefused(() => step([w], () => 3 as unknown as tf.Tensor), /loss must return a float32 tensor.*got number/);
    expectRefused(() => step([w], () => tf.cast(tf.mul(x2(), w), "int32")), /got a tensor of int32/);
    expectRefused(() => step([w], () => ({ sum: tf.sum(w) }) as unknown as SplitLoss), /\{ sum, count \}/);
    expectRefused(() => step([w], () => undefined as unknown as tf.Tensor), /got undefined/);
    tf.dispose([w, u, fixed, whole]);
  });

  test.each([
    [{ seed: 2.5 }, /seed: expected a whole number, got number 2.5/],
    [{ seed: "4" }, /seed: expected a whole number, got string 4/],
    [{ guard: "yes" }, /guard: expected true or false, got string yes/],
  ])("refuses %o when it is made", (wrong, message) => {
    const [model, optimizer] = [linear(), new GradientDescentOptimizer()];
    const options = { variables: model.variables, optimizer, ...(wrong as object) };
    expectRefused(() => trainStep(model.squares, options), message);
    tf.dispose(model.variables);
  });

  test("refuses a batch whose tensors differ in their first size, an empty one, none", () => {
    const model = linear();
    const step = trainStep(model.squares, { variables: model.variables, optimizer: new GradientDescentOptimizer() });
    const [x, y] = data(6) as Batch;
    const [shorter, empty] = [tf.ones<tf.Rank.R2>([5, 2]), [tf.ones([0, 3]), tf.ones([0, 2])] as Batch];
    expectRefused(() => step(x, shorter), /one batch size, got first sizes 6, 5/);
    expectRefused(() => step(...empty), /expected at least one example, got a batch of none/);
    expectRefused(() => step(...([] as unknown as Batch)), /expected a batch's tensors, got none with a first axis/);
    expectRefused(() => step(x, 3 as unknown as tf.Tensor2D), /argument 1: expected a tensor, got number/);
    expect(Number.isFinite(step(x, y))).toBe(true);
    step.dispose();
    tf.dispose(model.variables);
  });

  test("refuses a step after dispose, with a disposed variable, with a disposed optimizer", () => {
    const [model, optimizer] = [linear(), new AdamOptimizer()];
    const [x, y] = data(6) as Batch;
    const step = trainStep(model.squares, { variables: model.variables, optimizer });
    step(x, y);
    optimizer.dispose();
    expectRefused(() => step(x, y), /optimizer is disposed/);
    step.dispose();
    step.dispose();
    expectRefused(() => step(x, y), /is disposed/);
    const other = trainStep(model.squares, { variables: model.variables, optimizer: new GradientDescentOptimizer() });
    other(x, y);
    model.w.dispose();
    expectRefused(() => other(x, y), /variables\[0\]: expected a live variable, got a disposed one/);
    other.dispose();
    model.b.dispose();
  });

  test("a count that is the caller's own tensor stays the caller's", () => {
    const model = linear();
    const [x, y] = data(6) as Batch;
    const count = tf.scalar(12);
    const loss = (x: tf.Tensor2D, y: tf.Tensor2D, count: tf.Scalar) => ({ sum: tf.sum(model.squares(x, y)), count });
    const step = trainStep(loss, { variables: model.variables, optimizer: new GradientDescentOptimizer(), shards: 1 });
    const expected = tf.mean(model.squares(x, y));
    expectClose([step(x, y, count)], expected, 1e-6);
    expect(count.isDisposed).toBe(false);
    step.dispose();
    tf.dispose(model.variables);
  });

  test("one scalar for two arguments does not tie them together", () => {
    const w = tf.variable(tf.ones([1]));
    const loss = (x: tf.Tensor, a: tf.Scalar, b: tf.Scalar) => tf.mul(tf.mul(x, w), tf.add(tf.mul(a, 10), b));
    const step = trainStep(loss, { variables: [w], optimizer: new GradientDescentOptimizer({ learningRate: 0 }) });
    const [x, one, two] = [tf.ones([2]), tf.scalar(1), tf.scalar(2)];
    expect(step(x, one, one)).toBe(11);
    expect(step(x, one, two)).toBe(12);
    step.dispose();
    w.dispose();
  });

  test("the gradients of an LSTM over 30 steps ≡ eager, by the weights after one step of size 1", () => {
    const cell = new BasicLSTMCell({ inputSize: 3, numUnits: 5, seed: 3 });
    const x = uniform<tf.Rank.R3>([6, 30, 3], 4);
    const loss = (x: tf.Tensor3D) => tf.mean(tf.square(dynamicRnn(cell, x)[0]), [1, 2]);
    const { gradients } = computeGradients(() => tf.mean(loss(x)) as tf.Scalar, cell.variables);
    const expected = gradients.map(({ variable, gradient }) => tf.sub(variable, gradient));
    const step = trainStep(loss, {
      variables: cell.variables,
      optimizer: new GradientDescentOptimizer({ learningRate: 1 }),
    });
    step(x);
    cell.variables.forEach((variable, i) => {
      expectClose(variable, expected[i], 1e-6);
    });
    step.dispose();
    cell.dispose();
  });
});

onNative("what a step may be made of", () => {
  test("an embedding trains, compiled as eagerly", () => {
    const ids = tf.tensor2d(
      [
        [1, 3, 1],
        [0, 0, 2],
        [3, 3, 3],
        [2, 1, 0],
      ],
      undefined,
      "int32",
    );
    const losses = [true, false].map((compiled) => {
      const words = new Embedding({ vocabularySize: 4, embeddingSize: 3, seed: 1 });
      const cell = new BasicLSTMCell({ inputSize: 3, numUnits: 4, seed: 2 });
      const variables = [...words.variables, ...cell.variables];
      const optimizer = new AdamOptimizer({ learningRate: 0.05 });
      const terms = (x: tf.Tensor) =>
        tf.mean(tf.square(tf.sub(dynamicRnn(cell, words.call(x) as tf.Tensor3D)[0], 1)), [1, 2]);
      const step = trainStep((x: tf.Tensor2D) => terms(x), { variables, optimizer, shards: 2 });
      const eager = () => optimizer.minimize(() => tf.mean(terms(ids)) as tf.Scalar, variables).dataSync()[0] as number;
      const made = Array.from({ length: 5 }, () => (compiled ? step(ids) : eager()));
      step.dispose();
      return made;
    });
    expectClose(losses[0], losses[1], 1e-6);
  });

  test("a batch of which nothing counts moves nothing", () => {
    const w = tf.variable(tf.tensor1d([2]));
    const optimizer = new GradientDescentOptimizer({ learningRate: 1 });
    const masked = (x: tf.Tensor2D) => ({ sum: tf.sum(tf.mul(tf.mul(x, w), 0)), count: tf.scalar(0) });
    const step = trainStep(masked, { variables: [w], optimizer });
    expect(step(tf.ones([4, 1]))).toBe(0);
    expectClose(w, [2], 0);
    step.dispose();
  });
});
