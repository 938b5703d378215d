// Clipping gives the right numbers for gradients of any size, and NaN where one is not finite.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, compile, StepNotFiniteError, trainStep } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import { clippingOf } from "../../../src/rnn/optimizers/extras/clipping";
import * as tf from "../../../src/tf";
import { fit } from "../../../src/train";
import { expectClose, scopeEachTest } from "../../support";
import { dense, labels, numbers, quick, weightsOf } from "../../train/support";

beforeAll(() => tf.ready());
scopeEachTest();

type Way = "clipValue" | "clipNorm" | "globalClipNorm";
type Lists = readonly (readonly number[])[];
const [INF, NAN] = [Number.POSITIVE_INFINITY, Number.NaN];

const clip = (way: Way, limit: number, compiled: boolean) => (lists: Lists) => {
  const run = clippingOf("test", { [way]: limit }) as (gradients: tf.Tensor[]) => tf.Tensor[];
  const native = compiled ? compile((...given: tf.Tensor[]) => run(given)) : run;
  const tensors = lists.map((list) => tf.tensor1d([...list]));
  const clipped = compiled ? (native as (...given: tf.Tensor[]) => tf.Tensor[])(...tensors) : run(tensors);
  const values = clipped.map((each) => [...each.dataSync()]);
  if ("dispose" in native) (native as { dispose(): void }).dispose();
  return values;
};

/** In float64, where nothing overflows. */
function expected(way: Way, limit: number, lists: Lists): number[][] {
  const normOf = (all: Lists) => Math.sqrt(all.flat().reduce((sum, g) => sum + g * g, 0));
  const factor = (norm: number) => (Number.isFinite(norm) ? Math.min(1, limit / norm) : NAN);
  if (way === "clipValue") return lists.map((list) => list.map((g) => Math.max(-limit, Math.min(limit, g))));
  return lists.map((list) => list.map((g) => g * factor(normOf(way === "clipNorm" ? [list] : lists))));
}

/** @param limit g · limit may be a denormal number, which the processor flushes to 0 */
function expectSame(actual: Lists, right: Lists, limit = 1): void {
  const flushed = 2e-38 / Math.min(limit, 1);
  const largest = Math.max(...right.flat().map(Math.abs).filter(Number.isFinite), 1e-44);
  for (const [i, value] of right.flat().entries()) {
    const got = actual.flat()[i] as number;
    const tolerance = Math.max(Math.abs(value) * 3e-6, largest * 1e-14, flushed);
    if (Number.isNaN(value)) expect(got).toBeNaN();
    else expect(Math.abs(got - value), `${got} for ${value}`).toBeLessThanOrEqual(tolerance);
  }
}

describe.each([false, ...(canCompile() ? [true] : [])])("compiled: %s", (compiled) => {
  test.each<[Way, Lists, Lists]>([
    ["globalClipNorm", [[3e25, 0], [4e25]], [[0.6, 0], [0.8]]],
    ["globalClipNorm", [[3e38, 0], [0]], [[1, 0], [0]]],
    ["globalClipNorm", [[INF, 1], [2]], [[NAN, NAN], [NAN]]],
    ["globalClipNorm", [[-INF, 1], [2]], [[NAN, NAN], [NAN]]],
    ["globalClipNorm", [[NAN, 1], [2]], [[NAN, NAN], [NAN]]],
    ["globalClipNorm", [[0, 0], [0]], [[0, 0], [0]]],
    ["clipNorm", [[3e25, 4e25], [2]], [[0.6, 0.8], [1]]],
    ["clipNorm", [[INF, 1], [2]], [[NAN, NAN], [1]]],
    ["clipNorm", [[NAN, 1], [2]], [[NAN, NAN], [1]]],
    ["clipNorm", [[0, 0], [0.5]], [[0, 0], [0.5]]],
    ["clipValue", [[1e25, -1e25], [0.5]], [[1, -1], [0.5]]],
    ["clipValue", [[INF, -INF], [2]], [[1, -1], [1]]], // as TensorFlow 1.x's clip_by_value
    ["clipValue", [[NAN, 1], [2]], [[NAN, 1], [1]]],
  ])("%s: 1 of %j gives %j", (way, lists, right) => {
    expectSame(clip(way, 1, compiled)(lists), right);
  });
});

test("gradients of any size and limits of any size ≡ float64", () => {
  const power = (most: number) => fc.integer({ min: -most, max: most }).map((exponent) => 10 ** exponent);
  const element = fc.tuple(power(37), fc.double({ min: -3, max: 3, noNaN: true })).map(([a, b]) => Math.fround(a * b));
  const lists = fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
  const ways = fc.constantFrom<Way>("clipValue", "clipNorm", "globalClipNorm");
  fc.assert(
    fc.property(ways, power(15), lists, (way, limit, gradients) =>
      tf.tidy(() => expectSame(clip(way, limit, false)(gradients), expected(way, limit, gradients), limit)),
    ),
    { numRuns: 200 },
  );
});

test("where no square overflows, the numbers are those of the plain norm, bit for bit", () => {
  const element = fc.float({ min: -1e6, max: 1e6, noNaN: true });
  const lists = fc.array(fc.array(element, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), lists, (limit, gradients) =>
      tf.tidy(() => {
        const g = gradients.map((list) => tf.tensor1d([...list]));
        const norm = tf.sqrt(tf.addN(g.map((each) => tf.sum(tf.square(each)))));
        const factor = tf.mul(limit, tf.minimum(tf.div(1, norm), 1 / limit));
        const joint = g.map((each) => [...tf.mul(each, factor).dataSync()]);
        expect(clip("globalClipNorm", limit, false)(gradients)).toEqual(joint);
        const each = g.map((one) => {
          const most = tf.maximum(tf.sqrt(tf.sum(tf.square(one))), limit);
          return [...tf.div(tf.mul(one, limit), most).dataSync()];
        });
        expect(clip("clipNorm", limit, false)(gradients)).toEqual(each);
      }),
    ),
    { numRuns: 200 },
  );
});

test("a limit that would overflow or underflow itself is refused", () => {
  const make = (globalClipNorm: number) => new rnn.AdamOptimizer({ globalClipNorm });
  expect(() => make(1e38)).toThrow(/globalClipNorm: expected a number from 1e-15 to 1e15/);
  expect(() => make(1e-38)).toThrow(/globalClipNorm/);
});

describe.each([false, ...(canCompile() ? [true] : [])])("fit, compiled: %s", (compiled) => {
  const data = { x: numbers([8, 2]), y: labels(8, 3) };

  test.each(["clipNorm", "globalClipNorm"])("a gradient of 1e25 moves the weights by %s: 1", async (way) => {
    const steep = (outputs: tf.Tensor) => tf.mul(tf.sum(outputs, 1), 1e25);
    const model = dense();
    const [, bias] = model.variables as [tf.Variable, tf.Variable];
    const optimizer = new rnn.GradientDescentOptimizer({ learningRate: 1, [way]: 1 });
    await fit(model, data, quick({ optimizer, loss: steep, compiled }));
    const moved = Math.hypot(...(way === "clipNorm" ? [...bias.dataSync()] : weightChange(model)));
    expect(moved).toBeCloseTo(1, 5);
  });

  test.each(["clipValue", "clipNorm", "globalClipNorm"])("an infinite gradient with %s is no step", async (way) => {
    const rooted = (outputs: tf.Tensor) => tf.mean(tf.sqrt(tf.relu(tf.sub(outputs, outputs))), 1);
    const [model, optimizer] = [dense(), new rnn.AdamOptimizer({ [way]: 1 })];
    const before = weightsOf(model);
    await expect(fit(model, data, quick({ optimizer, loss: rooted, compiled }))).rejects.toMatchObject({
      name: "NotFiniteError",
      tensor: "the gradient of layer/dense/kernel",
    });
    expect([weightsOf(model), optimizer.step]).toEqual([before, 0]);
  });
});

const weightChange = (model: ReturnType<typeof dense>) => {
  const start = weightsOf(dense());
  return weightsOf(model).map((value, i) => value - (start[i] as number));
};

test.runIf(canCompile()).each([1, 2])(
  "compiled steps of any gradients ≡ eager ones, where the squares overflow and where not, in %i shards",
  (shards) => {
    for (const way of ["clipNorm", "globalClipNorm"]) {
      const weights = () => [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([3, 4, 5]))] as const;
      const [compiled, eager] = [weights(), weights()];
      const make = () => new rnn.MomentumOptimizer({ learningRate: 0.5, [way]: 1.5 });
      const [a, b] = [make(), make()];
      const step = trainStep(
        (x: tf.Tensor2D) =>
          tf.add(
            tf.sum(tf.mul(tf.slice(x, [0, 0], [-1, 2]), compiled[0]), 1),
            tf.sum(tf.mul(tf.slice(x, [0, 2]), compiled[1]), 1),
          ),
        { variables: [...compiled], optimizer: a, shards },
      );
      const rows = [
        [1, 2, 3, 4, 5],
        [1e25, -3, 4e24, 5, 6],
        [0.1, 0.2, 0.3, 0.1, 0],
        [0, 0, 1e30, 0, 0],
        [0, 0, 0, 0, 0],
      ];
      for (const row of rows) {
        step(tf.tensor2d([row, row]));
        const gradients = [row.slice(0, 2), row.slice(2)].map((values) => tf.tensor1d(values));
        b.applyGradients(eager.map((variable, i) => ({ variable, gradient: gradients[i] as tf.Tensor })));
        for (const [i, variable] of compiled.entries()) expectClose(variable, eager[i] as tf.Variable, 2e-6);
      }
      step.dispose();
    }
  },
);

test.runIf(canCompile())("a guarded step with NaN and any clipping throws a StepNotFiniteError, at every call", () => {
  for (const way of ["clipValue", "clipNorm", "globalClipNorm"]) {
    for (const shards of [1, 2]) {
      const w = tf.variable(tf.tensor1d([1, 2]));
      const optimizer = new rnn.AdamOptimizer({ [way]: 1 });
      const step = trainStep((x: tf.Tensor2D) => tf.sum(tf.mul(x, w), 1), {
        variables: [w],
        optimizer,
        guard: true,
        shards,
      });
      for (let i = 0; i < 3; i++) expect(() => step(tf.fill([4, 2], Number.NaN))).toThrow(StepNotFiniteError);
      expect(step(tf.ones([4, 2]))).toBe(3);
      step.dispose();
      optimizer.dispose();
    }
  }
});
