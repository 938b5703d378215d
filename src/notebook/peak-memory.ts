import { Worker } from "node:worker_threads";

/** A thread that reads the process's memory every millisecond, also while native code blocks the main thread. */
const WATCH = `
const { workerData: [peak, running], parentPort } = require("node:worker_threads");
const [RUNNING, ENDED] = [1, 2];
const look = () => {
  if (running[0] === RUNNING) peak[0] = Math.max(peak[0], process.memoryUsage.rss());
  if (running[0] === ENDED) parentPort.postMessage("done");
  else setTimeout(look, 1);
};
look();
parentPort.postMessage("watching");
`;

/**
 * Runs a function and measures its peak memory: by how many bytes the largest resident set of the process during the
 * call exceeds the one before. Memory that was freed before, but still belongs to the process, is used first and is
 * not counted; so measure functions that you compare in processes of their own (`inFreshProcess`).
 *
 *   const { value: loss, bytes } = await peakMemory(() => step(x));
 */
export async function peakMemory<T>(run: () => T | Promise<T>): Promise<{ value: T; bytes: number }> {
  const peak = new Float64Array(new SharedArrayBuffer(8));
  const running = new Int32Array(new SharedArrayBuffer(4)); // 0 waits, 1 runs, 2 has ended
  const worker = new Worker(WATCH, { eval: true, workerData: [peak, running] });
  const said = (what: string) =>
    new Promise<void>((resolve, reject) => {
      worker.once("error", reject);
      worker.on("message", (text) => text === what && resolve());
    });
  await said("watching");
  const before = process.memoryUsage.rss();
  peak[0] = before;
  running[0] = 1;
  const done = said("done");
  try {
    const value = await run();
    return { value, bytes: Math.max(peak[0], process.memoryUsage.rss()) - before };
  } finally {
    running[0] = 2;
    await done;
    await worker.terminate();
  }
}
