/** How long work may go on before the event loop is let through, in milliseconds. */
const TURN = 50;

/** How often something that is waited for is left, to see whether to stop, in milliseconds. */
const LOOK = 50;

/** Waits for a promise, but not longer than until there is a reason to stop. @returns whether it is settled */
export async function arrives(promise: Promise<unknown>, watch: Pick<StopWatch, "reason">): Promise<boolean> {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  const settled = promise.then(settle, settle);
  while (!isSettled && watch.reason === undefined) {
    let timer: NodeJS.Timeout | undefined;
    const look = new Promise((resolve) => {
      timer = setTimeout(resolve, LOOK);
    });
    await Promise.race([settled, look]);
    clearTimeout(timer);
  }
  return isSettled;
}

/** What a function that gives nothing when it is stopped throws: the signal's reason, or an AbortError. */
export const stopError = (where: string, signal: AbortSignal | undefined): unknown =>
  signal?.aborted ? signal.reason : new DOMException(`${where}: interrupted`, "AbortError");

/** What ends a training from outside, and the turns in which it arrives. */
export interface StopWatch {
  /** "aborted" by the signal, "interrupted" by Ctrl-C or the notebook's stop button; undefined as long as neither. */
  readonly reason: string | undefined;
  /** Gives way to the event loop when it is time to: native calls are synchronous, and nothing arrives during them. */
  turn(): Promise<void> | undefined;
  /** Gives way now. */
  giveWay(): Promise<void>;
  /** Takes the listeners away. */
  off(): void;
}

/**
 * Begins to listen, a macrotask later: Node takes SIGINT over while a notebook cell's first, synchronous part runs, and a
 * listener added then would end the kernel.
 */
export async function watchForStop(signal: AbortSignal | undefined): Promise<StopWatch> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  await new Promise(setImmediate);
  process.on("SIGINT", interrupt);
  let last = performance.now();
  const giveWay = async () => {
    await new Promise(setImmediate);
    last = performance.now();
  };
  return {
    get reason() {
      if (signal?.aborted) return "aborted";
      return interrupted ? "interrupted" : undefined;
    },
    turn: () => (performance.now() - last > TURN ? giveWay() : undefined),
    giveWay,
    off: () => process.off("SIGINT", interrupt),
  };
}
