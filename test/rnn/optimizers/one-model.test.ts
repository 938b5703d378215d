// An optimizer that has stepped refuses weights that its first step did not have.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, trainStep, trainStepOnRows } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { fit } from "../../../src/train";
import { expectTensors, scopeEachTest } from "../../support";
import { classifier, quick, sequences } from "../../train/support";

beforeAll(() => tf.ready());
scopeEachTest();

const KINDS: Record<string, () => rnn.Optimizer> = {
  "gradient descent": () => new rnn.GradientDescentOptimizer({ learningRate: 0.1 }),
  momentum: () => new rnn.MomentumOptimizer({ learningRate: 0.1 }),
  RMSProp: () => new rnn.RMSPropOptimizer(),
  Adam: () => new rnn.AdamOptimizer({ learningRate: 0.1 }),
  AdamW: () => new rnn.AdamWOptimizer(),
  LazyAdam: () => new rnn.LazyAdamOptimizer({ learningRate: 0.1 }),
  Adagrad: () => new rnn.AdagradOptimizer({ learningRate: 0.1 }),
  Adadelta: () => new rnn.AdadeltaOptimizer({ learningRate: 0.1 }),
  Ftrl: () => new rnn.FtrlOptimizer({ learningRate: 0.1 }),
};
const REFUSAL =
  /^\w+Optimizer: variables: expected the weights that its first step had, .*write new \w+Optimizer\(\{ … \}\) for another model\), got .*, which is new$/;

const variable = (value = 1, name?: string) => tf.variable(tf.tensor1d([value]), true, name);
type Step = (optimizer: rnn.Optimizer, variables: tf.Variable[], frozen?: tf.Variable[]) => () => unknown;
const WAYS: Record<string, Step> = {
  minimize: (optimizer, variables) => () =>
    optimizer.minimize(() => tf.addN(variables.map((each) => tf.sum(tf.square(each)))) as tf.Scalar, variables),
  applyGradients:
    (optimizer, variables, frozen = []) =>
    () =>
      optimizer.applyGradients(
        variables.map((each) => ({ variable: each, gradient: tf.tensor1d([2]) })),
        { variables: [...variables, ...frozen] },
      ),
};
const COMPILED: Record<string, Step> = {
  trainStep: (optimizer, variables, frozen = []) => {
    const loss = (x: tf.Tensor1D) => tf.mul(x, tf.addN(variables.map((each) => tf.square(each))));
    const step = trainStep(loss, { variables, frozen, optimizer });
    return () => step(tf.ones([2]));
  },
  trainStepOnRows: (optimizer, variables) => {
    const loss = (x: tf.Tensor1D) => tf.mul(x, tf.addN(variables.map((each) => tf.square(each))));
    const step = trainStepOnRows([tf.ones([2])] as [tf.Tensor1D], loss, { variables, optimizer });
    return () => step([0, 1]);
  },
};

describe.each(Object.entries(KINDS))("%s", (_kind, make) => {
  test.each(Object.entries({ ...WAYS, ...(canCompile() ? COMPILED : {}) }))("%s", (_way, stepOf) => {
    const [w, other] = [variable(), variable()];
    const optimizer = make();
    stepOf(optimizer, [w])();
    const before = [...w.dataSync(), ...optimizer.slotsOf(w).flatMap((slot) => [...slot.dataSync()])];
    for (const variables of [[other], [w, other]]) {
      expect(() => stepOf(optimizer, variables)()).toThrow(rnn.ArgumentError);
      expect(() => stepOf(optimizer, variables)()).toThrow(REFUSAL);
    }
    expect([...w.dataSync(), ...optimizer.slotsOf(w).flatMap((slot) => [...slot.dataSync()])]).toEqual(before);
    expect([...other.dataSync(), optimizer.step]).toEqual([1, 1]);
    stepOf(optimizer, [w])();
    expect(optimizer.step).toBe(2);
  });
});

test("an eager refusal leaves no tensor, and the state of new weights is refused too", () => {
  const [w, other] = [variable(), variable(1, "other/kernel")];
  const optimizer = new rnn.AdamOptimizer();
  const loss = (of: tf.Variable) => () => tf.sum(tf.square(of)) as tf.Scalar;
  optimizer.minimize(loss(w), [w]);
  expectTensors(0, () => {
    expect(() => optimizer.minimize(loss(other), [other])).toThrow(/got other\/kernel, which is new/);
    expect(() => optimizer.slotsOf(other)).toThrow(REFUSAL);
    expect(() => optimizer.state({ other })).toThrow(REFUSAL);
  });
});

test.runIf(canCompile())("two steps made before the first step: the one that steps first has the optimizer", () => {
  const [w, other] = [variable(), variable()];
  const optimizer = new rnn.AdamOptimizer();
  const [first, second] = [w, other].map((each) => COMPILED.trainStep?.(optimizer, [each])) as [() => void, () => void];
  second();
  expect(first).toThrow(REFUSAL);
  second();
});

test.runIf(canCompile())("a weight that was frozen at the first step may be trained later", () => {
  const [w, later] = [variable(), variable()];
  const optimizer = new rnn.AdamOptimizer({ learningRate: 0.1 });
  COMPILED.trainStep?.(optimizer, [w], [later])();
  COMPILED.trainStep?.(optimizer, [w, later])();
  expect(later.dataSync()[0]).not.toBe(1);
  expect(optimizer.step).toBe(2);
});

test("a restored state makes the optimizer that of the given weights", () => {
  const [w, other] = [variable(), variable()];
  const optimizer = new rnn.AdamOptimizer();
  WAYS.applyGradients?.(optimizer, [w])();
  optimizer.restore({ w: other }, optimizer.state({ w }));
  WAYS.applyGradients?.(optimizer, [other])();
  expect(WAYS.applyGradients?.(optimizer, [w])).toThrow(REFUSAL);
  optimizer.restore({ w }, new rnn.AdamOptimizer().state({ w })); // a state of step 0
  WAYS.applyGradients?.(optimizer, [w])();
  expect(optimizer.step).toBe(1);
});

describe.each([false, ...(canCompile() ? [true] : [])])("fit, compiled: %s", (compiled) => {
  test("another model is refused by its weight's name; the same model goes on", async () => {
    const [model, optimizer] = [classifier(), new rnn.AdamOptimizer()];
    await fit(model, sequences(), quick({ optimizer, compiled }));
    await expect(fit(classifier(), sequences(), quick({ optimizer, compiled }))).rejects.toThrow(
      /got rnn\/.*\/kernel, which is new/,
    );
    await fit(model, sequences(), quick({ optimizer, compiled, epochs: 2, initialEpoch: 1 }));
    expect(optimizer.step).toBe(6);
  });

  test("training head first, then everything, with one optimizer", async () => {
    const [model, optimizer] = [classifier(), new rnn.AdamOptimizer()];
    const [kernel] = model.variables as [tf.Variable];
    kernel.trainable = false;
    const before = kernel.dataSync().join();
    await fit(model, sequences(), quick({ optimizer, compiled }));
    expect(kernel.dataSync().join()).toBe(before);
    kernel.trainable = true;
    await fit(model, sequences(), quick({ optimizer, compiled, epochs: 2, initialEpoch: 1 }));
    expect(kernel.dataSync().join()).not.toBe(before);
  });
});

test("in any order of steps of two models, an optimizer serves the first model only, with a fresh one's numbers", () => {
  const kinds = Object.values(KINDS);
  fc.assert(
    fc.property(
      fc.nat(kinds.length - 1),
      fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 8 }),
      (kind, steps) =>
        tf.tidy(() => {
          const make = kinds[kind] as () => rnn.Optimizer;
          const [shared, fresh] = [make(), make()];
          const models = [variable(), variable()] as const;
          const twin = variable();
          const first = Number(steps[0]?.[0]);
          const ways = Object.values(WAYS);
          for (const [which, way] of steps) {
            const step = (ways[Number(way)] as Step)(shared, [models[Number(which)] as tf.Variable]);
            if (Number(which) !== first) expect(step).toThrow(REFUSAL);
            else {
              step();
              (ways[Number(way)] as Step)(fresh, [twin])();
            }
          }
          expect([...(models[first as 0 | 1] as tf.Variable).dataSync()]).toEqual([...twin.dataSync()]);
          expect([...(models[first ? 0 : 1] as tf.Variable).dataSync()]).toEqual([1]);
          for (const each of [shared, fresh]) each.dispose();
        }),
    ),
    { numRuns: 40 },
  );
});
