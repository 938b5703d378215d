import * as tf from "../../tf";
import { CompileError } from "../errors";
import type { Ends, iterationOf } from "./iteration";

type Checked = ReturnType<typeof iterationOf>;

/**
 * Runs a while loop eagerly.
 *
 * @param nextStep is called before each iteration
 */
export function runWhile(
  { holds, step }: Checked,
  loopVars: readonly tf.Tensor[],
  maximumIterations: number,
  nextStep: () => void,
): Ends {
  let now = loopVars.map((variable) => tf.clone(variable));
  const made: tf.Tensor[][] = [];
  for (let i = 0; i < maximumIterations; i++) {
    nextStep();
    const before = now;
    const iteration = tf.scalar(i, "int32");
    if (!tf.tidy(() => holds(before, iteration).dataSync()[0] !== 0)) break;
    const [next, results] = tf.tidy(() => {
      const { loopVars, results } = step(before, iteration);
      return [copies(loopVars), copies(results)]; // copies, because a body may return what it was given
    });
    checkAlike(results as tf.Tensor[], made[0]);
    tf.dispose([before, iteration]);
    now = next as tf.Tensor[];
    made.push(results as tf.Tensor[]);
  }
  const examples = made[0] ?? resultsWithoutIterations(step, now);
  const results = examples.map(({ shape, dtype }, i) => {
    const parts = [
      ...(made.length > 0 ? [tf.stack(made.map((each) => each[i] as tf.Tensor))] : []),
      ...(made.length < maximumIterations ? [tf.zeros([maximumIterations - made.length, ...shape], dtype)] : []),
    ];
    return parts.length === 1 ? (parts[0] as tf.Tensor) : tf.concat(parts, 0);
  });
  return { loopVars: now, results, iterations: tf.scalar(made.length, "int32") };
}

const copies = (tensors: readonly tf.Tensor[]) => tensors.map((tensor) => tf.clone(tensor));

/** The results of an iteration that does not count: their shapes and types are needed. */
const resultsWithoutIterations = (step: Checked["step"], now: readonly tf.Tensor[]) => [
  ...step(now, tf.scalar(0, "int32")).results,
];

/** @throws CompileError when the results of an iteration differ in number, shape or type from those of the first one */
function checkAlike(results: readonly tf.Tensor[], first: readonly tf.Tensor[] | undefined): void {
  const all = (tensors: readonly tf.Tensor[]) => tensors.map(({ shape, dtype }) => `[${shape}] of ${dtype}`).join(", ");
  if (first === undefined || all(first) === all(results)) return;
  throw new CompileError(
    `whileLoop: body: expected results like those of the first iteration (${all(first) || "none"}), got ${all(results) || "none"}`,
  );
}
