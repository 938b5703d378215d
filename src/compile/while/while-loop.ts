import { describe } from "../../arguments";
import * as tf from "../../tf";
import { numberedLoop } from "../capture/call-numbers";
import { currentRecorder } from "../capture/capture";
import { checkGiven, checkList } from "../check-given";
import { CompileError } from "../errors";
import { captureWhile } from "./capture-while";
import { type Ends, type Iteration, isLoopDtype, iterationOf, type LoopStep } from "./iteration";
import { withoutGradient } from "./no-gradient";
import { runWhile } from "./run-while";

export interface WhileLoopOptions {
  /**
   * The loop ends after this number of iterations, also where the condition still holds, so that nothing hangs. It is also the
   * length of the results. A whole number from 1 to 2³¹ − 2.
   */
  maximumIterations: number;
}

/** Tensors of the same ranks: what a loop makes of its variables. */
type Same<Vars extends readonly tf.Tensor[]> = {
  [I in keyof Vars]: Vars[I] extends tf.Tensor<infer R> ? tf.Tensor<R> : never;
};

/** What a while loop ends with. */
export interface WhileLoopResult<Vars extends readonly tf.Tensor[], Results extends readonly tf.Tensor[]> {
  /** The loop variables after the last iteration. */
  readonly loopVars: Same<Vars>;
  /** Each result for all iterations, `[maximumIterations, …]`: 0 (false) where there was no iteration. */
  readonly results: { -readonly [I in keyof Results]: tf.Tensor };
  /** How many iterations there were, an int32 scalar. */
  readonly iterations: tf.Scalar;
}

/**
 * TensorFlow 1.x's `tf.while_loop`: a loop that runs while a condition holds. In a compiled function it is one loop of the
 * graph, which ends as soon as the condition is false: a sentence is decoded in one native call. Run eagerly, it is this plain
 * loop, with the same numbers:
 *
 *   let iteration = 0;
 *   while (iteration < maximumIterations && cond(loopVars, iteration)) {
 *     const made = body(loopVars, iteration++);
 *     results.push(made.results);
 *     loopVars = made.loopVars;
 *   }
 *
 * What the condition and the body use from outside (tensors, variables) is the same in every iteration. What depends on nothing else is
 * computed once, before the loop. In an exported graph the loop is one of the graph too, in TensorFlow and in the browser.
 *
 * It has no gradient: one that needs its float32 outputs throws a CompileError. Use `scan`, which has gradients. Through outputs of
 * int32 and bool no gradient passes, as in TensorFlow.
 *
 * @example
 *   // Doubles x until it is at least 100; the results are the values on the way.
 *   const { loopVars: [x], results: [steps], iterations } = whileLoop(
 *     ([x]) => tf.less(x, 100),
 *     ([x]) => ({ loopVars: [tf.mul(x, 2)], results: [x] }),
 *     [tf.scalar(7)],
 *     { maximumIterations: 6 },
 *   );
 *   console.log(x.dataSync(), steps.dataSync(), iterations.dataSync()); // 112; 7, 14, 28, 56, 0, 0; 4
 *
 * @param cond from the loop variables and the number of the iteration (from 0, an int32 scalar) to a bool scalar: whether this
 *   iteration runs
 * @param body one iteration, from the same to the next loop variables and, if wanted, results of float32, int32 or bool. It must make
 *   the same operations in every iteration: a compiled loop calls it once, as an eager loop does without any iteration, for the
 *   shapes of the results. Random numbers must depend on the number of the iteration, or on a loop variable
 * @param loopVars tensors of float32, int32 or bool, of any ranks. An iteration must keep their shapes and types: write
 *   `tf.add(n, tf.scalar(1, "int32"))` for an int32 n, because `tf.add(n, 1)` is float32
 * @throws CompileError when an argument is wrong, the condition is no bool scalar, or the body returns another number of loop
 *   variables, or changes the shape or type of one
 */
export function whileLoop<
  Vars extends readonly tf.Tensor[] | readonly [],
  Results extends readonly tf.Tensor[] | readonly [],
>(
  cond: (loopVars: Same<Vars>, iteration: tf.Scalar) => tf.Tensor,
  body: (loopVars: Same<Vars>, iteration: tf.Scalar) => LoopStep<Results>,
  loopVars: Vars,
  options: WhileLoopOptions,
): WhileLoopResult<Vars, Results> {
  checkArguments(cond, body, loopVars, options);
  const { maximumIterations } = options;
  const iteration = iterationOf(cond as Iteration["holds"], body as Iteration["step"], loopVars);
  const recorder = currentRecorder();
  const run = (): Ends =>
    numberedLoop((nextStep) =>
      recorder === undefined
        ? runWhile(iteration, loopVars, maximumIterations, nextStep)
        : captureWhile(recorder, iteration, loopVars, maximumIterations, nextStep),
    );
  return tf.tidy(() => withoutGradient(run, loopVars) as never) as WhileLoopResult<Vars, Results>;
}

/** @throws CompileError */
function checkArguments(cond: unknown, body: unknown, loopVars: readonly tf.Tensor[], options: WhileLoopOptions): void {
  checkGiven("whileLoop", cond, options, ["maximumIterations"]);
  if (typeof body !== "function") {
    throw new CompileError(`whileLoop: body: expected a function, got ${describe(body)}`);
  }
  checkList("whileLoop", "loopVars", loopVars);
  if (loopVars.length === 0) throw new CompileError("whileLoop: loopVars: expected at least one tensor, got none");
  loopVars.forEach((variable, i) => {
    if (variable instanceof tf.Tensor && isLoopDtype(variable.dtype)) return;
    const got = variable instanceof tf.Tensor ? variable.dtype : describe(variable);
    throw new CompileError(`whileLoop: loopVars[${i}]: expected a tensor of float32, int32 or bool, got ${got}`);
  });
  const { maximumIterations } = options;
  if (Number.isInteger(maximumIterations) && maximumIterations >= 1 && maximumIterations < 2 ** 31 - 1) return;
  throw new CompileError(
    `whileLoop: maximumIterations: expected a whole number from 1 to ${2 ** 31 - 2}, got ${describe(maximumIterations)}`,
  );
}
