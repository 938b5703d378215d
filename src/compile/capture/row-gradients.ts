import * as tf from "../../tf";

/**
 * A gradient that only some rows of a variable have: TensorFlow 1.x's IndexedSlices. A row may come several times; its
 * gradient is then the sum of its slices.
 */
export interface RowSlices {
  /** The gradient of each slice, `[slices, …]`. */
  readonly values: tf.Tensor;
  /** The row of each slice, `[slices]`, int32. */
  readonly indices: tf.Tensor1D;
}

/** What the tape knows of an operation that ran. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved: readonly tf.Tensor[];
  readonly attributes?: unknown;
}

/** A place where rows of a variable are gathered. */
interface RowGather {
  /** What has the values of the slices as its gradient: the rows; or a stand-in for the rows that a loop gathers. */
  readonly output: tf.Tensor;
  /** The flat indices of the rows. They are kept until they are disposed. */
  readonly indices: () => tf.Tensor1D;
}

/** How a value depends on a variable. */
interface RowUses {
  readonly gathers: readonly RowGather[];
  /** Whether it also depends on the variable in another way. */
  readonly isDense: boolean;
}

/**
 * Computes a value and its gradients. A variable of which the value only gathers rows (`tf.gather` along the first axis) has
 * its gradient in slices, one for each row that was gathered, as in TensorFlow 1.x: nothing as large as the variable is
 * computed. A variable that is also used in another way has a dense gradient. This follows from the operations alone, and
 * never from sizes.
 *
 * @param of the variables, or other tensors, whose gradients are always dense
 * @returns one gradient for each of them, undefined where the value does not depend on it
 */
export function gradientsByRows<T extends tf.Tensor>(
  value: () => T,
  of: readonly tf.Tensor[],
): { value: T; gradients: (tf.Tensor | RowSlices | undefined)[] } {
  let uses: readonly RowUses[] = [];
  const by: tf.Tensor[] = [...of]; // the engine reads the list after it has called the function
  const compute = () => {
    const made = value();
    const tape = tf.engine().state.activeTape as unknown as readonly TapeNode[];
    const leading = tensorsLeadingTo(tape, made);
    uses = of.map((tensor) => rowUses(tape, tensor, leading));
    by.splice(0, by.length, ...of.flatMap((tensor, i) => differentiated(tensor, uses[i] as RowUses)));
    return made;
  };
  let made: { value: T; grads: readonly (tf.Tensor | undefined)[] };
  try {
    made = tf.engine().gradients(compute, by, undefined, true) as unknown as typeof made;
  } catch (error) {
    disposeIndices(uses);
    throw error;
  }
  const rest = [...made.grads];
  const gradients = of.map((tensor, i) => {
    const own = uses[i] as RowUses;
    return joined(tensor, own, rest.splice(0, differentiated(tensor, own).length));
  });
  disposeIndices(uses);
  return { value: made.value, gradients };
}

/** The tensors by which the gradients of a variable are computed. */
const differentiated = (variable: tf.Tensor, { gathers, isDense }: RowUses): readonly tf.Tensor[] => [
  ...(isDense ? [variable] : []),
  ...gathers.map(({ output }) => output),
];

/** The gradient of a variable, from those of `differentiated`, which it disposes. */
function joined(
  { shape }: tf.Tensor,
  { gathers, isDense }: RowUses,
  gradients: readonly (tf.Tensor | undefined)[],
): tf.Tensor | RowSlices | undefined {
  if (gathers.length === 0) return gradients[0];
  const [values, indices] = tf.tidy(() => slicesOf(shape, gathers, gradients.slice(isDense ? 1 : 0)));
  const [dense] = isDense ? gradients : [];
  const sum = () => tf.add(dense ?? 0, tf.unsortedSegmentSum(values, indices, shape[0] as number));
  const gradient = isDense ? tf.tidy(sum) : { values, indices };
  tf.dispose([...gradients.filter((each) => each !== undefined), ...(isDense ? [values, indices] : [])]);
  return gradient;
}

/** The slices of all gathers of a variable, one gather after the other. */
function slicesOf(
  [, ...row]: readonly number[],
  gathers: readonly RowGather[],
  gradients: readonly (tf.Tensor | undefined)[],
): [values: tf.Tensor, indices: tf.Tensor1D] {
  const indices = gathers.map((gather) => gather.indices());
  const values = gathers.map(({ output }, i) =>
    tf.reshape(gradients[i] ?? tf.zeros(output.shape), [indices[i]?.size as number, ...row]),
  );
  if (gathers.length > 1) return [tf.concat(values, 0), tf.concat(indices, 0)];
  return [values[0] as tf.Tensor, tf.clone(indices[0] as tf.Tensor1D)];
}

const disposeIndices = (uses: readonly RowUses[]) =>
  tf.dispose(uses.flatMap(({ gathers }) => gathers.map(({ indices }) => indices())));

/** The ids of the tensors that a value was computed from. */
function tensorsLeadingTo(tape: readonly TapeNode[], value: tf.Tensor): ReadonlySet<number> {
  const leading = new Set([value.id]);
  for (const { inputs, outputs } of [...tape].reverse()) {
    if (!outputs.some(({ id }) => leading.has(id))) continue;
    for (const { id } of Object.values(inputs)) leading.add(id);
  }
  return leading;
}

/** How a value depends on a variable: by the operations that use the variable and that the value was computed from. */
function rowUses(tape: readonly TapeNode[], variable: tf.Tensor, leading: ReadonlySet<number>): RowUses {
  if (!(variable instanceof tf.Variable)) return { gathers: [], isDense: true };
  const same = new Set([variable.id]); // the variable and its copies
  const found: TapeNode[] = [];
  const gathers: RowGather[] = [];
  let isDense = false;
  for (const node of tape) {
    if (!node.outputs.some(({ id }) => leading.has(id))) continue;
    const inputs = Object.values(node.inputs);
    for (const input of inputs)
      gathers.push(...(loopGathers.get(input)?.variable === variable ? [gatherOf(input)] : []));
    if (!inputs.some(({ id }) => same.has(id))) continue;
    if (isCopy(node)) for (const { id } of node.outputs) same.add(id);
    else if (isRowGather(node)) found.push(node);
    else isDense = true;
  }
  if (isDense || found.length + gathers.length === 0) return { gathers, isDense: true };
  const own = found.map(({ outputs, saved }) => {
    const indices = tf.keep(tf.reshape(saved[1] as tf.Tensor, [-1])) as tf.Tensor1D;
    return { output: outputs[0] as tf.Tensor, indices: () => indices };
  });
  return { gathers: [...own, ...gathers], isDense: false };
}

const isCopy = ({ kernelName, inputs, outputs }: TapeNode): boolean =>
  kernelName === tf.Identity || (kernelName === tf.Cast && inputs.x?.dtype === outputs[0]?.dtype);

function isRowGather({ kernelName, attributes }: TapeNode): boolean {
  if (kernelName !== tf.GatherV2) return false;
  const { axis, batchDims } = attributes as { axis: number; batchDims: number };
  return axis === 0 && batchDims === 0;
}

/** Rows that a compiled loop over time gathers from a variable. */
interface LoopGather {
  readonly variable: tf.Variable;
  /** The indices of the rows of all chunks, once the gradient of the loop was recorded. */
  indices?: tf.Tensor1D;
}

const loopGathers = new WeakMap<tf.Tensor, LoopGather>();

/**
 * Makes a stand-in for the rows that a loop gathers from a variable: an input of the loop whose gradient has the values of the
 * slices. @param shape of the rows of all chunks
 */
export function rowsOfLoop(variable: tf.Variable, shape: readonly number[]): tf.Tensor {
  const rows = tf.zeros([...shape]);
  loopGathers.set(rows, { variable });
  return rows;
}

/** Takes the indices of these rows, when the gradient of the loop is recorded. */
export function takeLoopIndices(rows: tf.Tensor, indices: tf.Tensor): void {
  (loopGathers.get(rows) as LoopGather).indices = tf.keep(indices) as tf.Tensor1D;
}

const gatherOf = (rows: tf.Tensor): RowGather => ({
  output: rows,
  indices: () => (loopGathers.get(rows) as LoopGather).indices as tf.Tensor1D,
});
