import type * as tf from "../../tf";
import { customGradient } from "../capture/custom-gradient";
import { tapeIsOn, tensorsUsed } from "../capture/tape";
import { CompileError } from "../errors";
import type { Ends } from "./iteration";

/**
 * Runs a while loop so that a gradient through its float32 outputs is refused. Without this, an eager gradient would work and a
 * compiled one would be none at all: the op of a compiled loop stands on no tape.
 */
export function withoutGradient(run: () => Ends, loopVars: readonly tf.Tensor[]): Ends {
  if (!tapeIsOn()) return run();
  let ends: Ends | undefined;
  const used = tensorsUsed(() => {
    ends = run();
  });
  const { iterations, loopVars: last, results } = ends as unknown as Ends;
  const isFloat = (tensor: tf.Tensor) => tensor.dtype === "float32";
  const outputs = [...last, ...results];
  const own = new Set(outputs.map(({ id }) => id));
  const given = [...loopVars, ...used].filter((x) => isFloat(x) && !x.isDisposed && !own.has(x.id));
  const inputs = [...new Map(given.map((x) => [x.id, x])).values()];
  if (!outputs.some(isFloat)) return { iterations, loopVars: last, results };
  const made = customGradient(
    inputs,
    () => outputs.filter(isFloat),
    () => {
      throw new CompileError("whileLoop: a while loop has no gradient. Loop by scan, which has one");
    },
  );
  const marked = [...made]; // a copy, because the tape keeps the list itself
  const all = outputs.map((output) => (isFloat(output) ? (marked.shift() as tf.Tensor) : output));
  const { length } = loopVars;
  return { iterations, loopVars: all.slice(0, length), results: all.slice(length) };
}
