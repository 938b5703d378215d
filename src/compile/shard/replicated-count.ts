import { dependingOnlyOn } from "../ir/partition";
import type { Op, Signature, Trace } from "../ir/trace";

/**
 * Whether a loss's count (its trace's second output) comes from what is not cut, such as a scalar argument or a variable:
 * then it counts the whole batch, and adding it up over shards would count that many times.
 */
export function hasReplicatedCount(trace: Trace, signatures: readonly Signature[]): boolean {
  const origin = trace.outputs[1];
  const isUncut = (input: number) => input >= signatures.length || signatures[input]?.shape.length === 0;
  if (origin === undefined) return false;
  if ("input" in origin) return isUncut(origin.input);
  const constant = dependingOnlyOn(trace, () => false);
  return dependingOnlyOn(trace, isUncut).has(origin.op as Op) && !constant.has(origin.op);
}
