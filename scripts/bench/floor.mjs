/** The floor under a training step: its matrix products alone, at the speed that the machine reaches on large ones. */

const GATES = { rnn: 1, lstm: 4, gru: 3 };

/**
 * Floating-point operations of a step's matrix products. A product [m, k]·[k, n] takes 2·m·k·n forward, and as much
 * again for each of the two gradients backward; nobody asks for the gradient of the batch, the first layer's input.
 *
 *   inputs, all time steps at once   2·(batch·timeSteps)·inputSize·(gates·units)
 *   state, at each time step         2·batch·units·(gates·units)
 *   head                             2·rows·units·outputs        rows: batch·timeSteps where it stands on every step
 */
export function productFlops({ cell, layers, batch, timeSteps, inputs, units, outputs, head }) {
  const wide = GATES[cell] * units;
  const rows = batch * timeSteps;
  let flops = 3 * product(head === "every" ? rows : batch, units, outputs);
  for (let layer = 0; layer < layers; layer++) {
    flops += layer === 0 ? 2 * product(rows, inputs, wide) : 3 * product(rows, units, wide);
    flops += 3 * timeSteps * product(batch, units, wide);
  }
  return flops;
}

const product = (m, k, n) => 2 * m * k * n;

/** Milliseconds that a workload's matrix products need at that speed. */
export const floorMs = (workload, gflops) => productFlops(workload) / (gflops * 1e6);

/** The machine's speed at a large product on all cores, in GFLOP/s: the best of a second of tries. */
export function productSpeed(tf, size = 2048) {
  const [a, b] = [tf.randomUniform([size, size]), tf.randomUniform([size, size])];
  let best = Number.POSITIVE_INFINITY;
  for (const begin = performance.now(); performance.now() - begin < 1500; ) {
    const start = performance.now();
    tf.matMul(a, b).dispose();
    best = Math.min(best, performance.now() - start);
  }
  return product(size, size, size) / (best * 1e6);
}
