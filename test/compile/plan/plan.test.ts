import { describe, expect, test, vi } from "vitest";
import { compile } from "../../../src/compile";
import { capture } from "../../../src/compile/capture/capture";
import { copyOf } from "../../../src/compile/engine/backend";
import { IndexRangeError } from "../../../src/compile/internal";
import { lower } from "../../../src/compile/lower";
import { Unsupported } from "../../../src/compile/plan/builder";
import { Plan } from "../../../src/compile/plan/plan";
import { hasPlans } from "../../../src/native";
import {
  BasicRNNCell,
  dynamicRnn,
  GRUCell,
  LayerNormBasicLSTMCell,
  LSTMCell,
  MultiRNNCell,
  ResetAfterGRUCell,
  type RNNCell,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";

scopeEachTest();

type Compute = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** The plan of a function of these inputs and variables. */
function planOf(compute: Compute, inputs: readonly tf.Tensor[], variables: readonly tf.Variable[] = []): Plan {
  const sample = inputs.map(copyOf);
  const trace = lower(capture(() => [compute(...sample)].flat(), [...sample, ...variables]));
  return new Plan(trace, variables, 0);
}

/** Compares a plan with the same function run eagerly, twice, to see that a call leaves nothing behind. */
function expectSame(compute: Compute, inputs: readonly tf.Tensor[], variables: readonly tf.Variable[] = []): void {
  const plan = planOf(compute, inputs, variables);
  const expected = [compute(...inputs)].flat();
  for (let call = 0; call < 2; call++) {
    const outputs = plan.call(inputs);
    expect(outputs.map(({ shape, dtype }) => [shape, dtype])).toEqual(
      expected.map(({ shape, dtype }) => [shape, dtype]),
    );
    outputs.forEach((output, i) => {
      const [got, want] = [output, expected[i] as tf.Tensor].map((each) => [...each.dataSync()]) as [
        number[],
        number[],
      ];
      const isSame = (x: number, y: number) => Object.is(x, y) || Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(y));
      const wrong = got.findIndex((value, k) => !isSame(value, want[k] as number));
      expect(wrong, `output ${i}, element ${wrong}: expected ${want[wrong]}, got ${got[wrong]}`).toBe(-1);
    });
  }
}

const matrix = (rows: number, columns: number, seed = 1) => uniform<tf.Rank.R2>([rows, columns], seed);
const cube = (seed = 1) => uniform<tf.Rank.R3>([2, 3, 4], seed);
const special = () => tf.tensor2d([[Number.NaN, Infinity, -Infinity, 0, -0, 100, -100, 1e-30]]);

describe.runIf(hasPlans())("a plan computes what eager operations compute:", () => {
  test.each<[string, Compute]>([
    ["neg, tanh, sigmoid", (x) => tf.neg(tf.tanh(tf.sigmoid(x as tf.Tensor)))],
    [
      "relu, relu6, elu, selu",
      (x) => [tf.relu(x as tf.Tensor), tf.relu6(x as tf.Tensor), tf.elu(x as tf.Tensor), tf.selu(x as tf.Tensor)],
    ],
    [
      "exp, softplus, square, abs",
      (x) => [tf.exp(x as tf.Tensor), tf.softplus(x as tf.Tensor), tf.square(x as tf.Tensor), tf.abs(x as tf.Tensor)],
    ],
    ["log, sqrt, rsqrt", (x) => [tf.log(x as tf.Tensor), tf.sqrt(x as tf.Tensor), tf.rsqrt(tf.abs(x as tf.Tensor))]],
    ["clipByValue", (x) => tf.clipByValue(x as tf.Tensor, -0.5, 0.5)],
    ["tanh, sigmoid at the edges", (x) => [tf.tanh(x as tf.Tensor), tf.sigmoid(x as tf.Tensor)]],
  ])("%s, of NaN, infinity and −0 too", (_, compute) => {
    expectSame(compute, [matrix(3, 17)]);
    expectSame(compute, [special()]);
  });

  test("arithmetic that broadcasts", () => {
    const each = (a: tf.Tensor, b: tf.Tensor) => [
      tf.add(a, b),
      tf.sub(a, b),
      tf.mul(a, b),
      tf.div(a, b),
      tf.maximum(a, b),
      tf.minimum(a, b),
    ];
    expectSame(each as Compute, [matrix(3, 5), matrix(3, 5, 2)]);
    expectSame(each as Compute, [cube(), uniform([4], 2)]);
    expectSame(each as Compute, [cube(), uniform([3, 1], 2)]);
    expectSame(each as Compute, [uniform([2, 1, 4], 1), uniform([3, 1], 2)]);
    expectSame(each as Compute, [tf.scalar(3), cube()]);
    expectSame(each as Compute, [special(), tf.reverse(special())]);
  });

  test("products, transposed and in batches, with a bias or without", () => {
    const [a, b, bias] = [matrix(3, 4), matrix(4, 5, 2), uniform([5], 3)];
    expectSame((x, y) => tf.matMul(x as tf.Tensor, y as tf.Tensor), [a, b]);
    expectSame((x, y) => tf.matMul(x as tf.Tensor, y as tf.Tensor, true, true), [matrix(4, 3), matrix(5, 4, 2)]);
    expectSame((x, y, z) => tf.add(tf.matMul(x as tf.Tensor, y as tf.Tensor), z as tf.Tensor), [a, b, bias]);
    expectSame(
      (x, y, z) => {
        const product = tf.matMul(x as tf.Tensor, y as tf.Tensor);
        return [tf.add(product, z as tf.Tensor), product]; // the product itself is needed, too
      },
      [a, b, bias],
    );
    expectSame((x, y) => tf.matMul(x as tf.Tensor3D, y as tf.Tensor3D, false, true), [cube(), cube(2)]);
  });

  test("moves of elements: split, concat, slice, transpose, stack, unstack, reverse, pad, reshape", () => {
    for (const axis of [0, 1, 2, -1]) {
      expectSame((x) => tf.concat([x as tf.Tensor, tf.neg(x as tf.Tensor)], axis), [cube()]);
      expectSame((x) => tf.stack([x as tf.Tensor, tf.neg(x as tf.Tensor)], axis), [cube()]);
      expectSame((x) => tf.unstack(x as tf.Tensor, axis), [cube()]);
      expectSame((x) => tf.reverse(x as tf.Tensor, axis), [cube()]);
    }
    expectSame((x) => tf.split(x as tf.Tensor, [1, 3], 2), [cube()]);
    expectSame((x) => tf.slice(x as tf.Tensor, [1, 0, 2], [1, 2, 2]), [cube()]);
    expectSame((x) => tf.transpose(x as tf.Tensor, [2, 0, 1]), [cube()]);
    expectSame((x) => tf.pad(x as tf.Tensor, [[1, 0], [0, 2], [1, 1]]), [cube()]); // biome-ignore format: as the paddings are
    expectSame((x) => tf.reshape(x as tf.Tensor, [4, 6]), [cube()]);
    expectSame((x) => tf.add(tf.fill([2, 3, 4], 7), x as tf.Tensor), [cube()]);
  });

  test("rows: softmax, sums, means, the largest, argMax, one-hot, look-ups, casts", () => {
    expectSame((x) => [tf.softmax(x as tf.Tensor), tf.logSoftmax(x as tf.Tensor)], [matrix(3, 7)]);
    for (const axis of [0, 1, [1, 2], [0, 1, 2]]) {
      expectSame(
        (x) => [tf.sum(x as tf.Tensor, axis), tf.mean(x as tf.Tensor, axis, true), tf.max(x as tf.Tensor, axis)],
        [cube()],
      );
    }
    expectSame((x) => tf.argMax(x as tf.Tensor, 1), [cube()]);
    expectSame(
      (x, table) => tf.gather(table as tf.Tensor, x as tf.Tensor1D),
      [tf.tensor1d([2, 0, 2], "int32"), matrix(3, 4)],
    );
    expectSame((x) => tf.oneHot(x as tf.Tensor1D, 4), [tf.tensor1d([2, 0, 3], "int32")]);
    expectSame((x) => tf.mul(tf.cast(x as tf.Tensor, "float32"), 0.5), [tf.tensor1d([2, -3], "int32")]);
    expectSame((x) => tf.cast(x as tf.Tensor, "int32"), [tf.tensor1d([2.7, -2.7, 0])]);
  });

  const cells: [string, () => RNNCell<never>][] = [
    ["BasicRNNCell", () => new BasicRNNCell({ inputSize: 3, numUnits: 5, seed: 1 }) as never],
    ["LSTMCell", () => new LSTMCell({ inputSize: 3, numUnits: 5, seed: 1 }) as never],
    [
      "LSTMCell with peepholes, clipped",
      () => new LSTMCell({ inputSize: 3, numUnits: 5, usePeepholes: true, cellClip: 0.1, seed: 1 }) as never,
    ],
    ["LSTMCell with a projection", () => new LSTMCell({ inputSize: 3, numUnits: 5, numProj: 2, seed: 1 }) as never],
    ["GRUCell", () => new GRUCell({ inputSize: 3, numUnits: 5, seed: 1 }) as never],
    ["ResetAfterGRUCell", () => new ResetAfterGRUCell({ inputSize: 3, numUnits: 5, seed: 1 }) as never],
    ["LayerNormBasicLSTMCell", () => new LayerNormBasicLSTMCell({ inputSize: 3, numUnits: 5, seed: 1 }) as never],
    [
      "MultiRNNCell",
      () =>
        new MultiRNNCell([
          new LSTMCell({ inputSize: 3, numUnits: 5, seed: 1 }),
          new GRUCell({ inputSize: 5, numUnits: 4, seed: 2 }),
        ]) as never,
    ],
  ];
  test.each(cells)("dynamicRnn of %s over 7 time steps, one example and two", (_, make) => {
    const cell = make();
    for (const batch of [1, 2]) {
      const outputs: Compute = (x) => dynamicRnn(cell as RNNCell, x as tf.Tensor3D)[0];
      expectSame(outputs, [uniform<tf.Rank.R3>([batch, 7, 3], 2)], cell.variables);
    }
    cell.dispose();
  });

  test("an LSTM over more time steps than a chunk of its inputs' product, and its last c", () => {
    const cell = new LSTMCell({ inputSize: 3, numUnits: 20, seed: 1 });
    for (const nSteps of [16, 17, 40]) {
      const outputs: Compute = (x) => dynamicRnn(cell, x as tf.Tensor3D)[0];
      const both: Compute = (x) => {
        const [all, { c }] = dynamicRnn(cell, x as tf.Tensor3D);
        return [all, c];
      };
      for (const compute of [outputs, both])
        expectSame(compute, [uniform<tf.Rank.R3>([1, nSteps, 3], 2)], cell.variables);
    }
  });

  test("a cell that runs twice over the same inputs", () => {
    const cell = new GRUCell({ inputSize: 3, numUnits: 5, seed: 1 });
    const both: Compute = (x) => [1, 2].map((times) => tf.mul(dynamicRnn(cell, x as tf.Tensor3D)[0], times));
    expectSame(both, [uniform<tf.Rank.R3>([1, 4, 3], 2)], cell.variables);
  });
});

describe.runIf(hasPlans())("compile(fn)", () => {
  test("takes kernels for one example, and a session for several, with the same numbers", () => {
    const call = vi.spyOn(Plan.prototype, "call");
    const cell = new LSTMCell({ inputSize: 3, numUnits: 5, seed: 1 });
    const layer = compile((x: tf.Tensor3D) => dynamicRnn(cell, x)[0], { variables: cell.variables });
    const x = uniform<tf.Rank.R3>([2, 6, 3], 2);
    const one = tf.slice(x, [1, 0, 0], [1, -1, -1]) as tf.Tensor3D;
    const both = layer(x);
    expect(call).not.toHaveBeenCalled();
    expectClose(layer(one), tf.slice(both, [1, 0, 0], [1, -1, -1]), 1e-6);
    expect(call).toHaveBeenCalledTimes(1);
    call.mockRestore();
  });
});

describe.runIf(hasPlans())("a plan", () => {
  test("computes what depends on variables alone only where one has changed", () => {
    const w = tf.variable(matrix(4, 5));
    const compute: Compute = (x) => tf.matMul(x as tf.Tensor, tf.tanh(tf.transpose(w)));
    const x = matrix(1, 5, 2);
    const plan = planOf(compute, [x], [w]);
    for (let i = 0; i < 3; i++) {
      tf.tidy(() => w.assign(tf.mul(w, 0.5)));
      for (let call = 0; call < 2; call++) expectClose(plan.call([x])[0] as tf.Tensor, compute(x) as tf.Tensor, 1e-6);
    }
  });

  test("refuses what it cannot compute, and names the operation", () => {
    const x = matrix(2, 3);
    const refused = (compute: Compute, inputs: tf.Tensor[], what: RegExp) => {
      expect(() => planOf(compute, inputs)).toThrow(Unsupported);
      expect(() => planOf(compute, inputs)).toThrow(what);
    };
    refused((given) => tf.sin(given as tf.Tensor), [x], /Sin/);
    refused((given) => tf.greater(given as tf.Tensor, 0), [x], /Greater/);
    refused(
      (given) => tf.add(given as tf.Tensor, given as tf.Tensor),
      [tf.tensor1d([1, 2], "int32")],
      /Add of integers/,
    );
    refused((given) => tf.logicalNot(given as tf.Tensor), [tf.tensor1d([1, 0], "bool")], /input 0/);
    refused((given) => tf.gather(given as tf.Tensor, [0], 1), [x], /GatherV2 along axis 1/);
    refused((given) => tf.sum(given as tf.Tensor, [0, 2]), [cube()], /Sum over axes/);
    refused(
      (given) => tf.matMul(given as tf.Tensor, tf.zeros([500, 2000])),
      [matrix(80, 500)],
      /80000000 multiply-adds/,
    );
  });

  test("says which index of a look-up a table does not have, and where the index is", () => {
    const table = tf.variable(matrix(5, 2));
    const plan = planOf((x) => tf.gather(table, x as tf.Tensor1D), [tf.tensor1d([0, 1], "int32")], [table]);
    const call = () => plan.call([tf.tensor1d([4, 5], "int32")]);
    expect(call).toThrow(IndexRangeError);
    expect(call).toThrow(/argument 0 at \[1\]: expected an index from 0 to 4, got 5/);
    expectClose(plan.call([tf.tensor1d([4, 0], "int32")])[0] as tf.Tensor, tf.gather(table, [4, 0]));
  });
});
