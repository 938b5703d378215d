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

/** A gather of rows of a variable. */
interface RowGather {
  /** The rows, whose gradient is the values of the slices. */
  readonly output: tf.Tensor;
  /** The flat indices of the rows. They are kept until they are disposed. */
  readonly indices: tf.Tensor1D;
}

/**
 * Computes a loss and its gradients. A variable of which the loss only gathers rows (`tf.gather` along the first axis) has
 * its gradient in slices, one for each row that was gathered, as in TensorFlow 1.x: nothing as large as the variable is
 * computed. A variable that the loss also uses in another way has a dense gradient. This follows from the operations alone,
 * and never from sizes.
 *
 * @returns one gradient for each variable, undefined where the loss does not depend on it
 */
export function gradientsByRows(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { value: tf.Scalar; gradients: (tf.Tensor | RowSlices | undefined)[] } {
  let gathers: (readonly RowGather[] | undefined)[] = [];
  const by: tf.Tensor[] = [...variables]; // the engine reads the list after it has called the loss
  const compute = () => {
    const value = loss();
    const tape = tf.engine().state.activeTape as unknown as readonly TapeNode[];
    const used = tensorsLeadingTo(tape, value);
    gathers = variables.map((variable) => rowGathers(tape, variable, used));
    by.splice(0, by.length, ...variables.flatMap((each, i) => gathers[i]?.map(({ output }) => output) ?? [each]));
    return value;
  };
  try {
    const { value, grads } = tf.engine().gradients(compute, by, undefined, true);
    const rest = [...grads] as (tf.Tensor | undefined)[];
    const gradients = variables.map((variable, i) => {
      const own = gathers[i];
      if (own === undefined) return rest.shift();
      const outputs = rest.splice(0, own.length);
      const [values, indices] = tf.tidy(() => slicesOf(variable, own, outputs));
      tf.dispose(outputs.filter((each) => each !== undefined));
      return { values, indices };
    });
    return { value: value as tf.Scalar, gradients };
  } finally {
    tf.dispose(gathers.flatMap((own) => own?.map(({ indices }) => indices) ?? []));
  }
}

/** The ids of the tensors that a value was computed from. */
function tensorsLeadingTo(tape: readonly TapeNode[], value: tf.Tensor): ReadonlySet<number> {
  const leading = new Set([value.id]);
  for (const { inputs, outputs } of [...tape].reverse()) {
    if (!outputs.some(({ id }) => leading.has(id))) continue;
    for (const { id } of Object.values(inputs)) leading.add(id);
  }
  return leading;
}

/** All uses of a variable for a value, if they are gathers of its rows; else undefined. */
function rowGathers(
  tape: readonly TapeNode[],
  variable: tf.Variable,
  leading: ReadonlySet<number>,
): readonly RowGather[] | undefined {
  const same = new Set([variable.id]); // the variable and its copies
  const found: TapeNode[] = [];
  for (const node of tape) {
    const isUse = Object.values(node.inputs).some(({ id }) => same.has(id));
    if (!isUse || !node.outputs.some(({ id }) => leading.has(id))) continue;
    if (isCopy(node)) for (const { id } of node.outputs) same.add(id);
    else if (isRowGather(node)) found.push(node);
    else return undefined;
  }
  if (found.length === 0) return undefined;
  return found.map(({ outputs, saved }) => {
    const indices = tf.keep(tf.reshape(saved[1] as tf.Tensor, [-1])) as tf.Tensor1D;
    return { output: outputs[0] as tf.Tensor, indices };
  });
}

const isCopy = ({ kernelName, inputs, outputs }: TapeNode): boolean =>
  kernelName === tf.Identity || (kernelName === tf.Cast && inputs.x?.dtype === outputs[0]?.dtype);

function isRowGather({ kernelName, attributes, inputs }: TapeNode): boolean {
  if (kernelName !== tf.GatherV2) return false;
  const { axis, batchDims } = attributes as { axis: number; batchDims: number };
  return batchDims === 0 && (axis === 0 || axis === -(inputs.x as tf.Tensor).rank);
}

/** The slices of all gathers of a variable, one gather after the other. */
function slicesOf(
  { shape: [, ...row] }: tf.Variable,
  gathers: readonly RowGather[],
  gradients: readonly (tf.Tensor | undefined)[],
): [values: tf.Tensor, indices: tf.Tensor1D] {
  const values = gathers.map(({ output, indices }, i) =>
    tf.reshape(gradients[i] ?? tf.zeros(output.shape), [indices.size, ...row]),
  );
  const indices = gathers.map((gather) => gather.indices);
  if (gathers.length > 1) return [tf.concat(values, 0), tf.concat(indices, 0)];
  return [values[0] as tf.Tensor, tf.clone(indices[0] as tf.Tensor1D)];
}
