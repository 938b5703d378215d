/** One training step of a workload in Unroll, compiled and eager: Adam, the loss read back. */
import { batchOf, networkOf } from "./network.mjs";

const LEARNING_RATE = 1e-3;

/** @returns a function that trains one step and returns the loss before it */
export function compiledStep({ rnn, compile, tf }, workload, { shards } = {}) {
  const { variables, terms } = networkOf(rnn, tf, workload);
  const [x, y] = batchOf(tf, workload);
  const optimizer = new rnn.AdamOptimizer({ learningRate: LEARNING_RATE });
  const step = compile.trainStep(terms, { variables, optimizer, shards });
  return () => step(x, y);
}

/** The same, eagerly. */
export function eagerStep({ rnn, tf }, workload) {
  const { variables, terms } = networkOf(rnn, tf, workload);
  const [x, y] = batchOf(tf, workload);
  const optimizer = new rnn.AdamOptimizer({ learningRate: LEARNING_RATE });
  return () => {
    const loss = optimizer.minimize(() => tf.mean(terms(x, y)), variables);
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
}

/** The largest relative difference between the losses of compiled and eager steps from the same seeds; NaN when one is. */
export function largestDifference(unroll, workload, steps) {
  const [compiled, eager] = [compiledStep(unroll, workload), eagerStep(unroll, workload)];
  let largest = 0;
  for (let i = 0; i < steps; i++) {
    const [a, b] = [compiled(), eager()];
    largest = Math.max(largest, Math.abs(a - b) / Math.abs(b));
  }
  return largest;
}
