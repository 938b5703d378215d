import { compile, trainStep } from "../../../src/compile";
import {
  AdamOptimizer,
  BasicLSTMCell,
  DeviceWrapper,
  dynamicRnn,
  GRUCell,
  MultiRNNCell,
  type RNNCell,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { uniform } from "../../support";

/** Two layers. */
export const plain = (): RNNCell[] => [
  new GRUCell({ inputSize: 3, numUnits: 4, seed: 1 }),
  new BasicLSTMCell({ inputSize: 4, numUnits: 4, seed: 2 }),
];
/** The same, each on a device of its own. */
export const placed = (): RNNCell[] => plain().map((cell, i) => new DeviceWrapper(cell, `/cpu:${i}`));

/** What a compiled function and three training steps give. */
export function computed(layers: RNNCell[], nSteps: number, shards: number): number[] {
  const cell = new MultiRNNCell(layers);
  const x = uniform([4, nSteps, 3], 4) as tf.Tensor3D;
  const lastOf = (x: tf.Tensor3D) => tf.slice(dynamicRnn(cell, x)[0], [0, nSteps - 1, 0], [-1, 1, -1]);
  const { variables } = cell;
  const run = compile(lastOf, { variables, shards });
  const optimizer = new AdamOptimizer({ learningRate: 0.01 });
  const step = trainStep((x: tf.Tensor3D) => tf.square(lastOf(x)), { variables, optimizer, shards });
  const found = [...run(x).dataSync(), step(x), step(x), step(x)];
  run.dispose();
  step.dispose();
  return found;
}
