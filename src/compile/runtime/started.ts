/** A computation that has begun; other threads may be at work on it. */
export interface Started<Result> {
  /** Fulfilled when the computation has ended, well or not. Undefined: it has ended already. */
  readonly ended: Promise<void> | undefined;
  /** The result, always the same one. Where the computation has not ended, JavaScript waits. @throws what the computation throws */
  result(): Result;
}

/**
 * What follows a computation, done once, when its result is asked for first.
 *
 * @param next gets a function to the result, which throws what the computation throws
 */
export function followedBy<Result, Next>(
  { ended, result }: Started<Result>,
  next: (result: () => Result) => Next,
): Started<Next> {
  let outcome: (() => Next) | undefined;
  return {
    ended,
    result: () => {
      outcome ??= settled(() => next(result));
      return outcome();
    },
  };
}

/** Runs a computation now. @returns a function that returns what it returned, or throws what it threw */
export function settled<T>(run: () => T): () => T {
  try {
    const value = run();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
