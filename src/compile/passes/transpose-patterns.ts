import { FLOAT32 } from "../engine/dtypes";
import { constantValues } from "../ir/ops";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { OUTSIDE, opOf, type Users } from "../ir/users";
import { isTransposed } from "./matmul-ops";

/**
 * Whether a layer makes its input narrow enough to run before the transpose. For a quarter it does not pay: more values are
 * transposed then, in more ops, and a bias is no longer fused into its MatMul.
 */
const isMuchNarrower = (narrow: number, width: number) => narrow * 8 <= width;

export type Sizes = [number, number, number];

/** Whether a transposed value feeds only MatMuls that make its rows much narrower, and the gradients of their weights. */
export function feedsNarrowerMatmuls(transpose: Op, users: Users): boolean {
  const width = transpose.shapes[0]?.[2] as number;
  const reshapes = users.get(transpose) ?? [];
  return reshapes.every(
    (reshape) =>
      reshape !== OUTSIDE &&
      transposeOfRows({ op: reshape, output: 0 }) === transpose &&
      (users.get(reshape) ?? []).every((user) => isNarrower(user, reshape, width)),
  );
}

function isNarrower(user: Op, rows: Op, width: number): boolean {
  if (user.name !== "MatMul" || opOf(user.inputs[0]) !== rows || opOf(user.inputs[1]) === rows) return false;
  if (isTransposed(user, "transpose_a") && isTransposed(user, "transpose_b")) return false;
  return isMuchNarrower(user.shapes[0]?.[1] as number, width);
}

/** Whether a Transpose follows a MatMul that made its rows much wider, and nothing else uses the output of that MatMul. */
export function followsWideningMatmul(transpose: Op, trace: Trace, users: Users): boolean {
  const reshape = opOf(transpose.inputs[0]);
  const matmul = reshape?.name === "Reshape" ? opOf(reshape.inputs[0]) : undefined;
  if (reshape === undefined || matmul?.name !== "MatMul" || isTransposed(matmul, "transpose_a")) return false;
  if (users.get(reshape)?.length !== 1 || users.get(matmul)?.length !== 1) return false;
  const [batch, steps, width] = reshape.shapes[0] as Sizes;
  const narrow = signatureOf(matmul.inputs[0] as Value, trace).shape[1] as number;
  return isShape(matmul, [batch * steps, width]) && isMuchNarrower(narrow, width);
}

/** The Transpose of a value that is the rows, `[batch·steps, width]`, of a transposed value; undefined for any other value. */
export function transposeOfRows(value: Value): Op | undefined {
  const reshape = opOf(value);
  const transpose = reshape?.name === "Reshape" ? opOf(reshape.inputs[0]) : undefined;
  if (reshape === undefined || transpose === undefined || !isTimeBatchTranspose(transpose)) return undefined;
  const [batch, steps, width] = transpose.shapes[0] as Sizes;
  return isShape(reshape, [batch * steps, width]) ? transpose : undefined;
}

/** Whether an op exchanges the first two of three axes, of float32. */
export const isTimeBatchTranspose = ({ name, inputs, shapes, dtypes }: Op): boolean =>
  name === "Transpose" &&
  shapes[0]?.length === 3 &&
  dtypes[0] === FLOAT32 &&
  Array.from(constantValues(inputs[1]) ?? []).join() === "1,0,2";

const isShape = ({ shapes }: Op, shape: readonly number[]) => shapes[0]?.join() === shape.join();
