import { dependingOnlyOn } from "../ir/partition";
import type { Trace } from "../ir/trace";
import { type ArgumentSignature, isReplicated } from "./argument";

/**
 * Whether a loss's count, an output of its trace, depends on nothing but replicated inputs, such as a scalar argument
 * or a variable. Such a count is the whole batch's, and a sum over shards would count it once for each shard. (A constant
 * count is a shard's: it comes from the shapes of the shard's tensors.)
 *
 * @param signatures of the loss's arguments, the first inputs of the trace; further inputs are replicated
 */
export function hasReplicatedCount(trace: Trace, output: number, signatures: readonly ArgumentSignature[]): boolean {
  const count = trace.outputs[output];
  const isGiven = (input: number) => input >= signatures.length || isReplicated(signatures[input] as ArgumentSignature);
  if (count === undefined) return false;
  if ("input" in count) return isGiven(count.input);
  const constants = dependingOnlyOn(trace, () => false);
  return dependingOnlyOn(trace, isGiven).has(count.op) && !constants.has(count.op);
}
