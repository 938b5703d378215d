import { expect, test } from "vitest";
import { CompileError, StepNotFiniteError, trainStep } from "../../../src/compile";
import { type Binding, nativeBackend } from "../../../src/compile/engine/backend";
import { AdamOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest } from "../../support";
import { onNative } from "../support";

scopeEachTest();

/** How many native tensors more there are after a call; TensorFlow.js's engine does not know of all. */
function leftBy(call: () => void): number {
  const backend = nativeBackend();
  const real = backend.binding;
  let count = 0;
  const counting = Object.fromEntries(
    Object.getOwnPropertyNames(real).map((name) => [name, real[name as keyof Binding]]),
  );
  backend.binding = {
    ...(counting as unknown as Binding),
    createTensor: (...args) => {
      count++;
      return real.createTensor(...args);
    },
    deleteTensor: (id) => {
      count--;
      real.deleteTensor(id);
    },
    executeOp: (...args) => counted(real.executeOp(...args)),
    runSavedModel: (...args) => counted(real.runSavedModel(...args)),
  };
  const counted = <T>(made: T[]): T[] => {
    count += made.length;
    return made;
  };
  try {
    call();
  } finally {
    backend.binding = real;
  }
  return count;
}

onNative("a step's native tensors", () => {
  const made = () => {
    const w = tf.variable(tf.tensor1d([2, 4]));
    const optimizer = new AdamOptimizer({ learningRate: 0.1 });
    const loss = (x: tf.Tensor2D) => tf.sum(tf.sqrt(tf.mul(x, w)), 1);
    return { step: trainStep(loss, { variables: [w], optimizer, shards: 2, guard: true }), optimizer };
  };

  test("none is left: neither by good steps, nor by one that is not finite", () => {
    const { step } = made();
    const [good, bad] = [tf.ones<tf.Rank.R2>([2, 2]), tf.fill<tf.Rank.R2>([2, 2], Number.NaN)];
    const fails = () => expect(() => step(bad)).toThrow(StepNotFiniteError);
    const some = () => {
      step(good);
      step(good);
      fails(); // reads the weights, which are native tensors from then to the next good step
    };
    some();
    expect(leftBy(some)).toBe(0);
  });

  test("none is left by a step that is refused: too few numbers of the optimizer's, an iteration that is none", () => {
    const { step, optimizer } = made();
    const x = tf.ones<tf.Rank.R2>([2, 2]);
    step(x);
    const { scalars } = optimizer;
    optimizer.scalars = () => [0.1];
    const refused = () =>
      expect(() => step(x)).toThrow(new CompileError("compile: input 2: expected 6 numbers, got 1"));
    expect(leftBy(refused)).toBe(0);
    optimizer.scalars = scalars;
    step.iteration = Number.NaN;
    expect(() => step(x)).toThrow("trainStep: iteration: expected a whole number, got number NaN");
    step.iteration = 1;
    expect(step(x)).toBeGreaterThan(0);
  });
});
