import { beforeAll, describe, expect, test } from "vitest";
import { flattenState, type RNNCell, type State } from "../../../src/rnn";
import { openStepsOf } from "../../../src/rnn/cells/steps/open-steps";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";
import { CELLS } from "../all-cells";

beforeAll(() => tf.ready());
scopeEachTest();

const BATCH = 3;
const STEPS = 3;
const FEATURES = 3;

type Step = (x: tf.Tensor2D, state: State) => [tf.Tensor2D, State];

/** A run in which each input depends on the output before, and a loss of every output and of the last state. */
function lossOf(cell: RNNCell, x: tf.Tensor2D, step: Step): tf.Scalar {
  let state = cell.zeroState(BATCH);
  let given = x;
  const terms: tf.Tensor[] = [];
  for (let t = 0; t < STEPS; t++) {
    const [output, next] = step(given, state);
    state = next;
    given = tf.add(x, tf.mean(output, 1, true)) as tf.Tensor2D;
    terms.push(tf.mul(output, tf.randomUniform(output.shape, -1, 1, "float32", 31 + t)));
  }
  return tf.addN([...terms, ...flattenState(state)].map((term) => tf.sum(tf.sin(term)))) as tf.Scalar;
}

function gradients(cell: RNNCell, x: tf.Tensor2D, stepOf: () => Step): tf.Tensor[] {
  const inputs = [x, ...cell.variables];
  const { value, grads } = tf.engine().gradients(() => lossOf(cell, x, stepOf()), inputs, undefined, true);
  return [value, ...grads];
}

describe.each(Object.entries(CELLS))("%s", (_, make) => {
  test("openSteps().step ≡ call, where an input depends on the output before: values and every gradient", () => {
    const [cell, x] = [make(), uniform<tf.Rank.R2>([BATCH, FEATURES], 21)];
    const opened = gradients(cell, x, () => {
      const { step } = openStepsOf(cell);
      return (x, state) => step(x, state, undefined);
    });
    const called = gradients(cell, x, () => (x, state) => cell.call(x, state));
    for (const [i, tensor] of called.entries()) expectClose(opened[i], tensor, 1e-5);
  });
});

test("a step of an opened LSTM, GRU or stack leaves no tensor but output and state", () => {
  for (const name of ["LSTMCell usePeepholes", "GRUCell", "MultiRNNCell of three kinds"]) {
    const cell = CELLS[name]?.() as RNNCell;
    const [x, state] = [tf.ones<tf.Rank.R2>([BATCH, 3]), cell.zeroState(BATCH)];
    const kept = flattenState(state).length;
    expect(kept).toBeGreaterThan(0);
    expectTensors(kept, () => tf.tidy(() => openStepsOf(cell).step(x, state, undefined) as never));
  }
});
