import type * as tf from "../../../tf";
import { dtypeOf, type NativeValues } from "../../engine/backend";
import { FLOAT32, INT32 } from "../../engine/dtypes";
import type { Trace } from "../../ir/trace";
import { nudged } from "../../runtime/nudge";
import { Program } from "../../runtime/program";
import type { WriteProgram } from "../../runtime/program-graph";
import { type CutPlan, emitReduced } from "../emit-shards";
import type { CapturedShard } from "../loss/capture-shard";
import type { StepSource } from "../step-plan";
import type { ScaledSum } from "./compare";
import { totalsOf } from "./totals";

export interface CheckOptions {
  readonly variables: readonly tf.Variable[];
  readonly frozen: readonly tf.Variable[];
  readonly plan: CutPlan;
}

/** The sums of a loss's parts, then their counts, then its further tensors. */
export type Totals = readonly ScaledSum[];

/**
 * Makes a program that has no update. It gives the totals of the whole batch, and then those of its shards, as one vector.
 * After the batch it takes the number of the step, and how far the variables are nudged.
 */
export function checkProgram(
  captured: CapturedShard,
  whole: Trace,
  { signatures }: StepSource,
  { variables, frozen, plan }: CheckOptions,
): Program {
  const all = [...variables, ...frozen];
  const ofWhole = totalsOf(
    whole,
    whole.outputs.map((_, output) => output),
  );
  const ofShard = totalsOf(captured.trace, outputsOf(captured, variables.length));
  // The variables are fed: a program of one or two calls would take longer to get their values than to run.
  const read = all.map((variable) => ({ shape: variable.shape, dtype: dtypeOf(variable) }));
  const inputs = [...signatures, ...read, { shape: [], dtype: INT32 }, { shape: [], dtype: FLOAT32 }];
  const write: WriteProgram = ({ writer, inputs: refs }) => {
    const [batch, [iteration, nudge]] = [refs.slice(0, signatures.length), refs.slice(-2) as [string, string]];
    const values = refs.slice(signatures.length, -2);
    const reads = values.map((value, i) => nudged(writer, value, read[i]?.dtype as number, { nudge, place: i }));
    const sources = { batch, iteration, reads };
    const { outputs } = emitReduced(writer, ofWhole, sources, { ...plan, shards: 1 });
    const factors = captured.shape.names?.map(() => writer.float(0)) ?? []; // no total depends on them
    const reduced = emitReduced(writer, ofShard, { ...sources, reads: [...reads, ...factors] }, plan);
    const firstAux = outputs.length - 2 * captured.shape.aux.length;
    const sums = reduced.outputs.map((ref, i) => (i >= firstAux && reduced.invariant(i)) || ref);
    return { outputs: [{ ref: writer.pack([...outputs, ...sums], FLOAT32), dtype: FLOAT32 }], writes: [] };
  };
  return new Program(inputs, [], write, { rewriting: "none" });
}

/** Where the sums, the counts and the further tensors stand among the outputs of a shard's trace: see CapturedGradients. */
function outputsOf({ shape: { names, aux } }: CapturedShard, variables: number): number[] {
  const parts = names?.length ?? 0;
  const first = 2 + variables;
  const indices = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
  const ofParts = names === undefined ? [0, 1] : indices(first + aux.length, 2 * parts);
  return [...ofParts, ...indices(first, aux.length)];
}

/** The totals in the vector of a program: those of the whole batch, and those of its shards. */
export function totalsIn({ shape: { terms, aux } }: CapturedShard, values: NativeValues | []): [Totals, Totals] {
  const count = 2 * terms.length + aux.length;
  const totals = (first: number) =>
    Array.from({ length: count }, (_, i) => ({
      sum: values[first + 2 * i] as number,
      scale: values[first + 2 * i + 1] as number,
    }));
  return [totals(0), totals(2 * count)];
}
