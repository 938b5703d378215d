import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compile, scan, trainStep } from "../../../src/compile";
import {
  bidirectionalDynamicRnn,
  DropoutWrapper,
  dynamicRnn,
  functionCell,
  GradientDescentOptimizer,
  LayerNormBasicLSTMCell,
  type RNNCell,
  rawRnn,
  type State,
  staticBidirectionalRnn,
  staticRnn,
  type Training,
  ZoneoutWrapper,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { expectClose, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const SIZE = 40;
const x = (batch = 2, nSteps = 3) => tf.ones([batch, nSteps, SIZE]) as tf.Tensor3D;
const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());
const equalShare = (a: tf.Tensor, b: tf.Tensor) => {
  const [one, other] = [values(a), values(b)];
  return one.filter((value, i) => value === other[i]).length / one.length;
};
const identity = () => functionCell({ inputSize: SIZE, outputSize: SIZE, call: (input, h) => [input, h] });
/** The state becomes the input; zoneout keeps the state before. */
const follow = () =>
  functionCell<tf.Tensor2D>({ inputSize: SIZE, outputSize: SIZE, call: (input, h) => [tf.add(input, h), input] });

const CELLS: Record<string, () => RNNCell<State>> = {
  "input dropout": () => new DropoutWrapper(identity(), { inputKeepProb: 0.5 }),
  "output dropout": () => new DropoutWrapper(identity(), { outputKeepProb: 0.5 }),
  "variational dropout": () => new DropoutWrapper(identity(), { inputKeepProb: 0.5, variationalRecurrent: true }),
  "state dropout": () => new DropoutWrapper(follow(), { stateKeepProb: 0.5 }),
  zoneout: () => new ZoneoutWrapper(follow(), { zoneoutProb: 0.5 }),
  "layer norm": () => new LayerNormBasicLSTMCell({ inputSize: SIZE, numUnits: SIZE, dropoutKeepProb: 0.5, seed: 3 }),
};

const UNROLLERS: Record<string, (cell: RNNCell<State>, inputs: tf.Tensor3D, training: Training) => tf.Tensor> = {
  dynamicRnn: (cell, inputs, training) => dynamicRnn(cell, inputs, { training })[0],
  staticRnn: (cell, inputs, training) =>
    tf.stack(staticRnn(cell, tf.unstack(inputs, 1) as tf.Tensor2D[], { training })[0], 1),
  bidirectionalDynamicRnn: (cell, inputs, training) =>
    tf.concat(bidirectionalDynamicRnn(cell, cell, inputs, { training })[0], 2),
  staticBidirectionalRnn: (cell, inputs, training) =>
    tf.stack(staticBidirectionalRnn(cell, cell, tf.unstack(inputs, 1) as tf.Tensor2D[], { training })[0], 1),
  rawRnn: (cell, inputs, training) => {
    const steps = tf.unstack(inputs, 1) as tf.Tensor2D[];
    const loop = ({ time }: { time: number }) => ({
      finished: tf.fill([2], time >= 3 ? 1 : 0).toBool() as tf.Tensor1D,
      nextInput: steps[Math.min(time, 2)] as tf.Tensor2D,
      ...(time === 0 && { nextState: cell.zeroState(2) }),
    });
    return tf.stack(rawRnn(cell, loop, { training })[0], 1);
  },
};

describe("unrollings with one Training draw different numbers, again the same with a new one", () => {
  for (const [name, unroll] of Object.entries(UNROLLERS)) {
    test.each(Object.entries(CELLS))(`${name}: %s`, (_, make) => {
      const cell = make();
      const run = (training: Training) => [0, 1, 2].map(() => unroll(cell, x(), training));
      const training = { seed: 7, step: 2 };
      const [first, second, third] = run(training) as [tf.Tensor, tf.Tensor, tf.Tensor];
      for (const [a, b] of [
        [first, second],
        [first, third],
        [second, third],
      ] as const) {
        expect(equalShare(a, b)).toBeLessThan(0.8); // at most 17/24 is expected: zoneout's first outputs are equal
      }
      const again = run({ ...training });
      for (const [i, output] of again.entries()) expectClose(output, [first, second, third][i] as tf.Tensor, 0);
      cell.dispose();
    });
  }

  test("bidirectional: forward and backward differ, in the first and in the second call", () => {
    const cell = CELLS["input dropout"]?.() as RNNCell;
    const training = { seed: 7, step: 2 };
    const masks = [0, 1].flatMap(() => bidirectionalDynamicRnn(cell, cell, x(), { training })[0]);
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < i; j++) {
        expect(equalShare(masks[i] as tf.Tensor, masks[j] as tf.Tensor)).toBeLessThan(0.65);
      }
  });

  test("two stacked dynamicRnn: about half of the entries are equal", () => {
    const cell = () => new DropoutWrapper(identity(), { inputKeepProb: 0.5 });
    const training = { seed: 1, step: 0 };
    const masks = [cell(), cell()].map((each) => dynamicRnn(each, x(8, 10), { training })[0]);
    const share = equalShare(masks[0] as tf.Tensor, masks[1] as tf.Tensor);
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.55);
  });
});

test("the first unrolling has the numbers that it always had", () => {
  const cell = new DropoutWrapper(identity(), { inputKeepProb: 0.5 });
  const [outputs] = dynamicRnn(cell, tf.ones([1, 1, SIZE]), { training: { seed: 7, step: 2 } });
  const mask = values(outputs)
    .map((value) => (value === 0 ? "0" : "1"))
    .join("");
  if (tf.engineInUse.name === "tensorflow") expect(mask).toBe("1010011010101000100000111011100100111011");
});

test("a Training whose step is changed in place begins at the first unrolling again", () => {
  const cell = CELLS["input dropout"]?.() as RNNCell;
  const kept = { seed: 7, step: 0 };
  for (let step = 0; step < 3; step++) {
    kept.step = step;
    const fresh = { seed: 7, step };
    for (let i = 0; i < 2; i++) {
      expectClose(dynamicRnn(cell, x(), { training: kept })[0], dynamicRnn(cell, x(), { training: fresh })[0], 0);
    }
  }
});

onNative("eager ≡ compiled ≡ shards", () => {
  test("a kept Training: each capture counts from 0, and leaves the eager count as it was", () => {
    const cell = CELLS["input dropout"]?.() as RNNCell;
    const training = { seed: 7, step: 0 };
    const twice = (inputs: tf.Tensor3D) => {
      const run = (of: Training) => [0, 1].map(() => dynamicRnn(cell, inputs, { training: of })[0]);
      return tf.concat(run(training), 2);
    };
    const compiled = compile(twice, { variables: [] });
    const expected = twice(x());
    expectClose(compiled(x()), expected, 0);
    expect(compiled(x(2, 5)).shape).toEqual([2, 5, 2 * SIZE]);
    expectClose(tf.slice(compiled(x(2, 5)), [0, 0, 0], [2, 3, 2 * SIZE]), expected, 0); // another shape, a new capture
    const third = twice(x());
    expect(equalShare(third, expected)).toBeLessThan(0.65); // the third and fourth eager unrolling
    compiled.dispose();
  });

  test("in a step of scan the unrollings of every time step have the same numbers; after the loop they go on", () => {
    const cell = CELLS["input dropout"]?.() as RNNCell;
    const compute = (inputs: tf.Tensor3D) => {
      const training = { seed: 7, step: 0 };
      const mask = (time: number) => dynamicRnn(cell, x(2, time), { training })[0];
      const before = mask(3);
      const step = ([part]: tf.Tensor[], [state]: tf.Tensor[]) => {
        const masks = tf.concat([mask(2), mask(2)], 1);
        return {
          results: [tf.mul(masks, tf.reshape(part as tf.Tensor, [2, 1, 1]))],
          states: [tf.add(state as tf.Tensor, masks)],
        };
      };
      const { results, states } = scan(step, [inputs], [tf.zeros([2, 4, SIZE])], { unroll: 3 });
      return [before, ...results, ...states, mask(3)];
    };
    const inputs = tf.ones([8, 2, 1]) as tf.Tensor3D;
    const expected = compute(inputs);
    const compiled = compile(compute, { variables: [] });
    compiled(inputs).forEach((result, i) => {
      expectClose(result, expected[i], 0);
    });
    const [before, looped, , after] = expected as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    expectClose(tf.slice(looped, [0], [1]), tf.slice(looped, [7], [1]), 0);
    expect(equalShare(before, after)).toBeLessThan(0.65);
    compiled.dispose();
  });

  test("unrollings × shards × batch sizes × loops", () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(1, 2, 4, 8),
      fc.constantFrom(4, 8),
      fc.boolean(),
      fc.constantFrom("input dropout", "variational dropout", "state dropout", "zoneout"),
      fc.integer({ min: 0, max: 1000 }),
      (unrollings, shards, batch, swapMemory, name, seed) => {
        const cell = CELLS[name]?.() as RNNCell;
        const w = tf.variable(tf.ones([1, 1, SIZE]));
        const terms = (inputs: tf.Tensor3D, training: Training) => {
          let h = tf.mul(inputs, w) as tf.Tensor3D;
          for (let i = 0; i < unrollings; i++) h = dynamicRnn(cell, h, { training, swapMemory })[0];
          return tf.sum(tf.square(h), [1, 2]);
        };
        const inputs = tf.randomUniform<tf.Rank.R3>([batch, 5, SIZE], 0.5, 1, "float32", 9);
        const expected = tf.mean(terms(inputs, { seed, step: 0 })).dataSync()[0] as number;
        const optimizer = new GradientDescentOptimizer({ learningRate: 0 });
        const step = trainStep(terms as (inputs: tf.Tensor3D) => tf.Tensor, {
          variables: [w],
          optimizer,
          shards,
          seed,
        });
        const got = step(inputs);
        step.dispose();
        w.dispose();
        expect(Math.abs(got - expected) / expected).toBeLessThan(1e-5);
      },
    );
    fc.assert(property, { numRuns: 12, seed: 21 });
  });
});
