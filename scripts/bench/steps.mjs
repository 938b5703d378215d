/** One training step of a workload in Unroll, compiled and eager: Adam, the loss read back. */
import { batchOf, networkOf } from "./network.mjs";

const LEARNING_RATE = 1e-3;

/** @returns a function that trains one step and returns the loss before it */
export function compiledStep({ rnn, compile, tf }, workload, { shards, seed } = {}) {
  const { variables, terms } = networkOf(rnn, tf, workload);
  const [x, y] = batchOf(tf, workload, seed);
  const optimizer = new rnn.AdamOptimizer({ learningRate: LEARNING_RATE });
  const step = compile.trainStep(terms, { variables, optimizer, shards });
  return () => step(x, y);
}

/** The same, eagerly; `nudge` is by how much of themselves the first weights are moved. */
export function eagerStep({ rnn, tf }, workload, { seed, nudge = 0 } = {}) {
  const { variables, terms } = networkOf(rnn, tf, workload);
  const [x, y] = batchOf(tf, workload, seed);
  for (const variable of nudge ? variables : []) tf.tidy(() => variable.assign(tf.mul(variable, 1 + nudge)));
  const optimizer = new rnn.AdamOptimizer({ learningRate: LEARNING_RATE });
  return () => {
    const loss = optimizer.minimize(() => tf.mean(terms(x, y)), variables);
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
}

/** One rounding of a float32. */
const ROUNDING = 2 ** -23;

/**
 * Losses of compiled and eager steps from the same seeds. Where training itself magnifies a rounding (a ReLU's kink, Adam's
 * first steps), no two ways of adding up agree; such a batch says nothing, and the next seed's is taken.
 *
 * @param drift how far eager steps may be from eager steps whose first weights are one rounding off
 * @returns the seed, the drift, and the largest relative difference; null where every batch drifted
 */
export function largestDifference(unroll, workload, { steps, drift: most, seeds = 10 }) {
  for (let seed = 7; seed < 7 + 2 * seeds; seed += 2) {
    const eager = lossesOf(eagerStep(unroll, workload, { seed }), steps);
    const drift = differenceOf(lossesOf(eagerStep(unroll, workload, { seed, nudge: ROUNDING }), steps), eager);
    if (drift > most) continue;
    return { seed, drift, difference: differenceOf(lossesOf(compiledStep(unroll, workload, { seed }), steps), eager) };
  }
  return { seed: null, drift: null, difference: null };
}

const lossesOf = (step, steps) => Array.from({ length: steps }, () => step());
const differenceOf = (losses, others) => Math.max(...losses.map((loss, i) => Math.abs(loss / others[i] - 1)));
