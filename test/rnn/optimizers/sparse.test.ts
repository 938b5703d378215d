// Steps of variables of which rows are looked up, against TensorFlow 1.x's IndexedSlices: eager, and compiled in any shards.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, compile, scan, trainStep } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const golden = JSON.parse(readFileSync(join(__dirname, "../../golden/sparse.json"), "utf8"));
interface Case {
  options: Record<string, unknown>;
  sparse: boolean[];
  weights: number[][][];
  averages?: number[][][];
}
const CASES = Object.entries(golden.cases as Record<string, Case>);

type Variables = [tf.Variable<tf.Rank.R2>, tf.Variable<tf.Rank.R1>, tf.Variable<tf.Rank.R1>];
type Batch = [words: tf.Tensor2D, others: tf.Tensor1D, a: tf.Tensor2D, b: tf.Tensor1D];
const start = (): Variables =>
  golden.start.map((values: number[]) => tf.tidy(() => tf.variable(tf.tensor(values)))) as Variables;
const batches: Batch[] = golden.batches.map(([words, others, a, b]: number[][]) => [
  ...[words, others].map((ids) => tf.keep(tf.tensor(ids as number[], undefined, "int32"))),
  ...[a, b].map((numbers) => tf.keep(tf.tensor(numbers as number[]))),
]);

/** The losses of make_sparse.py: one term for each example. */
const LOSSES: Record<string, (variables: Variables) => (...batch: Batch) => tf.Tensor1D> = {
  lookedUp:
    ([table, bias, dense]) =>
    (words, others, a, b) => {
      const first = tf.sum(
        tf.mul(tf.tanh(tf.gather(table, words as unknown as tf.Tensor1D)), tf.expandDims(a, 2)),
        [1, 2],
      );
      const vectors = tf.sum(tf.mul(tf.gather(table, others), dense), 1);
      return tf.add(first, tf.mul(b, tf.add(vectors, tf.gather(bias, others))));
    },
  tied: (variables) => (words, others, a, b) => {
    const all = tf.sum(tf.matMul(variables[0], tf.reshape(variables[2], [3, 1]) as tf.Tensor2D));
    return tf.add((LOSSES.lookedUp as (typeof LOSSES)[string])(variables)(words, others, a, b), tf.mul(all, b));
  },
  in_loop:
    ([table, bias, dense]) =>
    (words, others, a, b) => {
      const step = ([ids, scale]: tf.Tensor[], [h]: tf.Tensor[]) => {
        const sum = tf.add(tf.mul(h as tf.Tensor, dense), tf.gather(table, ids as tf.Tensor1D));
        return { results: [], states: [tf.mul(tf.tanh(sum), tf.expandDims(scale as tf.Tensor, 1))] };
      };
      const { states } = scan(step, [tf.transpose(words), tf.transpose(a)], [tf.zeros([words.shape[0], 3])], {
        unroll: 1,
      });
      const h = states[0] as tf.Tensor;
      return tf.add(tf.sum(h, 1), tf.mul(b, tf.gather(bias, others)));
    },
};

const KINDS: Record<string, (options: object) => rnn.Optimizer> = {
  AdadeltaOptimizer: (options) => new rnn.AdadeltaOptimizer(options),
  AdagradOptimizer: (options) => new rnn.AdagradOptimizer(options),
  AdamOptimizer: (options) => new rnn.AdamOptimizer(options),
  AdamWOptimizer: (options) => new rnn.AdamWOptimizer(options),
  FtrlOptimizer: (options) => new rnn.FtrlOptimizer(options),
  GradientDescentOptimizer: (options) => new rnn.GradientDescentOptimizer(options),
  LazyAdamOptimizer: (options) => new rnn.LazyAdamOptimizer(options),
  MomentumOptimizer: (options) => new rnn.MomentumOptimizer(options),
  MomentumWOptimizer: (options) => new rnn.MomentumWOptimizer(options),
  RMSPropOptimizer: (options) => new rnn.RMSPropOptimizer(options),
};
const make = (name: string, options: object) =>
  (KINDS[name.split(" ")[0] as string] as (typeof KINDS)[string])(options);
const lossOf = (name: string) => LOSSES[name.split(" ")[1] ?? ""] ?? (LOSSES.lookedUp as (typeof LOSSES)[string]);

function expectGolden(variables: Variables, optimizer: rnn.Optimizer, { weights, averages }: Case, step: number): void {
  variables.forEach((variable, i) => {
    expectClose(variable, weights[step]?.[i], 3e-6);
  });
  if (averages === undefined) return;
  optimizer.swapAverages();
  variables.forEach((variable, i) => {
    expectClose(variable, averages[step]?.[i], 3e-6);
  });
  optimizer.swapAverages();
}

describe.each(CASES)("%s", (name, one) => {
  test("eager: TensorFlow 1.x's weights after every step; rows that no look-up touched keep their bits", () => {
    const [variables, optimizer] = [start(), make(name, one.options)];
    const loss = lossOf(name)(variables);
    batches.forEach((batch, step) => {
      tf.tidy(() => {
        const { gradients } = rnn.computeGradients(() => tf.mean(loss(...batch)) as tf.Scalar, variables);
        expect(gradients.map(({ indices }) => indices !== undefined)).toEqual(one.sparse);
        optimizer.applyGradients(gradients);
      });
      expectGolden(variables, optimizer, one, step);
    });
    optimizer.dispose();
  });

  const at = CASES.findIndex(([each]) => each === name);
  const [shards, guard] = [[1, 2, 4][at % 3] as number, at % 2 === 0];
  test(`compiled in ${shards} shards${guard ? ", guarded" : ""}: the same`, () => {
    if (!canCompile()) return;
    const [variables, optimizer] = [start(), make(name, one.options)];
    const step = trainStep(lossOf(name)(variables), { variables, optimizer, shards, guard });
    batches.forEach((batch, at) => {
      step(...batch);
      expectGolden(variables, optimizer, one, at);
    });
    step.dispose();
    optimizer.dispose();
  });
});

describe("applyGradients", () => {
  const table = () => tf.tidy(() => tf.variable(tf.tensor2d([1, 2, 3, 4], [4, 1])));
  const gradient = () => tf.tensor2d([1, 0, 0, 0], [4, 1]);
  const moved = (indices?: Int32Array) => {
    const [variable, optimizer] = [table(), new rnn.RMSPropOptimizer({ learningRate: 0.1, momentum: 0.5 })];
    for (let step = 0; step < 2; step++) {
      const given = step === 0 ? tf.onesLike(variable) : gradient();
      optimizer.applyGradients([{ variable, gradient: given, ...(indices && step > 0 && { indices }) }]);
    }
    return [...variable.dataSync()];
  };

  test("a gradient without indices moves the whole variable; with indices, these rows alone, zeros too", () => {
    const [dense, sparse] = [moved(), moved(Int32Array.of(0, 2))];
    expect([sparse[0], sparse[2]]).toEqual([dense[0], dense[2]]);
    expect(dense[1]).not.toBe(sparse[1]);
    expectClose([sparse[1], sparse[3]], [1.9, 3.9]); // as after the first step
  });

  test("a gradient that the caller scaled is scaled, clipped too: remembered slices are not taken for it", () => {
    const variable = table();
    const loss = () => tf.sum(tf.gather(variable, tf.tensor1d([1, 1], "int32"))) as tf.Scalar;
    const optimizer = new rnn.GradientDescentOptimizer({ learningRate: 1, clipValue: 10 });
    const { gradients } = rnn.computeGradients(loss, [variable]);
    optimizer.applyGradients(gradients.map((each) => ({ ...each, gradient: tf.mul(each.gradient, 3) })));
    expect([...variable.dataSync()]).toEqual([1, 2 - 6, 3, 4]);
  });

  test("computeGradients in a compiled function gives a dense gradient, the same numbers as eagerly", ({ skip }) => {
    skip(!canCompile(), "needs the native engine");
    const variable = table();
    const gradient = (ids: tf.Tensor1D) => {
      const loss = () => tf.sum(tf.square(tf.gather(variable, ids))) as tf.Scalar;
      return (rnn.computeGradients(loss, [variable]).gradients[0] as rnn.GradientOf).gradient;
    };
    const ids = tf.tensor1d([3, 1, 3], "int32");
    const compiled = compile(gradient, { variables: [variable] });
    expectClose(compiled(ids), gradient(ids), 0);
    expectClose(gradient(ids), tf.tensor2d([0, 4, 0, 16], [4, 1]), 0);
    compiled.dispose();
  });

  test("state and restore between two batches of an update: rows that no batch looked up are still none of it", () => {
    const make = () => new rnn.LazyAdamOptimizer({ learningRate: 0.1, gradientAccumulationSteps: 2 });
    const run = (variable: tf.Variable, optimizer: rnn.Optimizer, rows: number[]) => {
      const loss = () => tf.sum(tf.square(tf.gather(variable, tf.tensor1d(rows, "int32")))) as tf.Scalar;
      optimizer.minimize(loss, [variable]);
    };
    const [first, optimizer] = [table(), make()];
    for (const rows of [[0, 1], [1], [2]]) run(first, optimizer, rows);
    const [second, other] = [tf.variable(tf.clone(first)), make()];
    other.restore({ table: second }, optimizer.state({ table: first }));
    run(first, optimizer, [0, 2]);
    run(second, other, [0, 2]);
    expect([...second.dataSync()]).toEqual([...first.dataSync()]);
    expect(second.dataSync()[3]).toBe(4); // never looked up
    expect(second.dataSync()[1]).toBe(first.dataSync()[1]);
    const slots = optimizer.state({ table: first }).tensors["table/Adam"]?.data;
    expect([slots?.[1] === 0, slots?.[3]]).toEqual([false, 0]);
  });

  test("rows that the variable does not have are refused", () => {
    const variable = table();
    const apply = (indices: Int32Array) => () =>
      new rnn.MomentumOptimizer().applyGradients([{ variable, gradient: gradient(), indices }]);
    expect(apply(Int32Array.of(0, 4))).toThrow(/gradients\[0\]\.indices: expected rows from 0 to 3, got 4/);
    expect(apply([0] as unknown as Int32Array)).toThrow(/indices: expected the numbers of rows, an Int32Array/);
  });
});
