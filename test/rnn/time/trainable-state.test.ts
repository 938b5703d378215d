import { beforeAll, expect, test } from "vitest";
import { compile, trainStep } from "../../../src/compile";
import {
  bidirectionalDynamicRnn,
  dynamicRnn,
  exportWeights,
  flattenState,
  GRUCell,
  GradientDescentOptimizer,
  importWeights,
  LSTMCell,
  MultiRNNCell,
  randomNormal,
  staticRnn,
  summary,
  TrainableState,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const cell = () => new LSTMCell({ inputSize: 3, numUnits: 4, seed: 1 });
const drawn = { initializer: randomNormal(), seed: 2 };
const x = () => uniform<tf.Rank.R3>([3, 5, 3], 4);

test("an untrained TrainableState ≡ no initialState; its values ≡ the same state for each sequence", () => {
  const lstm = cell();
  const [outputs] = dynamicRnn(lstm, x());
  expectClose(dynamicRnn(lstm, x(), { initialState: new TrainableState(lstm) })[0], outputs, 0);
  const start = new TrainableState(lstm, drawn);
  const [c, h] = flattenState({ c: start.weights["initial_state/c"], h: start.weights["initial_state/h"] } as never);
  const initialState = { c: tf.tile(c as tf.Tensor2D, [3, 1]), h: tf.tile(h as tf.Tensor2D, [3, 1]) };
  const [expected, last] = dynamicRnn(lstm, x(), { initialState });
  const [got, state] = dynamicRnn(lstm, x(), { initialState: start });
  expectClose(got, expected, 0);
  expectClose(state.c, last.c, 0);
  const [steps] = staticRnn(lstm, tf.unstack(x(), 1) as tf.Tensor2D[], { initialState: start });
  expectClose(tf.stack(steps, 1), expected);
  const [[, bw]] = bidirectionalDynamicRnn(cell(), lstm, x(), { initialStateBw: start });
  const [again] = dynamicRnn(lstm, x(), { initialState, goBackwards: true });
  expectClose(tf.reverse(again, 1), bw, 0);
});

test("its gradient is the sum over the batch, with lengths too, as central differences confirm", () => {
  const lstm = cell();
  const start = new TrainableState(lstm, drawn);
  const loss = () =>
    tf.sum<tf.Scalar>(
      tf.square(dynamicRnn(lstm, x(), { initialState: start, sequenceLength: [5, 0, 2], repeatLast: true })[0]),
    );
  const { grads } = tf.variableGrads(loss, start.variables);
  for (const variable of start.variables) {
    const values = variable.dataSync().slice();
    const at = (i: number, change: number) => {
      variable.assign(
        tf.tensor2d(
          values.map((value, j) => (i === j ? value + change : value)),
          [1, 4],
        ),
      );
      return loss().dataSync()[0] as number;
    };
    const expected = Array.from(values, (_, i) => (at(i, 1e-2) - at(i, -1e-2)) / 2e-2);
    variable.assign(tf.tensor2d(values, [1, 4]));
    expectClose(grads[variable.name], [expected], 1e-2);
  }
});

test("weights have names in summaries and files; a stack's are numbered; the state of another cell is refused", () => {
  const stack = new MultiRNNCell([
    new GRUCell({ inputSize: 3, numUnits: 4 }),
    new LSTMCell({ inputSize: 4, numUnits: 2 }),
  ]);
  const start = new TrainableState(stack, drawn);
  const names = ["initial_state/0", "initial_state/1/c", "initial_state/1/h"];
  expect(Object.keys(start.weights)).toEqual(names);
  expect(Object.keys(new TrainableState(stack.cells[0]).weights)).toEqual(["initial_state"]);
  expect(JSON.stringify(summary({ start }))).toContain("initial_state/1/c");
  const other = new TrainableState(stack);
  importWeights(other, exportWeights(start));
  expectClose(other.variables[1], start.variables[1], 0);
  const wrong = start as unknown as TrainableState<tf.Tensor2D>;
  const gru = new GRUCell({ inputSize: 3, numUnits: 4 });
  expect(() => dynamicRnn(gru, x(), { initialState: wrong })).toThrow(/initialState: expected/);
  const small = new TrainableState(new GRUCell({ inputSize: 3, numUnits: 1 }));
  expect(() => dynamicRnn(gru, x(), { initialState: small })).toThrow(/initialState: expected .*\[3, 4\].*\[3,1\]/);
  expectTensors(-3, () => start.dispose());
});

onNative("compiled", () => {
  test("≡ eager; a training step on shards moves it as an eager step does", () => {
    const lstm = cell();
    const start = new TrainableState(lstm, drawn);
    const terms = (given: tf.Tensor3D) =>
      tf.sum(tf.square(dynamicRnn(lstm, given, { initialState: start })[0]), [1, 2]);
    const input = uniform<tf.Rank.R3>([4, 5, 3], 4);
    const variables = [...lstm.variables, ...start.variables];
    const compiled = compile(terms, { variables });
    expectClose(compiled(input), terms(input), 1e-5);
    const first = variables.map((variable) => variable.clone());
    const optimizer = new GradientDescentOptimizer({ learningRate: 0.1 });
    optimizer.minimize(() => tf.mean(terms(input)) as tf.Scalar, variables).dispose();
    const expected = variables.map((variable) => variable.clone());
    for (const shards of [1, 2, 4]) {
      variables.forEach((variable, i) => {
        variable.assign(first[i] as tf.Tensor);
      });
      const step = trainStep(terms, {
        variables,
        optimizer: new GradientDescentOptimizer({ learningRate: 0.1 }),
        shards,
      });
      step(input);
      variables.forEach((variable, i) => {
        expectClose(variable, expected[i] as tf.Tensor, 1e-5);
      });
      step.dispose();
    }
    compiled.dispose();
  });
});
