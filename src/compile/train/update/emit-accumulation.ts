import type * as tf from "../../../tf";
import type { After, GraphWriter, Ref } from "../../emit/graph-writer";
import { FLOAT32 } from "../../engine/dtypes";
import { intAttr, typeAttr } from "../../engine/protobuf";

/** What an accumulating step reads. */
interface Accumulated {
  /** The sums of the gradients over this batch's terms, dense. */
  readonly sums: readonly Ref[];
  /** The number of this batch's terms. */
  readonly count: Ref;
  /** The handles of the accumulators, one for each sum. */
  readonly accumulators: readonly Ref[];
  /** The handle of the number of terms summed so far. */
  readonly total: Ref;
  /** 1 at the last batch before an update, else 0. */
  readonly isLast: Ref;
  /** A scalar that waits for all reads of the variables, and that a guard keeps back where the step is not finite. */
  readonly through: Ref;
}

const T = () => typeAttr(FLOAT32);

/**
 * Writes an accumulating step: the batch's sums are added to the accumulators; at the last batch before an update the
 * variables are updated with the mean over all terms, and the accumulators start anew. A scalar that the updates depend on
 * passes a Switch, so that they run at the last batch only.
 *
 * @param update writes the updates from the mean gradients
 * @returns what has run once the batch is added, and the updates are done where they are due
 */
export function emitAccumulation(
  writer: GraphWriter,
  { sums, count, accumulators, total, isLast, through }: Accumulated,
  update: (means: readonly Ref[]) => readonly After[],
): After {
  const dtype = T();
  const add = (handle: Ref, value: Ref): After =>
    `^${writer.node("AssignAddVariableOp", [handle, writer.identity(value, FLOAT32, [`^${through}`])], { dtype })}`;
  const added = [add(total, count), ...sums.map((sum, i) => add(accumulators[i] as Ref, sum))];
  const read = (handle: Ref) => writer.node("ReadVariableOp", [handle, ...added], { dtype });
  const share = writer.binary("DivNoNan", writer.float(1), read(total), FLOAT32);
  const verdict = writer.node("Less", [writer.float(0.5), isLast], { T: T() });
  const notYet = writer.node("Switch", [share, verdict], { T: T() });
  const due = writer.identity(`${notYet}:1`, FLOAT32); // a Switch's output 0 is for false, its output 1 for true
  const means = accumulators.map((handle) => writer.binary("Mul", read(handle), due, FLOAT32));
  const updates = update(means);
  // An accumulator starts anew after its value was used.
  const zero = (handle: Ref, used: Ref): After => {
    const zeros = writer.node("ZerosLike", [used], { T: T() });
    return writer.assignVariable(handle, zeros, FLOAT32, [`^${used}`]);
  };
  const restarted = [zero(total, due), ...accumulators.map((handle, i) => zero(handle, means[i] as Ref))];
  const updated = writer.identity(due, FLOAT32, [...updates, ...restarted]);
  return `^${writer.node("Merge", [notYet, updated], { T: T(), N: intAttr(2) })}`;
}

/** The variables of an accumulating step, in the order of its handles: the accumulators, then the number of terms. */
export const accumulationVariables = (
  variables: readonly tf.Variable[],
  accumulation: { accumulatorOf(variable: tf.Variable): tf.Variable; readonly count: tf.Variable } | undefined,
): tf.Variable[] =>
  accumulation ? [...variables.map((variable) => accumulation.accumulatorOf(variable)), accumulation.count] : [];
