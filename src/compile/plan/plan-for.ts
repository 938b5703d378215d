import { hasPlans } from "../../native";
import type * as tf from "../../tf";
import { isPlaced, type Trace } from "../ir/trace";
import { Unsupported } from "./builder";
import { Plan } from "./plan";

/**
 * A plan for a trace.
 *
 * @returns undefined where there is no addon, or a plan cannot compute the trace, or the trace has devices: a session does then
 */
export function planFor(trace: Trace, variables: readonly tf.Variable[], written: number): Plan | undefined {
  if (!hasPlans() || isPlaced(trace)) return undefined;
  try {
    return new Plan(trace, variables, written);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}
