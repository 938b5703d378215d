import type * as tf from "../../tf";
import { emit } from "../emit/emit";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { dtypeOf } from "../engine/backend";
import type { Given, Written } from "../runtime/program";
import { emitGradients } from "./emit-gradients";
import { emitFiniteGuard } from "./finite-guard";
import { type Gradient, type SlicedTrace, whole } from "./indexed-slices";
import type { FusedOptimizer } from "./options";
import type { StepPlan } from "./step-plan";

/** The loss and its gradients; then one update a variable. */
export function emitStep({ writer, inputs, handles }: Given, tables: SlicedTrace, plan: StepPlan): Written {
  const { variables, frozen, optimizer, slots, clipTrace, isGuarded } = plan;
  const float = writer.binding.TF_FLOAT;
  const batch = inputs.slice(0, -2);
  const [iteration, numbers] = inputs.slice(-2) as [Ref, Ref];
  const scalars = unpack(writer, numbers, plan.scalars);
  const used = [...handles.slice(0, variables.length), ...handles.slice(handles.length - frozen.length)];
  const reads = readsOf(writer, used, tables, plan);
  const sums = emitGradients(writer, tables, { batch, iteration, reads }, plan);
  // A batch of which nothing counts moves nothing: 1/0 is 0 here, as in TensorFlow 1.x's losses.
  const part = writer.binary("DivNoNan", writer.float(1), sums.count, float);
  // No update before all weights are read, and all rows of tables: a loss's gradient need not depend on them.
  const done = [...reads, ...(tables.rows.size > 0 ? [sums.sum, ...sums.all] : [])].map((ref) => `^${nodeOf(ref)}`);
  const share = writer.identity(part, float, done);
  const loss = { ref: writer.binary("Mul", sums.sum, share, float), dtype: float };
  const guard = isGuarded ? emitFiniteGuard(writer, [sums.sum, sums.count, ...sums.all], share) : undefined;
  const mean = (sum: Ref) => writer.binary("Mul", sum, guard?.open ?? share, float);
  const means = sums.gradients.map((gradient, i) => {
    if (typeof gradient === "string") return mean(gradient);
    const slices = { values: mean(gradient.values), rows: gradient.rows };
    const asRows = optimizer.writeRows !== undefined && clipTrace === undefined;
    return asRows ? slices : whole(writer, slices, variables[i]?.shape as number[]);
  });
  const clipped: readonly Gradient[] = clipTrace
    ? emit(writer, clipTrace, { inputs: means as Ref[], bring: (value) => value })
    : means;
  const writes = variables.map((_, i) => {
    const before = variables.length + slots.slice(0, i).reduce((total, own) => total + own.length, 0);
    const own = handles.slice(before, before + (slots[i] as readonly tf.Variable[]).length);
    const place = { variable: handles[i] as Ref, slots: own, scalars };
    const gradient = clipped[i] as Gradient;
    if (typeof gradient === "string") return optimizer.write(writer, { ...place, gradient });
    return (optimizer as Required<FusedOptimizer>).writeRows(writer, { ...place, gradient });
  });
  if (guard === undefined) return { outputs: [loss], writes };
  return { outputs: [loss, { ref: guard.verdict, dtype: writer.binding.TF_BOOL }], writes: [guard.done(writes)] };
}

/** The values of a step's variables, then of the frozen ones; tables stay handles. */
export function readsOf(writer: GraphWriter, handles: readonly Ref[], { rows }: SlicedTrace, plan: StepPlan): Ref[] {
  const all = [...plan.variables, ...plan.frozen];
  return handles.map((handle, i) =>
    rows.has(i) ? handle : writer.readVariable(handle, dtypeOf(all[i] as tf.Variable)),
  );
}

const nodeOf = (ref: Ref) => ref.split(":")[0] as string;

/** The numbers of a step come as one vector: feeding each apart would cost more than some steps. */
function unpack(writer: GraphWriter, numbers: Ref, count: number): Ref[] {
  return count === 0 ? [] : writer.unpack(numbers, count, writer.binding.TF_FLOAT);
}
