import { CompileError } from "../errors";
import { Collection, type ProfiledOp } from "./collect";

/** The sum of the times of one operation, or of one cell or layer. */
export interface ProfileRow {
  readonly name: string;
  /** How often an operation ran. */
  readonly count: number;
  /** How long their kernels ran together, in microseconds. */
  readonly microseconds: number;
  /** Their share of the time of all operations, 0 to 1. */
  readonly share: number;
}

/** Where the time of compiled functions went. */
export interface Profile {
  /** Each operation that ran, in the order in which they began. */
  readonly ops: readonly ProfiledOp[];
  /** By the operation's name, the longest first. */
  readonly byOp: readonly ProfileRow[];
  /** By the cell or layer, the longest first; the operations of gradients stand below `gradients/`. */
  readonly bySource: readonly ProfileRow[];
  /** How many graphs ran. */
  readonly runs: number;
  /** From the begin of the first operation to the end of the last one, in microseconds. */
  readonly elapsed: number;
}

/** A profile, or the promise of one where the function that was profiled returns a promise. */
export type ProfileOf<T> = T extends PromiseLike<unknown> ? Promise<Profile> : Profile;

/**
 * Takes a profile of compiled functions: runs `run` with TensorFlow's full trace, and sums up the time of each operation by its
 * name and by the cell or layer that it comes from. A trace makes a run longer, by about 5 microseconds an operation; the
 * operations' own times stay true. Call the compiled function once before, because a first call builds and optimises its graph.
 *
 * The times are those of kernels. What TensorFlow spends between them, and two operations that run on two threads at the same
 * time, show in `elapsed` only.
 *
 * @example
 *   const head = new Dense({ inputSize: 8, outputSize: 2, seed: 42 });
 *   const classify = compile((x: tf.Tensor2D) => head.call(x), { variables: [head.kernel, head.bias] });
 *   const x: tf.Tensor2D = tf.ones([4, 8]);
 *   classify(x);
 *   const { bySource } = profile(() => classify(x)); // [{ name: "Dense", count: 2, microseconds: 11.4, share: 0.86 }, …]
 *
 * @param run calls compiled functions, of `compile`, `trainStep` or `stream`; or returns a promise, as `fit` does
 * @throws CompileError where no compiled function was called, or the native session is not there
 */
export function profile<T>(run: () => T): ProfileOf<T> {
  if (typeof run !== "function") {
    throw new CompileError(`profile: expected a function that calls compiled functions, got ${typeof run}`);
  }
  const collection = new Collection();
  const end = collection.begin();
  let result: T;
  try {
    result = run();
  } catch (error) {
    end();
    throw error;
  }
  if (!isPromise(result)) {
    end();
    return profileOf(collection) as ProfileOf<T>;
  }
  const settled = Promise.resolve(result).finally(end);
  return settled.then(() => profileOf(collection)) as ProfileOf<T>;
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | undefined)?.then === "function";

function profileOf(collection: Collection): Profile {
  if (collection.count === 0) {
    throw new CompileError(
      "profile: expected a call of a compiled function, got none that ran in a native session " +
        "(it needs the addon that setup builds, and not UNROLL_NATIVE=off)",
    );
  }
  const ops = collection.ops();
  const begin = Math.min(...ops.slice(0, 1).map(({ start }) => start), 0);
  const elapsed = ops.reduce((end, { start, duration }) => Math.max(end, start + duration), 0) - begin;
  return { ops, byOp: rows(ops, "op"), bySource: rows(ops, "source"), runs: collection.count, elapsed };
}

function rows(ops: readonly ProfiledOp[], by: "op" | "source"): ProfileRow[] {
  const sums = new Map<string, { count: number; microseconds: number }>();
  let all = 0;
  for (const op of ops) {
    const { count, microseconds } = sums.get(op[by]) ?? { count: 0, microseconds: 0 };
    sums.set(op[by], { count: count + 1, microseconds: microseconds + op.duration });
    all += op.duration;
  }
  return [...sums]
    .map(([name, sum]) => ({ name, ...sum, share: all === 0 ? 0 : sum.microseconds / all }))
    .sort((a, b) => b.microseconds - a.microseconds);
}
