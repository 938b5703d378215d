/** The floor under a training step: its matrix products alone, at the speed that the machine reaches on large ones. */
import type { Tf } from "./library.mts";
import type { Workload } from "./workload.mts";

const GATES = { rnn: 1, lstm: 4, gru: 3 };

export type Sizes = Omit<Workload, "activation" | "loss">;

/**
 * Floating-point operations of a step's matrix products. A product [m, k]·[k, n] takes 2·m·k·n forward, and as much
 * again for each of the two gradients backward. The first layer's input, the batch, needs no gradient.
 *
 *   inputs, all time steps at once   2·(batch·timeSteps)·inputSize·(gates·units)
 *   state, at each time step         2·batch·units·(gates·units)
 *   head                             2·rows·units·outputs        rows: batch·timeSteps where it stands on every step
 */
export function productFlops(workload: Sizes): number {
  const { cell, layers, batch, timeSteps, inputs, units, outputs, head } = workload;
  const wide = GATES[cell] * units;
  const rows = batch * timeSteps;
  let flops = 3 * product(head === "every" ? rows : batch, units, outputs);
  for (let layer = 0; layer < layers; layer++) {
    flops += layer === 0 ? 2 * product(rows, inputs, wide) : 3 * product(rows, units, wide);
    flops += 3 * timeSteps * product(batch, units, wide);
  }
  return flops;
}

const product = (m: number, k: number, n: number): number => 2 * m * k * n;

/** Milliseconds that a workload's matrix products need at that speed. */
export const floorMs = (workload: Sizes, gflops: number): number => productFlops(workload) / (gflops * 1e6);

/** The machine's speed at a large product on all cores, in GFLOP/s: the best of the tries of 1.5 seconds. */
export function productSpeed(tf: Tf, size = 2048): number {
  const [a, b] = [tf.randomUniform([size, size]), tf.randomUniform([size, size])];
  let best = Number.POSITIVE_INFINITY;
  for (const begin = performance.now(); performance.now() - begin < 1500; ) {
    const start = performance.now();
    tf.matMul(a, b).dispose();
    best = Math.min(best, performance.now() - start);
  }
  return product(size, size, size) / (best * 1e6);
}
