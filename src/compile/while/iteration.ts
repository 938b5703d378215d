import { describe } from "../../arguments";
import * as tf from "../../tf";
import { CompileError } from "../errors";

/** What an iteration of a while loop returns. */
export interface LoopStep<Results extends readonly tf.Tensor[] = readonly tf.Tensor[]> {
  /** The next loop variables, of the shapes and types of those before. */
  readonly loopVars: readonly tf.Tensor[];
  /** Results of this iteration alone. Default: none. */
  readonly results?: Results;
}

/** One iteration of a while loop, whose functions check what the caller's functions return. */
export interface Iteration {
  /** Whether the iteration runs: a bool scalar. */
  readonly holds: (loopVars: readonly tf.Tensor[], iteration: tf.Scalar) => tf.Tensor;
  readonly step: (loopVars: readonly tf.Tensor[], iteration: tf.Scalar) => LoopStep;
}

/** What a while loop ends with. */
export interface Ends {
  readonly loopVars: readonly tf.Tensor[];
  readonly results: readonly tf.Tensor[];
  readonly iterations: tf.Tensor;
}

export const isLoopDtype = (dtype: string): boolean => ["float32", "int32", "bool"].includes(dtype);

/** The caller's functions, checked at each call. @param before the loop variables before the loop */
export function iterationOf(
  holds: Iteration["holds"],
  step: Iteration["step"],
  before: readonly tf.Tensor[],
): {
  readonly holds: Iteration["holds"];
  readonly step: (...given: Parameters<Iteration["step"]>) => Required<LoopStep>;
} {
  return {
    holds: (...given) => checkedCondition(holds(...given)),
    step: (...given) => checkedStep(step(...given), before),
  };
}

/** @throws CompileError when the condition is no bool scalar */
function checkedCondition(condition: unknown): tf.Tensor {
  if (condition instanceof tf.Tensor && condition.dtype === "bool" && condition.rank === 0) return condition;
  throw new CompileError(`whileLoop: cond: expected a bool scalar, got ${tensorOr(condition)}`);
}

/** @throws CompileError when the body returned other loop variables than it was given, or results that are no tensors */
function checkedStep(made: LoopStep, before: readonly tf.Tensor[]): Required<LoopStep> {
  const { loopVars, results = [] } = (made ?? {}) as Partial<LoopStep>;
  if (!Array.isArray(loopVars) || loopVars.length !== before.length || !Array.isArray(results)) {
    const got = Array.isArray(loopVars) && Array.isArray(results) ? `${loopVars.length} loopVars` : describe(made);
    throw new CompileError(
      `whileLoop: body: expected { loopVars, results }, two lists, with ${before.length} loopVars; got ${got}`,
    );
  }
  before.forEach(({ shape, dtype }, i) => {
    const next: unknown = loopVars[i];
    if (next instanceof tf.Tensor && next.shape.join() === shape.join() && next.dtype === dtype) return;
    const expected = `shape [${shape}] of ${dtype} after an iteration as before it`;
    throw new CompileError(`whileLoop: loopVars[${i}]: expected ${expected}, got ${tensorOr(next)}`);
  });
  const wrong = results.findIndex((result: unknown) => !(result instanceof tf.Tensor && isLoopDtype(result.dtype)));
  if (wrong < 0) return { loopVars, results };
  const got = tensorOr(results[wrong]);
  throw new CompileError(`whileLoop: results[${wrong}]: expected a tensor of float32, int32 or bool, got ${got}`);
}

const tensorOr = (value: unknown) =>
  value instanceof tf.Tensor ? `shape [${value.shape}] of ${value.dtype}` : describe(value);
