// Any look-ups, in any shards, accumulated or not: compiled steps ≡ eager ones ≡ TensorFlow 1.x's formulas on the rows alone.
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { canCompile, trainStep } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

/** The update of one number by its gradient, and of its slots, in place. @param t the number of the step, from 1 */
type Rule = (slots: number[], g: number, t: number) => number;
interface Kind {
  make(more: rnn.OptimizerOptions): rnn.Optimizer;
  slots: number[];
  change: Rule;
}
const momentum =
  (nesterov: boolean): Rule =>
  (slots, g) => {
    slots[0] = 0.9 * (slots[0] as number) + g;
    return 0.1 * (nesterov ? g + 0.9 * slots[0] : slots[0]);
  };
const KINDS: Kind[] = [
  { make: (more) => new rnn.GradientDescentOptimizer(more), slots: [], change: (_, g) => 0.1 * g },
  { make: (more) => new rnn.MomentumOptimizer(more), slots: [0], change: momentum(false) },
  { make: (more) => new rnn.MomentumOptimizer({ ...more, useNesterov: true }), slots: [0], change: momentum(true) },
  {
    make: (more) => new rnn.AdagradOptimizer(more),
    slots: [0.1],
    change: (slots, g) => {
      slots[0] = (slots[0] as number) + g * g;
      return (0.1 * g) / Math.sqrt(slots[0]);
    },
  },
  {
    make: (more) => new rnn.RMSPropOptimizer({ ...more, epsilon: 1e-3, momentum: 0.5 }),
    slots: [1, 0],
    change: (slots, g) => {
      slots[0] = 0.9 * (slots[0] as number) + 0.1 * g * g;
      slots[1] = 0.5 * (slots[1] as number) + (0.1 * g) / Math.sqrt(slots[0] + 1e-3);
      return slots[1];
    },
  },
  {
    make: (more) => new rnn.LazyAdamOptimizer({ ...more, epsilon: 1e-3 }),
    slots: [0, 0],
    change: (slots, g, t) => {
      slots[0] = 0.9 * (slots[0] as number) + 0.1 * g;
      slots[1] = 0.999 * (slots[1] as number) + 0.001 * g * g;
      const alpha = (0.1 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
      return (alpha * slots[0]) / (Math.sqrt(slots[1]) + 1e-3);
    },
  },
];

interface Shape {
  rows: number;
  columns: number;
  batch: number;
  perExample: number;
}
interface Batch {
  ids: tf.Tensor2D;
  others: tf.Tensor1D;
  scale: tf.Tensor2D;
}
function makeBatch({ rows, batch, perExample }: Shape, seed: number): Batch {
  const ids = (shape: number[], at: number) =>
    tf.floor(tf.randomUniform(shape, 0, Math.max(1, rows - 1), "float32", at)).toInt(); // the last row is never looked up
  const scale = uniform<tf.Rank.R2>([batch, perExample], seed + 2);
  const isZero = tf.less(uniform<tf.Rank.R2>([batch, perExample], seed + 3), -0.5); // looked up, with a gradient of zero
  return {
    ids: ids([batch, perExample], seed) as tf.Tensor2D,
    others: ids([batch], seed + 1) as tf.Tensor1D,
    scale: tf.where(isZero, tf.zerosLike(scale), scale),
  };
}
const terms = (table: tf.Tensor2D) => (ids: tf.Tensor2D, others: tf.Tensor1D, scale: tf.Tensor2D) => {
  const first = tf.mul(tf.sum(tf.gather(table, ids as unknown as tf.Tensor1D), 2), scale);
  return tf.add(tf.sum(first, 1), tf.sum(tf.gather(table, others), 1));
};

/** The table after all updates, each by the batches of one list. */
function reference({ slots, change }: Kind, start: tf.Tensor2D, updates: readonly Batch[][]): number[] {
  const columns = start.shape[1];
  const table = Array.from(start.dataSync());
  const own = table.map(() => [...slots]);
  updates.forEach((batches, step) => {
    const sums = new Map<number, number>();
    const count = batches.reduce((sum, { others }) => sum + others.size, 0);
    for (const { ids, others, scale } of batches) {
      const scales = scale.dataSync();
      const add = (row: number, g: number) => sums.set(row, (sums.get(row) ?? 0) + g / count);
      for (const [i, row] of ids.dataSync().entries()) add(row, scales[i] as number);
      for (const row of others.dataSync()) add(row, 1);
    }
    for (const [row, g] of sums) {
      for (let at = row * columns; at < (row + 1) * columns; at++) {
        table[at] = (table[at] as number) - change(own[at] as number[], g, step + 1);
      }
    }
  });
  return table;
}

function trained(make: Kind["make"], start: tf.Tensor2D, updates: readonly Batch[][], way: string): tf.Tensor {
  const table = tf.variable(start) as tf.Variable<tf.Rank.R2>;
  const optimizer = make({ learningRate: 0.1, gradientAccumulationSteps: (updates[0] as Batch[]).length });
  const loss = terms(table);
  if (way === "eager") {
    for (const { ids, others, scale } of updates.flat()) {
      const { gradients } = rnn.computeGradients(() => tf.mean(loss(ids, others, scale)) as tf.Scalar, [table]);
      optimizer.applyGradients(gradients, { count: others.size });
    }
  } else {
    const options = { variables: [table], optimizer, shards: Number(way[0]), guard: way.includes("guarded") };
    const step = trainStep(loss, options);
    for (const { ids, others, scale } of updates.flat()) step(ids, others, scale);
    step.dispose();
  }
  const result = tf.clone(table);
  optimizer.dispose();
  table.dispose();
  return result;
}

test("any rows, look-ups, shards and numbers of batches for an update: each optimizer moves what its formula moves", () => {
  const shapes = fc.record({
    rows: fc.integer({ min: 2, max: 9 }),
    columns: fc.integer({ min: 1, max: 3 }),
    batch: fc.constantFrom(2, 4),
    perExample: fc.integer({ min: 1, max: 3 }),
  });
  const ways = canCompile() ? fc.constantFrom("eager", "1", "2", "2 guarded") : fc.constant("eager");
  fc.assert(
    fc.property(
      fc.nat(KINDS.length - 1),
      shapes,
      ways,
      fc.constantFrom(1, 1, 2),
      fc.nat(1000),
      (at, shape, way, n, seed) =>
        tf.tidy(() => {
          const kind = KINDS[at] as Kind;
          const updates = [0, 1, 2].map((update) =>
            Array.from({ length: n }, (_, i) => makeBatch(shape, seed + 100 * update + 10 * i)),
          );
          const start = uniform<tf.Rank.R2>([shape.rows, shape.columns], seed);
          const actual = trained(kind.make, start, updates, way);
          expectClose(actual, tf.tensor(reference(kind, start, updates), start.shape), 2e-5);
          const last = (table: tf.Tensor) => [...tf.slice(table, [shape.rows - 1, 0], [1, -1]).dataSync()];
          expect(last(actual)).toEqual(last(start)); // bit for bit
        }),
    ),
    { numRuns: 30 },
  );
});
