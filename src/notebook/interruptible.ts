/** Ends a loop when the kernel is interrupted. JupyterLab's stop button also shows the cell as interrupted. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  constructor() {
    super("interrupted: the loop has stopped, and what it changed so far stays");
  }
}

/** How long work may block the kernel, in milliseconds. */
const YIELD_AFTER = 50;

/**
 * Gives the same items, for loops that train: JupyterLab's stop button and Ctrl-C end the loop before its next item.
 *
 *   for await (const batch of interruptible(batches(data, { batchSize: 150 }))) step(batch);
 *
 * Without it a loop of synchronous steps that follows an `await` runs to its end, because the interrupt arrives only when
 * the event loop runs. Every 50 ms this loop lets the event loop run, so that the interrupt arrives, plots are drawn, and
 * timers run.
 *
 * @throws InterruptedError, from the loop, when the process is interrupted
 */
export async function* interruptible<T>(items: Iterable<T>): AsyncGenerator<T, void, void> {
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  // Node handles SIGINT itself while a cell's first, synchronous part runs; a listener added then would end the kernel.
  await new Promise(setImmediate);
  process.on("SIGINT", stop);
  try {
    let last = performance.now();
    for (const item of items) {
      if (performance.now() - last > YIELD_AFTER) {
        await new Promise(setImmediate);
        last = performance.now();
      }
      if (stopped) throw new InterruptedError();
      yield item;
    }
  } finally {
    process.off("SIGINT", stop);
  }
}
