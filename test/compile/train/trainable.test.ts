// `trainable` is seen at every call of a compiled step: in any pattern it gives the numbers of eager steps.
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { trainStep, trainStepOnRows } from "../../../src/compile";
import { AdamOptimizer, MomentumOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectRefused, onNative } from "../support";

beforeAll(() => tf.ready());
scopeEachTest();

const weights = () => [2, 3].map((n, i) => tf.variable(uniform([n === 2 ? 3 : 2, 2], i + 1))) as [Matrix, Matrix];
type Matrix = tf.Variable<tf.Rank.R2>;
const x = () => uniform<tf.Rank.R2>([6, 3], 9);
const lossOf =
  ([v, w]: readonly [Matrix, Matrix]) =>
  (x: tf.Tensor2D) =>
    tf.square(tf.matMul(tf.tanh(tf.matMul(x, v)), w));

onNative("trainable", () => {
  test("true → false → true: a frozen weight keeps its value and its slots, and the others are trained", () => {
    const [v, w] = weights();
    const optimizer = new MomentumOptimizer({ learningRate: 0.1 });
    const step = trainStep(lossOf([v, w]), { variables: [v, w], optimizer, shards: 2 });
    const valuesOf = (each: tf.Variable) => [...each.dataSync(), ...(optimizer.slotsOf(each)[0]?.dataSync() ?? [])];
    step(x());
    for (const [frozen, other] of [[v, w] as const, [w, v] as const]) {
      const [before, others] = [valuesOf(frozen), valuesOf(other)];
      frozen.trainable = false;
      step(x());
      expect(valuesOf(frozen)).toEqual(before);
      expect(valuesOf(other)).not.toEqual(others);
      frozen.trainable = true;
      step(x());
      expect(valuesOf(frozen)).not.toEqual(before);
    }
    const batch = x();
    v.trainable = w.trainable = false;
    expectRefused(() => step(batch), /variables: expected one to train at least, got none that is trainable/);
    v.trainable = true;
    step(x());
    expect([step.iteration, optimizer.step]).toEqual([6, 6]);
    step.dispose();
  });

  test("a frozen weight that is not finite is named, at its place in `variables`", () => {
    const [v, w] = weights();
    const step = trainStep(lossOf([v, w]), { variables: [v, w], optimizer: new AdamOptimizer(), guard: true });
    v.trainable = false;
    step(x());
    w.assign(tf.fill(w.shape, Number.NaN));
    expect(() => step(x())).toThrow(expect.objectContaining({ tensor: "variables[1]", variable: 1 }));
    step.dispose();
  });

  test("any pattern, in any number of shards, on rows or tensors ≡ eager steps", () => {
    const patterns = fc.array(fc.constantFrom([true, true], [true, false], [false, true]), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(patterns, fc.constantFrom(1, 2, 3), fc.boolean(), (pattern, shards, onRows) =>
        tf.tidy(() => {
          const [compiled, eager] = [weights(), weights()];
          const [a, b] = [new AdamOptimizer({ learningRate: 0.1 }), new AdamOptimizer({ learningRate: 0.1 })];
          const options = { variables: compiled, optimizer: a, shards };
          const onTensors = onRows ? undefined : trainStep(lossOf(compiled), options);
          const given = onRows ? trainStepOnRows([x()] as [tf.Tensor2D], lossOf(compiled), options) : undefined;
          for (const flags of pattern) {
            flags.forEach((flag, i) => {
              for (const each of [compiled, eager]) (each[i] as tf.Variable).trainable = flag;
            });
            const trained = eager.filter(({ trainable }) => trainable);
            b.begin(eager); // so that the optimizer knows the frozen one
            const { value, grads } = tf.variableGrads(() => tf.mean(lossOf(eager)(x())) as tf.Scalar, trained);
            const gradients = trained.map((variable) => ({
              variable,
              gradient: grads[variable.name] as tf.Tensor,
            }));
            b.applyGradients(gradients, { variables: eager });
            expectClose([onTensors?.(x()) ?? given?.([0, 1, 2, 3, 4, 5])], value, 1e-5);
          }
          for (const [i, variable] of compiled.entries()) expectClose(variable, eager[i] as tf.Variable, 1e-5);
          for (const each of [onTensors, given, a, b]) each?.dispose();
        }),
      ),
      { numRuns: 12 },
    );
  });
});
