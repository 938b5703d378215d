import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { dynamicRnn, flattenState, type RNNCell, type State, staticRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest } from "../../support";
import { type GoldenCase, wrapperOf } from "./golden-case";

const { cases } = JSON.parse(readFileSync(join(__dirname, "../../golden/attention/attention.json"), "utf8")) as {
  cases: GoldenCase[];
};

const COMPILED = [
  "Bahdanau, lengths, attention layer",
  "Luong, a stack",
  "Bahdanau and Luong together",
  "Luong monotonic, recursive",
];
const isNative = tf.engineInUse.name === "tensorflow";

beforeAll(() => tf.ready());
scopeEachTest();

/** Unrolls the case's cell with one of the unrollers. @returns outputs, the final state's tensors, the loss */
function unrolled(golden: GoldenCase, x: tf.Tensor3D, memory: tf.Tensor3D, attend: Attend, isStatic = false) {
  const attended = attend(memory, golden.lengths);
  const [outputs, state] = isStatic ? eachStep(attended, x) : dynamicRnn(attended, x);
  const parts = flattenState(state);
  const alignments = parts.slice(-golden.mechanisms.length);
  const cellState = parts.slice(0, -golden.mechanisms.length - 1);
  const weighed = golden.weighAlignments.map((weights, i) => tf.sum(tf.mul(alignments[i] as tf.Tensor, weights)));
  const sums = [tf.sum(tf.mul(outputs, golden.weigh)), ...cellState.map((part) => tf.sum(part)), ...weighed];
  return { outputs, parts, loss: tf.addN(sums) as tf.Scalar };
}

type Attend = (memory: tf.Tensor3D, lengths?: number[] | null) => RNNCell;

const eachStep = (cell: RNNCell, x: tf.Tensor3D): [tf.Tensor3D, State] => {
  const [outputs, state] = staticRnn(cell, tf.unstack(x, 1) as tf.Tensor2D[]);
  return [tf.stack(outputs, 1) as tf.Tensor3D, state];
};

describe.each(cases.map((golden) => [golden.name, golden] as const))("%s", (_, golden) => {
  const make = () => {
    const { wrapper, x, memory } = wrapperOf(golden);
    const attend: Attend = (given, lengths) => wrapper.attend(given, lengths ?? undefined) as RNNCell;
    return { wrapper, x, memory, attend };
  };
  const finals = () => [...golden.cellState, golden.attention, ...golden.alignments.map((each) => each.map(last))];
  const last = (steps: number[][]) => steps.at(-1) as number[];

  test("names, outputs, states and alignments are TensorFlow Addons'", () => {
    const { wrapper, x, memory, attend } = make();
    expect(Object.keys(wrapper.weights).sort()).toEqual(Object.keys(golden.weights).sort());
    for (const isStatic of [false, true]) {
      const { outputs, parts, loss } = unrolled(golden, x, memory, attend, isStatic);
      expectClose(outputs, golden.outputs);
      for (const [i, part] of parts.entries()) expectClose(part, finals()[i]);
      expectClose(loss, [golden.loss], 5e-6);
    }
  });

  const gradientsOf = (run: typeof eager) => {
    const { wrapper, x, memory, attend } = make();
    const variables = Object.values(wrapper.weights);
    const names = Object.keys(wrapper.weights);
    const given = run((x, memory) => unrolled(golden, x, memory, attend).loss, x, memory, variables);
    expectClose(given[0], golden.xGradient, 3e-6);
    expectClose(given[1], golden.memoryGradient, 3e-6);
    for (const [i, name] of names.entries()) expectClose(given[i + 2], [golden.gradients[name]], 5e-6);
  };

  test("the gradients of all weights, the inputs and the memory are TensorFlow Addons'", () => gradientsOf(eager));
  // A graph takes half a second to build; the other cases have the same operations.
  test.runIf(isNative && COMPILED.includes(golden.name))("and compiled", () => gradientsOf(compiled));
});

type Loss = (x: tf.Tensor3D, memory: tf.Tensor3D) => tf.Scalar;

/** The gradients of x, the memory and the variables; zeros where the loss does not depend on a variable. */
function eager(loss: Loss, x: tf.Tensor3D, memory: tf.Tensor3D, variables: tf.Variable[]): tf.Tensor[] {
  const inputs = [x, memory, ...variables];
  const { grads } = tf.engine().gradients(() => loss(x, memory), inputs, undefined, true);
  return grads.map((gradient, i) => gradient ?? tf.zerosLike(inputs[i] as tf.Tensor));
}

function compiled(loss: Loss, x: tf.Tensor3D, memory: tf.Tensor3D, variables: tf.Variable[]): tf.Tensor[] {
  const step = compile((...given: [tf.Tensor3D, tf.Tensor3D]) => eager(loss, ...given, variables), { variables });
  const made = step(x, memory);
  step.dispose();
  return made;
}
