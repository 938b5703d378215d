import { expect, test } from "vitest";
import { compile, StepNotFiniteError, trainStep, trainStepOnRows } from "../../../src/compile";
import {
  AdamOptimizer,
  Dense,
  DropoutWrapper,
  dynamicRnn,
  GRUCell,
  GradientDescentOptimizer,
  sparseSoftmaxCrossEntropyWithLogits,
  type Training,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

function classifier() {
  const cell = new DropoutWrapper(new GRUCell({ inputSize: 3, numUnits: 4, seed: 1 }), { inputKeepProb: 0.7 });
  const head = new Dense({ inputSize: 4, outputSize: 3, seed: 2 });
  const loss = (x: tf.Tensor3D, y: tf.Tensor1D, training: Training) =>
    sparseSoftmaxCrossEntropyWithLogits(y, head.call(dynamicRnn(cell, x, { training })[1] as tf.Tensor2D));
  return { variables: [...cell.variables, ...head.variables], loss };
}

onNative("trainStepOnRows", () => {
  const x = () => uniform<tf.Rank.R3>([9, 5, 3], 4);
  const y = () => tf.tensor1d([0, 1, 2, 2, 1, 0, 0, 1, 2], "int32");
  const BATCHES = [
    [4, 0, 8, 2],
    [1, 1, 7, 3],
    [6, 5],
    [3, 2, 1, 0],
  ];

  test.each([1, 2, 4])("on rows ≡ on batches of those rows, dropout included: %i shards", (shards) => {
    const [data, labels] = [x(), y()];
    const run = (isGathered: boolean) => {
      const { variables, loss } = classifier();
      const options = { variables, optimizer: new AdamOptimizer(), shards, seed: 3 };
      const onRows = isGathered && trainStepOnRows<typeof loss>([data, labels], loss, options);
      const plain = trainStep<typeof loss>(loss, options);
      const losses = BATCHES.map((rows) =>
        onRows
          ? onRows(rows)
          : tf.tidy(() => plain(tf.gather(data, rows), tf.gather(labels, tf.tensor1d(rows, "int32")) as tf.Tensor1D)),
      );
      return { losses, variables };
    };
    const [rows, batches] = [run(true), run(false)];
    expect(rows.losses).toEqual(batches.losses);
    rows.variables.forEach((variable, i) => {
      expectClose(variable, batches.variables[i] as tf.Variable, 0);
    });
  });

  test("refuses an index that is not a row's, data of several lengths, no rows; a later step works", () => {
    const [data, labels, short] = [x(), y(), tf.tensor1d([0, 1], "int32")];
    const { variables, loss } = classifier();
    const make = (labels: tf.Tensor1D) => trainStepOnRows<typeof loss>([data, labels], loss, { variables, optimizer });
    const optimizer = new AdamOptimizer();
    for (const variable of variables) optimizer.slotsOf(variable);
    const step = make(labels);
    expectRefused(() => step([0, 9]), /rows\[1\]: expected a row index from 0 to 8, got number 9/);
    expectRefused(() => step([-1]), /rows\[0\]: expected a row index from 0 to 8, got number -1/);
    expectRefused(() => step([0.5]), /got number 0.5/);
    expectRefused(() => step([]), /at least one row/);
    expectRefused(() => step(undefined as unknown as number[]), /rows: expected a list of row indices, got undefined/);
    expectRefused(() => step(3 as unknown as number[]), /rows: expected a list of row indices, got number 3/);
    expectRefused(
      () => step(["1"] as unknown as number[]),
      /rows\[0\]: expected a row index from 0 to 8, got string 1/,
    );
    expectRefused(() => make(short)([0]), /one batch size, got first sizes 9, 2/);
    expect(step([0, 1])).toBeGreaterThan(0);
  });
});

onNative("a guarded step that is not finite", () => {
  test.each([1, 2])("moves nothing, says where, and the next one goes on: %i shards", (shards) => {
    const w = tf.variable(tf.tensor1d([2, 4]));
    const optimizer = new AdamOptimizer({ learningRate: 0.1 });
    const step = trainStep((x: tf.Tensor2D) => tf.sum(tf.sqrt(tf.mul(x, w)), 1), {
      variables: [w],
      optimizer,
      shards,
      guard: true,
    });
    const [good, bad, edge] = [
      tf.ones<tf.Rank.R2>([2, 2]),
      tf.tensor2d([
        [1, 1],
        [1, Number.NaN],
      ]),
      tf.zeros<tf.Rank.R2>([2, 2]),
    ];
    step(good);
    const before = [w, ...optimizer.slotsOf(w)].map((variable) => [...variable.dataSync()]);
    const errorOf = (batch: tf.Tensor2D): StepNotFiniteError => {
      const tensors = tf.memory().numTensors;
      try {
        step(batch);
      } catch (error) {
        expect(tf.memory().numTensors).toBe(tensors);
        return error as StepNotFiniteError;
      }
      throw new Error("no error");
    };
    expect(errorOf(bad)).toMatchObject({ name: "StepNotFiniteError", iteration: 1, tensor: "argument 0" });
    // √0 is finite, its slope is not.
    expect(errorOf(edge)).toMatchObject({ iteration: 1, loss: 0, tensor: "the gradient of variables[0]", variable: 0 });
    expect([w, ...optimizer.slotsOf(w)].map((variable) => [...variable.dataSync()])).toEqual(before);
    expect([step.iteration, optimizer.step]).toEqual([1, 1]);
    expect(step(good)).toBeLessThan(3.5);
    tf.tidy(() => w.assign(tf.tensor1d([Number.POSITIVE_INFINITY, 1])));
    expect(errorOf(good)).toMatchObject({ iteration: 2, tensor: "variables[0]", variable: 0 });
  });

  test.each([1, 2])("a count that is not finite is as bad as a loss: %i shards", (shards) => {
    const w = tf.variable(tf.tensor1d([2, 4]));
    const loss = (x: tf.Tensor2D, live: tf.Tensor1D) => ({ sum: tf.sum(tf.mul(x, w)), count: tf.sum(live) });
    const optimizer = new AdamOptimizer();
    const step = trainStep(loss, { variables: [w], optimizer, shards, guard: true });
    expect(() => step(tf.ones([2, 2]), tf.tensor1d([1, Number.NaN]))).toThrow(StepNotFiniteError);
    expectClose(w, [2, 4]);
    expect(step(tf.ones([2, 2]), tf.tensor1d([1, 0]))).toBe(12);
  });

  test("with clipping by the global norm, and with every optimizer's own operations, nothing moves either", () => {
    const w = tf.variable(tf.tensor1d([1, 1]));
    const optimizer = new GradientDescentOptimizer({ learningRate: 0.1, globalClipNorm: 1 });
    const step = trainStep((x: tf.Tensor2D) => tf.sum(tf.mul(x, w), 1), { variables: [w], optimizer, guard: true });
    expect(() => step(tf.tensor2d([[1, Number.POSITIVE_INFINITY]]))).toThrow(StepNotFiniteError);
    expectClose(w, [1, 1]);
  });
});

onNative("what a loss may also use", () => {
  test("a frozen variable has a part in the loss, and stays", () => {
    const [w, scale] = [tf.variable(tf.tensor1d([1, 1])), tf.variable(tf.tensor1d([3, 5]), false)];
    const optimizer = new GradientDescentOptimizer({ learningRate: 1 });
    const loss = (x: tf.Tensor2D) => tf.sum(tf.mul(tf.mul(x, w), scale), 1);
    const step = trainStep(loss, { variables: [w], frozen: [scale], optimizer });
    expect(step(tf.ones([2, 2]))).toBe(8);
    expectClose(w, [-2, -4]);
    tf.tidy(() => scale.assign(tf.tensor1d([0, 1])));
    expect(step(tf.ones([2, 2]))).toBe(-4);
    expectClose(scale, [0, 1]);
  });

  test("refuses frozen ones that are no variable, disposed, trained too, or named twice; whole numbers may be frozen", () => {
    const [w, whole, gone] = [
      tf.variable(tf.scalar(1)),
      tf.variable(tf.tensor1d([2], "int32"), false),
      tf.variable(tf.scalar(1)),
    ];
    gone.dispose();
    const plain = tf.scalar(1) as tf.Variable;
    const optimizer = new GradientDescentOptimizer({ learningRate: 1 });
    const make = (frozen: tf.Variable[]) =>
      trainStep((x: tf.Tensor1D) => tf.mul(tf.mul(x, w), tf.cast(whole, "float32")), {
        variables: [w],
        frozen,
        optimizer,
      });
    expectRefused(() => make([plain]), /frozen\[0\]: expected a live variable .* got object/);
    expectRefused(() => make([gone]), /frozen\[0\]: .* got a disposed one/);
    expectRefused(() => make([whole, w]), /frozen\[1\]: .* again/);
    expectRefused(() => make([whole, whole]), /frozen\[0?1?\]: .* again/);
    expect(make([whole])(tf.ones([4]))).toBe(2);
  });

  test("refuses data that is a scalar", () => {
    const w = tf.variable(tf.scalar(1));
    const options = { variables: [w], optimizer: new GradientDescentOptimizer({ learningRate: 1 }) };
    const [x, scale] = [tf.ones<tf.Rank.R1>([4]), tf.scalar(2)];
    const loss = (x: tf.Tensor1D, scale: tf.Scalar) => tf.mul(tf.mul(x, w), scale);
    expectRefused(() => trainStepOnRows<typeof loss>([x, scale], loss, options), /data\[1\]: .* got a scalar/);
  });

  test("a count that is a frozen variable counts once, whatever the number of shards", () => {
    const values = [1, 2].map((shards) => {
      const [w, count] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(3), false)];
      const optimizer = new GradientDescentOptimizer({ learningRate: 0.5 });
      const loss = (x: tf.Tensor1D) => ({ sum: tf.mul(x, w), count });
      return trainStep(loss, { variables: [w], frozen: [count], optimizer, shards })(tf.tensor1d([1, 2, 3, 4]));
    });
    expectClose(tf.tensor1d(values), [20 / 3, 20 / 3]);
  });

  test("a count that is an argument for the whole batch counts once, whatever the number of shards", () => {
    const means = [1, 2, 4].map((shards) => {
      const w = tf.variable(tf.scalar(2));
      const optimizer = new GradientDescentOptimizer({ learningRate: 0.5 });
      const loss = (x: tf.Tensor1D, count: tf.Scalar) => ({ sum: tf.mul(x, w), count });
      const value = trainStep(loss, { variables: [w], optimizer, shards })(tf.tensor1d([1, 2, 3, 4]), tf.scalar(3));
      return [value, w.dataSync()[0]];
    });
    for (const mean of means) expectClose(tf.tensor1d(mean as number[]), [20 / 3, 2 - 5 / 3]);
  });
});

onNative("compile with shards", () => {
  test.each([2, 3, 5])("gives what one shard gives, lists and whole numbers too: %i shards", (shards) => {
    const { variables, loss } = classifier();
    const run = (x: tf.Tensor3D, y: tf.Tensor1D, scale: tf.Scalar) => [
      tf.mul(loss(x, y, { seed: 1, step: 2 }), scale),
      tf.add(y, 1),
    ];
    const [x, y, scale] = [
      uniform<tf.Rank.R3>([12, 5, 3], 4),
      tf.range(0, 12, 1, "int32").mod(tf.scalar(3, "int32")),
      tf.scalar(2),
    ];
    const compiled = compile(run, { variables, shards });
    const expected = run(x, y as tf.Tensor1D, scale);
    compiled(x, y as tf.Tensor1D, scale).forEach((result, i) => {
      expectClose(result, expected[i] as tf.Tensor);
    });
  });

  test("refuses results without a row for each example, and arguments of several lengths", () => {
    const [four, three] = [tf.ones([4, 2]), tf.ones([3])];
    expectRefused(
      () => compile((x: tf.Tensor) => tf.sum(x), { shards: 2 })(four),
      /results with one row for each example, got result 0/,
    );
    expectRefused(
      () => compile((x: tf.Tensor, y: tf.Tensor) => [x, y], { shards: 2 })(four, three),
      /one batch size, got first sizes 4, 3/,
    );
  });
});
