/** How long work may block the event loop, in milliseconds. */
const YIELD_AFTER = 50;

/** How often a waiting function looks whether it has to stop, in milliseconds. */
const POLL_INTERVAL = 50;

/** Waits until a promise is settled or there is a reason to stop. @returns whether the promise is settled */
export async function settles(promise: Promise<unknown>, watch: Pick<StopWatch, "reason">): Promise<boolean> {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  const settled = promise.then(settle, settle);
  while (!isSettled && watch.reason === undefined) {
    let timer: NodeJS.Timeout | undefined;
    const poll = new Promise((resolve) => {
      timer = setTimeout(resolve, POLL_INTERVAL);
    });
    await Promise.race([settled, poll]);
    clearTimeout(timer);
  }
  return isSettled;
}

/** The error of a stopped function that has no partial result: the signal's reason, or an AbortError. */
export const stopError = (where: string, signal: AbortSignal | undefined): unknown =>
  signal?.aborted ? signal.reason : new DOMException(`${where}: interrupted`, "AbortError");

/** Listens for what stops a training from outside, and lets the event loop run, so that the listeners are called. */
export interface StopWatch {
  /**
   * "aborted" by the signal, "interrupted" by Ctrl-C or the notebook's stop button; undefined while nothing stops it.
   */
  readonly reason: string | undefined;
  /**
   * Lets the event loop run when it was blocked for 50 ms. Native calls are synchronous, and no signal arrives during
   * them.
   */
  yieldIfDue(): Promise<void> | undefined;
  /** Lets the event loop run now. */
  yieldNow(): Promise<void>;
  /** Removes the listeners. */
  close(): void;
}

/** Who is to be told of Ctrl-C. One listener serves all, because Node warns of a leak when there are eleven of them. */
const interrupts = new Set<() => void>();
const interruptAll = () => {
  for (const interrupt of interrupts) interrupt();
};

function listen(interrupt: () => void): void {
  if (interrupts.size === 0) process.on("SIGINT", interruptAll);
  interrupts.add(interrupt);
}

function unlisten(interrupt: () => void): void {
  interrupts.delete(interrupt);
  if (interrupts.size === 0) process.off("SIGINT", interruptAll);
}

/**
 * Begins to listen one macrotask later, because Node handles SIGINT itself while the first, synchronous part of a
 * notebook cell runs: a listener added in that part would end the kernel.
 */
export async function watchForStop(signal: AbortSignal | undefined): Promise<StopWatch> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  await new Promise(setImmediate);
  listen(interrupt);
  let last = performance.now();
  const yieldNow = async () => {
    await new Promise(setImmediate);
    last = performance.now();
  };
  return {
    get reason() {
      if (signal?.aborted) return "aborted";
      return interrupted ? "interrupted" : undefined;
    },
    yieldIfDue: () => (performance.now() - last > YIELD_AFTER ? yieldNow() : undefined),
    yieldNow,
    close: () => unlisten(interrupt),
  };
}
