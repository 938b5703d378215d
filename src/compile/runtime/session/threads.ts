import { describe } from "../../../arguments";
import { nativeProblem } from "../../../native";
import * as tf from "../../../tf";
import { CompileError } from "../../errors";

/** The option of a compiled function. */
export interface ThreadsOption {
  /**
   * How many operations of the graph may run side by side, on threads of its own. One operation uses as many threads as
   * TensorFlow gives it in the whole process: one, unless the environment variable TF_NUM_INTRAOP_THREADS says more. Default: the
   * threads that all graphs share, one for each core.
   */
  threads?: number;
}

/** Far beyond the cores of a machine. TensorFlow starts all threads of a graph at once, and a process has no memory for a million. */
const MOST = 1024;

/** @throws CompileError for a wrong number; for fewer threads than one operation has; and where the native addon is missing */
export function checkThreads(where: string, threads: unknown): void {
  if (threads === undefined) return;
  const refuse = (expected: string) => {
    throw new CompileError(`${where}: threads: expected ${expected}, got ${describe(threads)}`);
  };
  if (!Number.isSafeInteger(threads) || (threads as number) < 1) refuse("a whole number of at least 1");
  if ((threads as number) > MOST) refuse(`at most ${MOST}`);
  const problem = nativeProblem();
  if (problem !== undefined) refuse(`nothing without the native addon (${problem}), as all graphs share threads then`);
  const { threadsPerOperation: least = 1 } = tf.engineInUse;
  if ((threads as number) >= least) return;
  refuse(`at least ${least}, which each operation of this process has (TF_NUM_INTRAOP_THREADS)`);
}
