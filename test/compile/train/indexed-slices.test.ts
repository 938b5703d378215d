// A variable that rows are gathered from, such as an embedding: its gradient stays in indexed slices.
import { afterEach, describe, expect, test, vi } from "vitest";
import { type ScanOptions, scan, trainStep, trainStepOnRows } from "../../../src/compile";
import { GraphWriter } from "../../../src/compile/emit/graph-writer";
import {
  AdamOptimizer,
  AdamWOptimizer,
  dynamicRnn,
  Embedding,
  GRUCell,
  GradientDescentOptimizer,
  MomentumOptimizer,
  type Optimizer,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest } from "../../support";
import { onNative } from "../support";

scopeEachTest();
afterEach(() => {
  vi.restoreAllMocks();
});

const VOCABULARY = 40;
const words = () => new Embedding({ vocabularySize: VOCABULARY, embeddingSize: 3, seed: 1 });
/** Words of which some come twice, in one row and in two. */
const TEXT = tf.keep(tf.tensor2d([7, 7, 0, 39, 2, 7, 11, 0], [4, 2], "int32"));
const TARGETS = tf.keep(tf.tensor1d([1, -1, 2, 0.5]));

const sums = (embedding: Embedding) => (ids: tf.Tensor2D, y: tf.Tensor1D) =>
  tf.square(tf.sub(tf.sum(tf.sin(embedding.call(ids)), [1, 2]), y));

/** Compares steps of a compiled training with those of an eager one. */
function expectSame(make: () => Optimizer, loss: (e: Embedding) => ReturnType<typeof sums>, shards?: number) {
  const [a, b, fused, eager] = [words(), words(), make(), make()];
  const step = trainStep(loss(a), { variables: a.variables, optimizer: fused, ...(shards && { shards }) });
  for (let i = 0; i < 4; i++) {
    const value = tf.tidy(() => eager.minimize(() => tf.mean(loss(b)(TEXT, TARGETS)) as tf.Scalar, b.variables));
    expect(step(TEXT, TARGETS)).toBeCloseTo(value.dataSync()[0] as number, 5);
  }
  expectClose(a.embeddings, b.embeddings);
  step.dispose();
}

/** The operations of the graph that a first step writes. */
function written(run: () => void): string[] {
  const nodes = vi.spyOn(GraphWriter.prototype, "node");
  run();
  const ops = nodes.mock.calls.map(([op]) => op);
  nodes.mockRestore();
  return ops;
}

onNative("indexed slices", () => {
  describe.each([1, 2, 4])("in %d shards", (shards) => {
    test.each([
      ["gradient descent", () => new GradientDescentOptimizer({ learningRate: 0.1 })],
      ["momentum", () => new MomentumOptimizer({ learningRate: 0.1 })],
      ["Adam", () => new AdamOptimizer({ learningRate: 0.1 })],
      ["AdamW", () => new AdamWOptimizer({ learningRate: 0.1 })],
      ["gradient descent, clipped", () => new GradientDescentOptimizer({ learningRate: 0.1, globalClipNorm: 0.5 })],
    ])("%s: compiled steps ≡ eager ones, words that come twice included", (_, make) => {
      expectSame(make, sums, shards);
    });
  });

  test("gradient descent updates only the rows that were gathered: no node is as large as the variable", () => {
    const optimizer = new GradientDescentOptimizer({ learningRate: 0.1 });
    const e = words();
    const ops = written(() => trainStep(sums(e), { variables: e.variables, optimizer, shards: 2 })(TEXT, TARGETS));
    expect(ops).toEqual(expect.arrayContaining(["ResourceGather", "ResourceScatterSub"]));
    expect(ops).not.toContain("UnsortedSegmentSum");
  });

  test("a variable that is also used in another way has a dense gradient; one that is looked up in several places has slices", () => {
    const tied = (e: Embedding) => (ids: tf.Tensor2D, y: tf.Tensor1D) =>
      tf.add(sums(e)(ids, y), tf.mul(0.01, tf.sum(tf.square(e.embeddings))));
    const twice = (e: Embedding) => (ids: tf.Tensor2D, y: tf.Tensor1D) =>
      tf.add(sums(e)(ids, y), sums(e)(tf.reverse(ids, 1), y));
    for (const [loss, isSparse] of [
      [tied, false],
      [twice, true],
    ] as const) {
      expectSame(() => new MomentumOptimizer({ learningRate: 0.1 }), loss, 2);
      const [e, optimizer] = [words(), new MomentumOptimizer({ learningRate: 0.1 })];
      const ops = written(() => trainStep(loss(e), { variables: e.variables, optimizer })(TEXT, TARGETS));
      expect(ops.includes("ResourceSparseApplyMomentum")).toBe(isSparse);
    }
  });

  /** A loss whose loop over time looks words up, and may use the table, or all of it after the loop, in another way, too. */
  const inLoop =
    (options: ScanOptions, use: { inside?: boolean; after?: boolean } = {}) =>
    (e: Embedding) =>
    (ids: tf.Tensor2D, y: tf.Tensor1D) => {
      const all = () => tf.mul(0.03, tf.sum(tf.square(e.embeddings)));
      const step = ([now]: tf.Tensor[], [h]: tf.Tensor[]) => {
        const next = tf.tanh(tf.add(h as tf.Tensor, e.call(now as tf.Tensor1D)));
        return { results: [], states: [use.inside ? tf.mul(next, all()) : next] };
      };
      const words = tf.transpose(tf.concat([ids, tf.reverse(ids, 1), ids.slice([0, 0], [-1, 1])], 1)); // 5 time steps
      const { states } = scan(step, [words], [tf.zeros([ids.shape[0], 3])], options);
      const error = tf.square(tf.sub(tf.sum(states[0] as tf.Tensor, 1), y)) as tf.Tensor1D;
      return use.after ? (tf.add(error, all()) as tf.Tensor1D) : error;
    };

  test("a table that a loop over time looks up in is read by rows: nothing but a fetch reads it whole", () => {
    for (const shards of [1, 2]) {
      const [e, optimizer] = [words(), new MomentumOptimizer()];
      const loss = inLoop({ unroll: 1 })(e);
      const ops = written(() => trainStep(loss, { variables: e.variables, optimizer, shards })(TEXT, TARGETS));
      expect(ops).toEqual(expect.arrayContaining(["Enter", "ResourceGather", "ResourceSparseApplyMomentum"]));
      // The table's and the slot's fetch. (The comparison of the shards with the whole batch is fed the table, without a copy.)
      expect(ops.filter((op) => op === "ReadVariableOp")).toHaveLength(2);
    }
  });

  test.each([
    ["a loop and a rest of one time step", inLoop({ unroll: 2 })],
    ["recomputed", inLoop({ unroll: 1, recompute: true })],
    ["all of the table inside the loop, too", inLoop({ unroll: 1 }, { inside: true })],
    ["all of the table after the loop, too", inLoop({ unroll: 2 }, { after: true })],
    [
      "look-ups after the loop, too",
      (e: Embedding) => (ids: tf.Tensor2D, y: tf.Tensor1D) =>
        tf.add(inLoop({ unroll: 1 })(e)(ids, y), sums(e)(ids, y)) as tf.Tensor1D,
    ],
  ])("in a loop over time, %s: compiled ≡ eager", (_, loss) => {
    for (const shards of [1, 2]) expectSame(() => new MomentumOptimizer({ learningRate: 0.1 }), loss, shards);
  });

  test("a gather along another axis, or with batch axes, has a dense gradient", () => {
    const tables = [1, 2, 3].map(() => tf.variable(tf.ones<tf.Rank.R2>([3, 3])));
    const [rows, columns, own] = tables as [tf.Variable, tf.Variable, tf.Variable];
    const loss = (x: tf.Tensor1D) => {
      const ids = tf.tensor1d([0, 2], "int32");
      const byBatch = tf.gather(own, tf.tensor2d([[0], [1], [1]], [3, 1], "int32") as unknown as tf.Tensor1D, 1, 1);
      const sum = tf.add(tf.sum(tf.gather(rows, ids)), tf.add(tf.sum(tf.gather(columns, ids, 1)), tf.sum(byBatch)));
      return tf.mul(x, sum);
    };
    const options = { variables: tables, optimizer: new MomentumOptimizer(), shards: 1 };
    const ops = written(() => trainStep(loss, options)(tf.ones([2])));
    expect(ops.filter((op) => /Apply/.test(op))).toEqual([
      ...["ResourceSparseApplyMomentum", "ResourceApplyMomentum", "ResourceApplyMomentum"],
    ]);
  });

  test("few rows: the meaning is the same; where all rows move anyway, each shard sums its slices", () => {
    const few = () => new Embedding({ vocabularySize: 8, embeddingSize: 2, seed: 1 });
    const ids = tf.tensor2d([7, 7, 0, 3, 2, 7, 1, 0], [4, 2], "int32"); // neither 4, 5 nor 6
    const run = (optimizer: Optimizer) => {
      const e = few();
      const step = trainStep(sums(e), { variables: e.variables, optimizer, shards: 2 });
      const ops = written(() => step(ids, TARGETS));
      tf.tidy(() => e.embeddings.assign(few().embeddings));
      step(ids, TARGETS);
      step.dispose();
      return { ops, rows: tf.slice(e.embeddings, [4, 0], [3, 2]), start: tf.slice(few().embeddings, [4, 0], [3, 2]) };
    };
    for (const optimizer of [new MomentumOptimizer(), new GradientDescentOptimizer()]) {
      const { rows, start } = run(optimizer);
      expectClose(rows, start, 0);
    }
    expect(run(new AdamOptimizer()).ops).not.toContain("ResourceGather");
  });

  test.each([
    ["gradient descent", () => new GradientDescentOptimizer({ learningRate: 0.1 })],
    ["Adam", () => new AdamOptimizer({ learningRate: 0.1 })],
    ["AdamW", () => new AdamWOptimizer({ learningRate: 0.1 })],
  ])("%s: two sliced variables and a weight too large for one vector, guarded: compiled ≡ eager", (_, make) => {
    const model = () => {
      const [one, two] = [words(), words()];
      const large = tf.tidy(() => tf.variable(tf.ones<tf.Rank.R2>([3, 400_000]))); // with its gradient over 2²⁰ numbers
      const loss = (ids: tf.Tensor2D, y: tf.Tensor1D) => {
        const both = tf.add(one.call(ids), tf.mul(two.call(tf.sub(tf.scalar(39, "int32"), ids)), 2)) as tf.Tensor3D;
        return tf.square(tf.sub(tf.mean(tf.matMul(tf.sum(both, 1) as tf.Tensor2D, large as tf.Tensor2D), 1), y));
      };
      return { loss, tables: [one.embeddings, two.embeddings], variables: [one.embeddings, two.embeddings, large] };
    };
    const [a, b, fused, eager] = [model(), model(), make(), make()];
    const step = trainStep(a.loss, { variables: a.variables, optimizer: fused, shards: 2, guard: true });
    for (let i = 0; i < 3; i++) {
      const loss = tf.tidy(() => eager.minimize(() => tf.mean(b.loss(TEXT, TARGETS)) as tf.Scalar, b.variables));
      expect(step(TEXT, TARGETS)).toBeCloseTo(loss.dataSync()[0] as number, 4);
    }
    a.tables.forEach((table, i) => {
      expectClose(table, b.tables[i] as tf.Variable);
    });
    step.dispose();
  });

  test("words into a GRU, with another weight, by row numbers: compiled ≡ eager", () => {
    const make = () => {
      const [embedding, cell] = [words(), new GRUCell({ inputSize: 3, numUnits: 2, seed: 2 })];
      const variables = [...embedding.variables, ...cell.variables];
      const loss = (ids: tf.Tensor2D, y: tf.Tensor1D) =>
        tf.square(tf.sub(tf.sum(dynamicRnn(cell, embedding.call(ids) as tf.Tensor3D)[1], 1), y));
      return { embedding, variables, loss, optimizer: new GradientDescentOptimizer({ learningRate: 0.5 }) };
    };
    const [a, b] = [make(), make()];
    const step = trainStepOnRows([TEXT, TARGETS], a.loss, {
      variables: a.variables,
      optimizer: a.optimizer,
      shards: 2,
    });
    for (const rows of [
      [0, 1],
      [3, 2],
      [3, 3],
    ]) {
      const [ids, y] = [tf.gather(TEXT, rows), tf.gather(TARGETS, rows)];
      const loss = b.optimizer.minimize(() => tf.mean(b.loss(ids, y)), b.variables);
      expect(step(rows)).toBeCloseTo(loss.dataSync()[0] as number, 5);
    }
    a.variables.forEach((variable, i) => {
      expectClose(variable, b.variables[i] as tf.Variable);
    });
  });

  test("the guard names a sliced variable, and moves nothing", () => {
    const e = words();
    tf.tidy(() => e.embeddings.assign(tf.zerosLike(e.embeddings)));
    const before = e.embeddings.dataSync();
    const norm = (ids: tf.Tensor2D) => tf.sqrt(tf.sum(tf.square(e.call(ids)), [1, 2])); // steep without end at 0
    const options = { variables: e.variables, optimizer: new GradientDescentOptimizer(), guard: true };
    const step = trainStep(norm, options);
    expect(() => step(TEXT)).toThrow(/gradient of variables\[0\]/);
    expect(e.embeddings.dataSync()).toEqual(before);
  });

  test("a word outside the vocabulary is an error, and moves nothing", () => {
    const e = words();
    const step = trainStep(sums(e), { variables: e.variables, optimizer: new GradientDescentOptimizer() });
    step(TEXT, TARGETS);
    const before = e.embeddings.dataSync();
    expect(() => step(tf.fill([4, 2], VOCABULARY, "int32"), TARGETS)).toThrow(/indices\[0.*40/);
    expect(e.embeddings.dataSync()).toEqual(before);
  });
});
