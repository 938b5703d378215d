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
  const settle = (): (() => Next) => {
    try {
      const value = next(result);
      return () => value;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  };
  return {
    ended,
    result: () => {
      outcome ??= settle();
      return outcome();
    },
  };
}
