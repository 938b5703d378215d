import { emit } from "../emit/emit";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { FLOAT32, INT32 } from "../engine/dtypes";
import { intAttr, typeAttr } from "../engine/protobuf";
import { withOutputs } from "../ir/partition";
import type { Trace } from "../ir/trace";
import { type ArgumentSignature, isReplicated } from "../shard/argument";
import { reduceInLoop, SHARDS_FRAME } from "../shard/reduce-loop";
import { reduceUnrolled, shouldUnroll } from "../shard/reduce-unrolled";
import { type ShardBody, shardBody } from "../shard/shard-body";
import { type Shard, sliceShard } from "../shard/shards";
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

/** The inputs of a step's graph. */
interface Sources {
  /** The tensors of the batch; for a gathered batch, the resident data and then the row indices. */
  readonly batch: readonly Ref[];
  /** The number of the step. */
  readonly iteration: Ref;
  /** The values of the variables and the frozen ones, the handles of sliced ones; then the factors of a loss's parts. */
  readonly reads: readonly Ref[];
}

/** Writes the sums of the loss's terms and of their gradients over all shards. */
export function emitGradients(writer: GraphWriter, sliced: SlicedTrace, sources: Sources, plan: StepPlan): BatchSums {
  if (plan.parts === undefined) return emitSums(writer, sliced, sources, plan);
  const { counts, rest } = splitCounts(sliced, plan.parts.names.length);
  const { reads } = sources;
  const unused = plan.parts.weights.map(() => writer.float(0)); // no count depends on the factors
  const totals = emitReduced(writer, counts, { ...sources, reads: [...reads, ...unused] }, plan).outputs;
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
  const reduced = emitReduced(writer, trace, sources, plan, new Set([...slices, ...joined]));
  const { vector, invariant } = reduced;
  const isAux = (output: number) => output >= firstAux && output < firstAux + plan.joined.length;
  const outputs = reduced.outputs.map((ref, i) => (isAux(i) && invariant(i)) || ref);
  const sums = readSums(outputs, sliced, plan);
  if (vector === undefined || plan.joined.includes(false)) return sums; // a further tensor may be what it likes
  return { ...sums, values: [vector, ...[...indices.keys()].map((variable) => outputs[2 + variable] as Ref)] };
}

/** Writes a trace of one shard for all shards, and reduces its outputs. @param concatenated as in ShardReduction */
function emitReduced(
  writer: GraphWriter,
  trace: Trace,
  { batch, iteration, reads }: Sources,
  plan: StepPlan,
  concatenated?: ReadonlySet<number>,
): { outputs: Ref[]; vector?: Ref | undefined; invariant: ShardBody["invariant"] } {
  const { shards, signatures, batchSize } = plan;
  if (shards === 1) {
    const inputs = [...lossInputs(writer, batch, plan), iteration, ...reads];
    return { outputs: emit(writer, trace, { inputs, enter: (value) => value }), invariant: () => undefined };
  }
  const replicated = signatures.map((signature, i) => (isReplicated(signature) ? batch[i] : undefined));
  const body = shardBody(writer, trace, [...replicated, iteration, ...reads]);
  const frame = concatenated === undefined ? COUNTS_FRAME : SHARDS_FRAME;
  const reduction = { trace, concatenated: concatenated ?? NONE, body, size: batchSize / shards, shards, frame };
  const sliceInputs = (shard: Shard) => lossInputs(writer, batch, plan, shard);
  if (shouldUnroll(reduction)) return { ...body, outputs: reduceUnrolled(writer, reduction, sliceInputs) };
  return { ...body, ...reduceInLoop(writer, reduction, sliceInputs) };
}

const COUNTS_FRAME = "counts";
const NONE: ReadonlySet<number> = new Set();

/** The counts of a loss's parts apart from the rest, which needs the whole batch's counts. */
function splitCounts({ trace, indices }: SlicedTrace, parts: number): { counts: Trace; rest: SlicedTrace } {
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

/** Writes the loss's arguments: for the whole batch, or a shard's slices of them. */
function lossInputs(writer: GraphWriter, batch: readonly Ref[], plan: StepPlan, shard?: Shard): Ref[] {
  const { signatures, batchSize, isGathered } = plan;
  const enter = (value: Ref, dtype: number) => shard?.enter(value, dtype) ?? value;
  const sliceOf = (value: Ref, signature: ArgumentSignature) => {
    const inside = enter(value, signature.dtype);
    return shard && !isReplicated(signature) ? sliceShard(writer, inside, signature, shard) : inside;
  };
  if (!isGathered) return signatures.map((signature, i) => sliceOf(batch[i] as Ref, signature));
  const indices = sliceOf(batch[signatures.length] as Ref, { shape: [batchSize], dtype: INT32 });
  return signatures.map((signature, i) => {
    const { dtype } = signature;
    const data = enter(batch[i] as Ref, dtype);
    if (isReplicated(signature)) return data;
    const attributes = {
      Tparams: typeAttr(dtype),
      Tindices: typeAttr(INT32),
      Taxis: typeAttr(INT32),
      batch_dims: intAttr(0),
    };
    return writer.node("GatherV2", [data, indices, enter(writer.int(0), INT32)], attributes);
  });
}
