import type * as tf from "../../tf";
import type { After, GraphWriter, Ref } from "../emit/graph-writer";
import { dtypeOf } from "../engine/backend";
import { BOOL, FLOAT32 } from "../engine/dtypes";
import type { ProgramInputs, ProgramOutputs } from "../runtime/program-graph";
import { type BatchSums, emitGradients } from "./emit-gradients";
import { emitFiniteGuard } from "./finite-guard";
import { densify, type Gradient, rowsOfDense, valuesOf, withValues } from "./indexed-slices";
import type { SlicedTrace } from "./slice-gradients";
import type { StepPlan } from "./step-plan";
import { emitClipping } from "./update/clipping";
import { emitAccumulation } from "./update/emit-accumulation";

/** Writes a training step: the sums over the batch, the mean loss and gradients, and one update for each variable. */
export function emitStep(
  { writer, inputs, handles }: ProgramInputs,
  sliced: SlicedTrace,
  plan: StepPlan,
): ProgramOutputs {
  const { variables, isGuarded, updated, accumulates } = plan;
  const [iteration, numbers] = inputs.slice(-2) as [Ref, Ref];
  const all = unpackScalars(writer, numbers, plan.scalars);
  const scalars = accumulates ? all.slice(0, -1) : all;
  const handleOf = frozenHandles(handles, plan);
  const used = [...handles.slice(0, variables.length), ...plan.frozen.map(handleOf)];
  const reads = readVariables(writer, used, sliced, plan);
  const sums = emitGradients(writer, sliced, { batch: inputs.slice(0, -2), iteration, reads }, plan);
  const share = emitShare(writer, sums, reads, sliced, plan);
  const loss = { ref: writer.binary("Mul", sums.sum, share, FLOAT32), dtype: FLOAT32 };
  const guard = isGuarded ? emitFiniteGuard(writer, [sums.sum, sums.count, ...sums.values], share) : undefined;
  const through = guard?.passed ?? share;
  const [aux, next] = splitAt(sums.aux, sums.aux.length - updated.length);
  const update = (gradients: readonly Gradient[]) => emitUpdates(writer, gradients, { handles, scalars }, plan);
  const moved = accumulates
    ? [emitAdded(writer, sums, { handles, isLast: all.at(-1) as Ref, through }, update, plan)]
    : update(emitMeans(writer, sums.gradients, through, plan));
  const updates = [...moved, ...emitAssignments(writer, updated.map(handleOf), next, through)];
  const read = [loss, ...(guard ? [{ ref: guard.verdict, dtype: BOOL }] : []), ...emitParts(writer, sums)];
  const further = aux.map((ref, i) => ({
    ref,
    dtype: sliced.trace.results[2 + variables.length + i]?.dtype as number,
  }));
  return { outputs: [...read, ...further], writes: guard === undefined ? updates : [guard.after(updates)] };
}

/** The sums and then the counts of a loss's parts, as one vector; nothing for a loss without parts. */
function emitParts(writer: GraphWriter, { partSums, partCounts }: BatchSums) {
  if (partSums.length === 0) return [];
  return [{ ref: writer.pack([...partSums, ...partCounts], FLOAT32), dtype: FLOAT32 }];
}

/** The values of a step's variables, then of the frozen ones; for sliced ones, their handles. */
export function readVariables(
  writer: GraphWriter,
  handles: readonly Ref[],
  sliced: Pick<SlicedTrace, "handles">,
  { variables, frozen }: StepPlan,
): Ref[] {
  const all = [...variables, ...frozen];
  return handles.map((handle, i) =>
    sliced.handles.has(i) ? handle : writer.readVariable(handle, dtypeOf(all[i] as tf.Variable)),
  );
}

/** A step's scalars are fed as one vector, because feeding each on its own would take longer than some steps. */
function unpackScalars(writer: GraphWriter, numbers: Ref, count: number): Ref[] {
  return count === 0 ? [] : writer.unpack(numbers, count, FLOAT32);
}

/**
 * The share of one term in the mean: 1 / count, and 0 for a batch without terms, which then updates nothing, as in
 * TensorFlow 1.x's losses. (In a loss of parts it is 1, because each part's sum was divided by its count.) All updates depend on it, and it waits for all reads of the variables: a gradient need not
 * depend on a read, and an update must not overtake it. (Sliced variables are read by the gathers, so there it waits for
 * the sums.)
 */
function emitShare(
  writer: GraphWriter,
  sums: BatchSums,
  reads: readonly Ref[],
  { handles }: SlicedTrace,
  { parts }: StepPlan,
): Ref {
  const one = writer.float(1);
  const part = parts === undefined ? writer.binary("DivNoNan", one, sums.count, FLOAT32) : one;
  const read = [...reads, ...(handles.size > 0 ? [sums.sum, ...sums.values] : [])];
  return writer.identity(
    part,
    FLOAT32,
    read.map((ref) => `^${nodeOf(ref)}`),
  );
}

/** The mean gradients, clipped. As in TensorFlow 1.x, the values of slices are clipped before slices of one row are summed. */
function emitMeans(
  writer: GraphWriter,
  sums: readonly Gradient[],
  share: Ref,
  { clipping }: StepPlan,
): readonly Gradient[] {
  const means = sums.map((sum) => writer.binary("Mul", valuesOf(sum), share, FLOAT32));
  const clipped = clipping ? emitClipping(writer, clipping, means) : means;
  return sums.map((sum, i) => withValues(sum, clipped[i] as Ref));
}

/** Adds the sums to the accumulators, and updates with the mean gradients, clipped, at the last batch of several. */
function emitAdded(
  writer: GraphWriter,
  { gradients, count: terms, partCounts: [partCount] }: BatchSums,
  { handles, isLast, through }: { handles: readonly Ref[]; isLast: Ref; through: Ref },
  update: (gradients: readonly Gradient[]) => readonly After[],
  { variables, slots, optimizer, clipping, isMean, batchSize }: StepPlan,
): After {
  const first = variables.length + slots.flat().length;
  const [accumulators, total] = [handles.slice(first, first + variables.length), handles[first + variables.length]];
  // The sum of a loss of one part was divided by the part's count. A scalar is the mean over the batch's examples.
  const count = isMean ? writer.float(batchSize) : (partCount ?? terms);
  const isDivided = isMean || partCount !== undefined;
  const times = (sum: Gradient) => withValues(sum, writer.binary("Mul", valuesOf(sum), count, FLOAT32));
  const sums = isDivided ? gradients.map(times) : gradients;
  const clip = (means: readonly Ref[]) => (clipping ? emitClipping(writer, clipping, means) : means);
  const ranks = variables.map(({ rank }) => rank);
  const accumulated = { sums, count, accumulators, ranks, total: total as Ref, isLast, through };
  return emitAccumulation(writer, accumulated, (means, rowsOf) =>
    update(
      clip(means).map((mean, i) => {
        const indices = optimizer.writeRows && rowsOf(i);
        return indices === undefined ? mean : rowsOfDense(writer, mean, indices);
      }),
    ),
  );
}

/** One update for each variable, by the optimizer. @param handles of the variables, then of all slots */
function emitUpdates(
  writer: GraphWriter,
  gradients: readonly Gradient[],
  { handles, scalars }: { handles: readonly Ref[]; scalars: readonly Ref[] },
  { variables, slots, optimizer }: StepPlan,
): After[] {
  return variables.map((weight, i) => {
    const first = variables.length + slots.slice(0, i).reduce((total, own) => total + own.length, 0);
    const own = handles.slice(first, first + (slots[i] as readonly tf.Variable[]).length);
    const inputs = { weight, variable: handles[i] as Ref, slots: own, scalars };
    const gradient = gradients[i] as Gradient;
    return writer.inScope("update", () => {
      if (typeof gradient === "string") return optimizer.write(writer, { ...inputs, gradient });
      if (optimizer.writeRows) return optimizer.writeRows(writer, { ...inputs, gradient });
      return optimizer.write(writer, { ...inputs, gradient: densify(writer, gradient, weight.shape) });
    });
  });
}

/** The handles of the frozen variables: in the program, those that are updated stand before the others. */
function frozenHandles(handles: readonly Ref[], { frozen, updated }: StepPlan): (variable: tf.Variable) => Ref {
  const order = [...updated, ...frozen.filter((variable) => !updated.includes(variable))];
  return (variable) => handles[handles.length - order.length + order.indexOf(variable)] as Ref;
}

/** Assigns the next values of updated variables. @param after the scalar that all updates depend on */
function emitAssignments(writer: GraphWriter, handles: readonly Ref[], next: readonly Ref[], after: Ref): After[] {
  return handles.map((handle, i) => writer.assignVariable(handle, next[i] as Ref, FLOAT32, [`^${nodeOf(after)}`]));
}

const splitAt = <T>(list: readonly T[], at: number): [T[], T[]] => [list.slice(0, at), list.slice(at)];

const nodeOf = (ref: Ref) => ref.split(":")[0] as string;
