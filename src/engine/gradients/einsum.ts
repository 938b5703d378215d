import * as tf from "../start";

/**
 * The gradient of a sum of products by Einstein's convention, of any number of tensors:
 *
 *   ab, bc → ac    has the gradients    ac, bc → ab    and    ac, ab → bc
 *
 * An index that stands in one tensor alone was summed over there, so each of its elements gets the same gradient.
 */
export const einsum = (): tf.GradConfig => ({
  kernelName: tf.Einsum,
  saveAllInputs: true,
  gradFunc: (dy, saved, attributes) => {
    const equation = (attributes as unknown as { equation: string }).equation.replace(/\s/g, "");
    const [left, made] = equation.split("->") as [string, string?];
    const inputs = left.split(",");
    checkIndices(equation, inputs, made);
    return Object.fromEntries(
      inputs.map((_, i) => [i, () => ofInput(i, inputs, made as string, saved, dy as tf.Tensor)]),
    );
  },
});

function ofInput(i: number, inputs: string[], made: string, saved: tf.Tensor[], dy: tf.Tensor): tf.Tensor {
  const [own, x] = [inputs[i] as string, saved[i] as tf.Tensor];
  const isOther = (_: unknown, j: number) => j !== i;
  const given = [made, ...inputs.filter(isOther)];
  const present = [...own].filter((index) => given.some((each) => each.includes(index)));
  const summed = tf.einsum(`${given.join(",")}->${present.join("")}`, dy, ...saved.filter(isOther));
  const shape = x.shape.map((size, axis) => (present.includes(own[axis] as string) ? size : 1));
  return tf.broadcastTo(tf.reshape(summed, shape), x.shape);
}

/** @throws Error for an equation whose gradient is not known here: implicit outputs, diagonals, "…" */
function checkIndices(equation: string, inputs: readonly string[], made: string | undefined): void {
  const isPlain = (indices: string) => /^[A-Za-z]*$/.test(indices) && new Set(indices).size === indices.length;
  if (made !== undefined && [...inputs, made].every(isPlain)) return;
  throw new Error(
    `einsum: the gradient of "${equation}" is not known: expected "->", one letter for each axis, and no letter twice in ` +
      "one tensor",
  );
}
