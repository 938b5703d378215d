import type { GraphWriter, Ref } from "../emit/graph-writer";
import { FLOAT32 } from "../engine/dtypes";
import { withOutputs } from "../ir/partition";
import type { Trace } from "../ir/trace";
import { emitReduced, type Sources } from "./emit-shards";
import type { Gradient } from "./indexed-slices";
import type { SlicedTrace } from "./slice-gradients";
import type { StepPlan } from "./step-plan";

/** Sums over a whole batch. */
export interface BatchSums {
  /** The sum of the loss's terms. */
  readonly sum: Ref;
  /** The number of terms. */
  readonly count: Ref;
  /** The gradients of the sum, by variable. */
  readonly gradients: readonly Gradient[];
  /** All numbers of the gradients, in as few values as they are computed in. */
  readonly values: readonly Ref[];
  /** The loss's further tensors, of the whole batch. */
  readonly aux: readonly Ref[];
  /** The sums and the counts of the loss's parts; none for a loss without parts. */
  readonly partSums: readonly Ref[];
  readonly partCounts: readonly Ref[];
}

/** Writes the sums of the loss's terms and of their gradients over all shards. */
export function emitGradients(writer: GraphWriter, sliced: SlicedTrace, sources: Sources, plan: StepPlan): BatchSums {
  if (plan.parts === undefined) return emitSums(writer, sliced, sources, plan);
  const { counts, rest } = splitCounts(sliced, plan.parts.names.length);
  const { reads } = sources;
  const unused = plan.parts.weights.map(() => writer.float(0)); // no count depends on the factors
  const totals = emitReduced(writer, counts, { ...sources, reads: [...reads, ...unused] }, plan, COUNTS).outputs;
  const factors = plan.parts.weights.map((weight, i) =>
    writer.binary("DivNoNan", writer.float(weight), totals[i] as Ref, FLOAT32),
  );
  const sums = emitSums(writer, rest, { ...sources, reads: [...reads, ...factors] }, plan);
  return { ...sums, partCounts: totals };
}

function emitSums(writer: GraphWriter, sliced: SlicedTrace, sources: Sources, plan: StepPlan): BatchSums {
  const { trace, indices } = sliced;
  // The slices of a gradient are not summed over shards: those of all shards together are the batch's.
  const slices = [...indices].flatMap(([variable, output]) => [2 + variable, output]);
  const firstAux = 2 + plan.variables.length;
  const joined = plan.joined.flatMap((isJoined, i) => (isJoined ? [firstAux + i] : []));
  const reduced = emitReduced(writer, trace, sources, plan, { concatenated: new Set([...slices, ...joined]) });
  const { vector, invariant } = reduced;
  const isAux = (output: number) => output >= firstAux && output < firstAux + plan.joined.length;
  const outputs = reduced.outputs.map((ref, i) => (isAux(i) && invariant(i)) || ref);
  const sums = readSums(outputs, sliced, plan);
  if (vector === undefined || plan.joined.includes(false)) return sums; // a further tensor may be what it likes
  return { ...sums, values: [vector, ...[...indices.keys()].map((variable) => outputs[2 + variable] as Ref)] };
}

const COUNTS = { frame: "counts" };

/** The counts of a loss's parts apart from the rest, which needs the whole batch's counts. */
function splitCounts({ trace, indices, handles }: SlicedTrace, parts: number): { counts: Trace; rest: SlicedTrace } {
  const end = trace.outputs.length - indices.size;
  const isCount = (output: number) => output >= end - parts && output < end;
  const all = trace.outputs.map((_, output) => output);
  return {
    counts: withOutputs(trace, all.filter(isCount)),
    rest: {
      trace: withOutputs(
        trace,
        all.filter((output) => !isCount(output)),
      ),
      indices: new Map([...indices].map(([variable, output]) => [variable, output - parts])),
      handles,
    },
  };
}

/** The outputs of a sliced trace by their meaning. */
function readSums(outputs: readonly Ref[], { indices }: SlicedTrace, { variables, joined }: StepPlan): BatchSums {
  const [sum, count, ...rest] = outputs.slice(0, outputs.length - indices.size) as [Ref, Ref, ...Ref[]];
  const values = rest.slice(0, variables.length);
  const gradients = values.map((value, variable): Gradient => {
    const output = indices.get(variable);
    return output === undefined ? value : { values: value, indices: outputs[output] as Ref };
  });
  const [aux, partSums] = splitAt(rest.slice(variables.length), joined.length);
  return { sum, count, gradients, values, aux, partSums, partCounts: [] };
}

const splitAt = <T>(list: readonly T[], at: number): [T[], T[]] => [list.slice(0, at), list.slice(at)];
