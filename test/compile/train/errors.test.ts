// What errors of a compiled step say: the batch beside the shard, weights by their names, the tensor that is to blame.
import { describe, expect, test } from "vitest";
import {
  compile,
  StepNotFiniteError,
  type StepTraining,
  stream,
  trainStep,
  trainStepOnRows,
} from "../../../src/compile";
import { Dense, GradientDescentOptimizer, namedWeights } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

const fresh = () => new GradientDescentOptimizer({ learningRate: 0.1 });

onNative("an error on a shard", () => {
  test("names the whole batch, with the class that it had: of the loss, of a compiled function, of a later call", () => {
    const [w, x] = [tf.variable(tf.ones([3])), tf.ones<tf.Rank.R2>([4, 3])];
    const wrong = (x: tf.Tensor2D) => tf.matMul(tf.mul(x, w), x);
    const note = /\(on a shard of 2 of 4 examples\)$/;
    const step = trainStep(wrong, { variables: [w], optimizer: fresh(), shards: 2 });
    expect(() => step(x)).toThrow(note);
    expect(() => compile(wrong, { variables: [w], shards: 2 })(x)).toThrow(note);
    expect(() => trainStep(wrong, { variables: [w], optimizer: fresh(), shards: 1 })(x)).not.toThrow(note);
    const pick = compile((x: tf.Tensor1D) => tf.gather(tf.ones([5, 3]), x), { shards: 2 });
    pick(tf.tensor1d([0, 1, 2, 3], "int32")).dispose();
    expect(() => pick(tf.tensor1d([0, 1, 2, 9], "int32"))).toThrow(note);
    const range = () => {
      throw new RangeError("no");
    };
    expect(() =>
      trainStep(range as () => tf.Tensor, { variables: [w], optimizer: fresh(), shards: 4 })(...([x] as unknown as [])),
    ).toThrow(new RangeError("no (on a shard of 1 of 4 examples)"));
  });
});

onNative("weights by their names", () => {
  test("variables may be a record: every error says its name, and the step is the same", () => {
    const [a, b] = [0, 1].map(() => new Dense({ inputSize: 3, outputSize: 2, seed: 1 })) as [Dense, Dense];
    const x = uniform<tf.Rank.R2>([4, 3], 1);
    const lossOf = (layer: Dense) => (x: tf.Tensor2D) => tf.square(layer.call(x));
    const named = trainStep(lossOf(a), { variables: namedWeights(a), optimizer: fresh() });
    const listed = trainStep(lossOf(b), { variables: b.variables, optimizer: fresh() });
    expect([named(x), named(x)]).toEqual([listed(x), listed(x)]);
    const forward = compile((x: tf.Tensor2D) => a.call(x), { variables: namedWeights(a) });
    expectClose(forward(x), a.call(x), 1e-6);
    const [kernel] = Object.keys(namedWeights(a)) as [string];
    const unused = { ...namedWeights(a), "other/kernel": tf.variable(tf.ones([2])) };
    const message = /^trainStep: other\/kernel takes no part in the loss; its shape is \[2\]/;
    expect(() => trainStep(lossOf(a), { variables: unused, optimizer: fresh() })(x)).toThrow(message);
    const twice = { [kernel]: a.variables[0] as tf.Variable, again: a.variables[0] as tf.Variable };
    expectRefused(() => trainStep(lossOf(a), { variables: twice, optimizer: fresh() }), /^trainStep: again: .* again/);
    const frozen = { still: a.variables[0] as tf.Variable };
    expectRefused(
      () => trainStep(lossOf(a), { variables: namedWeights(a), frozen, optimizer: fresh() }),
      /^trainStep: still: /,
    );
    const guarded = trainStep(lossOf(a), { variables: namedWeights(a), optimizer: fresh(), guard: true });
    expect(() => guarded(tf.fill([4, 3], 1e30))).toThrow(/first in the loss/);
    (a.variables[0] as tf.Variable).assign(tf.fill([3, 2], Number.NaN));
    expect(() => guarded(x)).toThrow(new RegExp(`first in ${kernel}\\.`));
    (a.variables[0] as tf.Variable).dispose();
    expect(() => forward(x)).toThrow(new RegExp(`compile: ${kernel}: expected a live variable`));
  });

  test("in a list, a name that was given is said, and a number of the engine's own is not", () => {
    const [own, none] = [tf.variable(tf.ones([2]), true, "mine/kernel"), tf.variable(tf.ones([2]))];
    const w = tf.variable(tf.ones([3]));
    const loss = (x: tf.Tensor2D) => tf.mul(x, w);
    const run = (variable: tf.Variable) =>
      trainStep(loss, { variables: [w, variable], optimizer: fresh() })(tf.ones([4, 3]));
    expect(() => run(own)).toThrow(/variables\[1\] \(mine\/kernel\) takes no part/);
    expect(() => run(none)).toThrow(/variables\[1\] takes no part in the loss; its shape is \[2\]/);
  });
});

onNative("a function that returns a disposed tensor", () => {
  const gone = (x: tf.Tensor) => {
    const made = tf.mul(x, 2);
    made.dispose();
    return made;
  };
  test("is refused by a typed error: compile, stream, the loss of a step, its parts and further tensors", () => {
    const [x, w] = [tf.ones<tf.Rank.R2>([4, 3]), tf.variable(tf.ones([3]))];
    expectRefused(() => compile(gone)(x), /must return live tensors, got a disposed one of shape \[4,3\]/);
    expectRefused(() => compile((x: tf.Tensor2D) => [x, gone(x)], { shards: 2 })(x), /got a disposed one/);
    const state = tf.variable(tf.zeros([1]));
    const step = () => ({ output: gone(w), state: [state] });
    expectRefused(() => stream(step, { variables: [w], state: [state] })(), /got a disposed one/);
    const train = (loss: (x: tf.Tensor2D) => never) => trainStep(loss, { variables: [w], optimizer: fresh() })(x);
    expectRefused(() => train((x) => gone(tf.mul(x, w)) as never), /got a disposed tensor/);
    expectRefused(() => train((x) => ({ a: gone(tf.mul(x, w)) }) as never), /got a disposed tensor/);
    expectRefused(() => train((x) => ({ sum: gone(tf.mul(x, w)), count: x }) as never), /got a disposed tensor/);
    const aux = (x: tf.Tensor2D) => ({ loss: tf.mul(x, w), aux: { last: gone(x) } });
    expectRefused(() => train(aux as never), /aux\.last: expected a live tensor/);
  });
});

onNative("a guarded step that is not finite", () => {
  const nan = Number.NaN;
  /** Reads only the first column, as a mask would: NaN in the others does no harm. */
  const make = (isGathered: boolean) => {
    const w = tf.variable(tf.tensor1d([2]));
    const loss = (x: tf.Tensor2D, y: tf.Tensor1D) => {
      const live = tf.where(tf.tensor2d([[1, 0]], undefined, "bool").tile([x.shape[0], 1]), x, tf.zerosLike(x));
      return tf.square(tf.sub(tf.mul(tf.sum(live, 1), w), y));
    };
    const options = { variables: [w], optimizer: fresh(), guard: true, shards: 2 };
    return (x: tf.Tensor2D, y: tf.Tensor1D) =>
      isGathered ? trainStepOnRows([x, y], loss, options)([0, 1]) : trainStep(loss, options)(x, y);
  };
  const padded = (first: number) =>
    tf.tensor2d([
      [1, nan],
      [first, nan],
    ]);
  const errorOf = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (error instanceof StepNotFiniteError) return error.tensor;
      throw error;
    }
    return "nothing";
  };

  describe.each([false, true])("gathered: %s", (isGathered) => {
    test("blames the tensor that does harm, not the NaN of another one's padding", () => {
      const run = (x: tf.Tensor2D, y: tf.Tensor1D) => errorOf(() => make(isGathered)(x, y));
      expect(run(padded(1), tf.tensor1d([1, 1]))).toBe("nothing");
      expect(run(padded(1), tf.tensor1d([1, nan]))).toBe("argument 1");
      expect(run(padded(nan), tf.tensor1d([1, 1]))).toBe("argument 0");
      expect(run(padded(nan), tf.tensor1d([1, nan]))).toBe("argument 0");
      expect(run(padded(1e30), tf.tensor1d([1, 1]))).toBe("the loss");
    });
  });
});

onNative("a guarded step whose count is not finite", () => {
  test("blames the argument that the count comes from", () => {
    const w = tf.variable(tf.tensor1d([2]));
    const loss = (x: tf.Tensor2D, live: tf.Tensor1D) => {
      const used = tf.mul(tf.slice(x, [0, 0], [-1, 1]), w);
      return { sum: tf.sum(used), count: tf.sum(live) };
    };
    const step = trainStep(loss, { variables: [w], optimizer: fresh(), guard: true, shards: 1 });
    const x = tf.tensor2d([[1, Number.POSITIVE_INFINITY]]);
    expect(() => step(x, tf.tensor1d([Number.NaN]))).toThrow(/first in argument 1\./);
    expect(step(x, tf.tensor1d([1]))).toBe(2);
  });
});

onNative("a loss with a rest parameter", () => {
  test("gets the StepTraining as its last value, and its type must say so", () => {
    const w = tf.variable(tf.ones([3]));
    const seen: unknown[] = [];
    const loss = (...given: [...tf.Tensor[], StepTraining]) => {
      seen.push(given.length, (given.at(-1) as StepTraining).seed);
      return tf.mul(given[0] as tf.Tensor, w);
    };
    const step = trainStep(loss, { variables: [w], optimizer: fresh(), seed: 7, shards: 1 });
    step(tf.ones([2, 3]), tf.ones([2]));
    expect(seen.slice(0, 2)).toEqual([3, 7]);
    const silent = (...given: tf.Tensor[]) => tf.mul(given[0] as tf.Tensor, w);
    // @ts-expect-error its type says that all values are tensors
    trainStep(silent, { variables: [w], optimizer: fresh() });
  });
});
