import { canCompile } from "../../compile";
import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";

/** Building a graph takes longer than running fewer batches than this one operation at a time. */
const WORTH_A_GRAPH = 8;

/**
 * Decides whether to compile: as the caller asked, or else wherever the engine can and there are enough batches.
 *
 * @throws ArgumentError when the caller asked for it and the engine cannot compile
 */
export function willCompile(where: string, asked: boolean | undefined, batches = WORTH_A_GRAPH): boolean {
  if (asked === true && !canCompile()) {
    throw new ArgumentError(where, "compiled", "false: only the native engine compiles", `true on ${tf.getBackend()}`);
  }
  return asked ?? (canCompile() && batches >= WORTH_A_GRAPH);
}
