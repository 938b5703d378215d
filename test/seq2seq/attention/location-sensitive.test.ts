import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, compile } from "../../../src/compile";
import { BasicRNNCell, dynamicRnn, GRUCell, importWeights } from "../../../src/rnn";
import { AttentionWrapper, LocationSensitiveAttention } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

interface GoldenCase {
  options: { kernelSize: number; normalize: boolean };
  lengths: number[];
  x: number[][][];
  memory: number[][][];
  weigh: number[][][];
  weighAlignments: number[][];
  weights: Record<string, tf.TensorLike>;
  outputs: number[][][];
  alignments: number[][];
  gradients: Record<string, tf.TensorLike>;
}

/** make_location.py beside the file made its numbers. */
const { sizes, cases } = JSON.parse(readFileSync(join(__dirname, "../../golden/attention/location.json"), "utf8")) as {
  sizes: { units: number; score: number; filters: number };
  cases: GoldenCase[];
};

function wrapperOf({ options, x, memory, weights }: GoldenCase) {
  const [inputSize, memorySize] = [x, memory].map((given) => given[0]?.[0]?.length as number) as [number, number];
  const cell = new BasicRNNCell({ inputSize: inputSize + memorySize, numUnits: sizes.units });
  const own = { numUnits: sizes.score, querySize: sizes.units, filters: sizes.filters, ...options };
  const wrapper = new AttentionWrapper(cell, new LocationSensitiveAttention({ ...own, memorySize }));
  const arrays = Object.entries(weights).map(([name, values]) => {
    const tensor = tf.tensor(values);
    return [name, { data: tensor.dataSync() as Float32Array, shape: tensor.shape }];
  });
  importWeights(wrapper, Object.fromEntries(arrays));
  return wrapper;
}

describe.each(cases)("LocationSensitiveAttention($options)", (golden) => {
  const both = (wrapper: ReturnType<typeof wrapperOf>) => (x: tf.Tensor3D, memory: tf.Tensor3D) => {
    const named = Object.values(wrapper.weights);
    const unrolled = (x: tf.Tensor3D, memory: tf.Tensor3D) => {
      const [outputs, { alignments }] = dynamicRnn(wrapper.attend(memory, golden.lengths), x);
      return { outputs, alignments };
    };
    const loss = (x: tf.Tensor3D, memory: tf.Tensor3D) => {
      const { outputs, alignments } = unrolled(x, memory);
      const weighed = tf.sum(tf.mul(alignments, golden.weighAlignments));
      return tf.add(tf.sum(tf.mul(outputs, golden.weigh)), weighed) as tf.Scalar;
    };
    const { grads } = tf.engine().gradients(() => loss(x, memory), [x, memory, ...named]);
    const { outputs, alignments } = unrolled(x, memory);
    return [outputs, alignments, ...grads];
  };
  const expectGolden = (wrapper: ReturnType<typeof wrapperOf>, made: readonly tf.Tensor[]) => {
    expect(Object.keys(wrapper.weights).sort()).toEqual(Object.keys(golden.weights).sort());
    expectClose(made[0], golden.outputs, 2e-6);
    expectClose(made[1], golden.alignments, 2e-6);
    for (const [i, name] of ["x", "memory", ...Object.keys(wrapper.weights)].entries()) {
      expectClose(made[2 + i], tf.tensor(golden.gradients[name] as tf.TensorLike), 5e-6);
    }
  };

  test("outputs, alignments and gradients are those of the paper's equations", () => {
    const wrapper = wrapperOf(golden);
    expectGolden(wrapper, both(wrapper)(tf.tensor3d(golden.x), tf.tensor3d(golden.memory)));
  });

  test.runIf(canCompile())("and compiled", () => {
    const wrapper = wrapperOf(golden);
    const run = compile(both(wrapper), { variables: wrapper.variables });
    expectGolden(wrapper, run(tf.tensor3d(golden.x), tf.tensor3d(golden.memory)));
    run.dispose();
  });
});

const mechanismOf = (more = {}) =>
  new LocationSensitiveAttention({
    numUnits: 5,
    memorySize: 6,
    querySize: 4,
    filters: 3,
    kernelSize: 5,
    seed: 1,
    ...more,
  });

test("a batch ≡ its examples one by one, each with its memory trimmed to its length", () => {
  const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 6, numUnits: 4, seed: 2 }), mechanismOf());
  const [memory, x, lengths] = [uniform<tf.Rank.R3>([3, 7, 6], 3), uniform<tf.Rank.R3>([3, 4, 3], 4), [7, 1, 3]];
  const [outputs, { alignments }] = dynamicRnn(cell.attend(memory, lengths), x);
  for (const [i, length] of lengths.entries()) {
    const one = cell.attend(tf.slice(memory, [i, 0, 0], [1, length, 6]));
    const [alone, state] = dynamicRnn(one, tf.slice(x, [i, 0, 0], [1, 4, 3]));
    expectClose(tf.slice(outputs, [i, 0, 0], [1, 4, 6]), alone);
    expectClose(tf.slice(alignments, [i, 0], [1, length]), state.alignments);
    expect(tf.max(tf.abs(tf.slice(alignments, [i, length], [1, 7 - length]))).dataSync()[0] ?? 0).toBeOneOf([
      0,
      -Infinity,
    ]);
  }
});

test("with a memory of equal places, Bahdanau's alignments are equal everywhere; with locations they can move on", () => {
  const mechanism = mechanismOf({ filters: 1, kernelSize: 3 });
  const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 6, numUnits: 4, seed: 2 }), mechanism);
  mechanism.locationKernel.assign(tf.tensor3d([[[1]], [[0]], [[0]]])); // each place sees the place before it
  mechanism.locationLayer.assign(tf.fill([1, 5], 20));
  mechanism.attentionV.assign(tf.fill([5], 20));
  const attended = cell.attend(tf.ones([1, 4, 6]));
  let state = attended.zeroState(1);
  [, state] = attended.call(tf.zeros([1, 3]), state);
  expectClose(state.alignments, [[0.25, 0.25, 0.25, 0.25]]); // nothing was seen before
  state = { ...state, alignments: tf.tensor2d([[1, 0, 0, 0]]) };
  for (const place of [1, 2, 3]) {
    [, state] = attended.call(tf.zeros([1, 3]), state);
    expectClose(state.alignments, tf.oneHot([place], 4).toFloat(), 1e-4);
  }
});

test("LocationSensitiveAttention leaks nothing, has a seed, and refuses what is no option", () => {
  expectTensors(0, () => {
    const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 6, numUnits: 4 }), mechanismOf());
    tf.tidy(() => tf.dispose(dynamicRnn(cell.attend(tf.ones([2, 5, 6])), tf.ones([2, 3, 3]))));
    cell.dispose();
  });
  const valuesOf = (seed: number) => mechanismOf({ seed }).variables.map((each) => each.dataSync().join());
  expect(valuesOf(7)).toEqual(valuesOf(7));
  expect(valuesOf(8)).not.toEqual(valuesOf(7));
  const wide = mechanismOf({ filters: undefined, kernelSize: undefined });
  expect([wide.locationKernel.shape, wide.locationLayer.shape]).toEqual([
    [31, 1, 32],
    [32, 5],
  ]);
  expect(() => mechanismOf({ filters: 0 })).toThrow("LocationSensitiveAttention: filters: expected");
  expect(() => mechanismOf({ kernelSize: 2.5 })).toThrow("LocationSensitiveAttention: kernelSize: expected");
  expect(() => mechanismOf({ probabilityFn: 3 })).toThrow("LocationSensitiveAttention: probabilityFn: expected");
  expect(() => mechanismOf({ kernel: 3 })).toThrow(/also kernel/);
});
