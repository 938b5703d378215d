/** One training step of a workload in Unroll, compiled and eager: Adam, the loss read back. */
import type { Library } from "./library.mts";
import { batchOf, networkOf } from "./network.mts";
import type { Workload } from "./workload.mts";

export const LEARNING_RATE = 1e-3;

export interface StepOptions {
  /** Of the batch. Default: 7. */
  readonly seed?: number | undefined;
}

/** Trains one step and returns the loss before it. */
export type Step = () => number;

/** @param options `shards`: the parts that a batch is cut into. Default: one a core */
export function compiledStep(
  { rnn, compile, tf }: Library,
  workload: Workload,
  { shards, seed }: StepOptions & { readonly shards?: number | undefined } = {},
): Step {
  const { variables, terms } = networkOf({ rnn, tf }, workload);
  const [x, y] = batchOf(tf, workload, seed);
  const optimizer = new rnn.AdamOptimizer({ learningRate: LEARNING_RATE });
  const step = compile.trainStep(terms, { variables, optimizer, shards });
  return () => step(x, y);
}

/** @param options `nudge`: by which share of themselves the first weights are moved. Default: 0 */
export function eagerStep(
  { rnn, tf }: Pick<Library, "rnn" | "tf">,
  workload: Workload,
  { seed, nudge = 0 }: StepOptions & { readonly nudge?: number } = {},
): Step {
  const { variables, terms } = networkOf({ rnn, tf }, workload);
  const [x, y] = batchOf(tf, workload, seed);
  for (const variable of nudge ? variables : []) {
    const moved = tf.mul(variable, 1 + nudge);
    variable.assign(moved);
    moved.dispose();
  }
  const optimizer = new rnn.AdamOptimizer({ learningRate: LEARNING_RATE });
  return () => {
    const loss = optimizer.minimize(() => tf.mean(terms(x, y)), variables);
    const [value = Number.NaN] = loss.dataSync();
    loss.dispose();
    return value;
  };
}
