import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { OUTSIDE, opOf, type Users } from "../ir/users";
import { isTransposed } from "./canonicalize";

/** A quarter is not worth it: more is turned then, in more places, and a bias is added by itself. */
const isMuchNarrower = (narrow: number, width: number) => narrow * 8 <= width;

/** TensorFlow's number of float32. */
export const FLOAT = 1;

export type Sizes = [number, number, number];

/** Whether a turned value is only used for products that make its rows narrower, and for their weights' gradients. */
export function feedsNarrowerMatmuls(turn: Op, users: Users): boolean {
  const width = turn.shapes[0]?.[2] as number;
  const reshapes = users.get(turn) ?? [];
  return reshapes.every(
    (reshape) =>
      reshape !== OUTSIDE &&
      transposeOfRows({ op: reshape, output: 0 }) === turn &&
      (users.get(reshape) ?? []).every((user) => isNarrower(user, reshape, width)),
  );
}

function isNarrower(user: Op, rows: Op, width: number): boolean {
  if (user.name !== "MatMul" || opOf(user.inputs[0]) !== rows || opOf(user.inputs[1]) === rows) return false;
  if (isTransposed(user, "transpose_a") && isTransposed(user, "transpose_b")) return false;
  return isMuchNarrower(user.shapes[0]?.[1] as number, width);
}

/** Whether a turned value is a product that made its rows wider, and nothing else uses the product. */
export function followsWideningMatmul(turn: Op, trace: Trace, users: Users): boolean {
  const reshape = opOf(turn.inputs[0]);
  const product = reshape?.name === "Reshape" ? opOf(reshape.inputs[0]) : undefined;
  if (reshape === undefined || product?.name !== "MatMul" || isTransposed(product, "transpose_a")) return false;
  if (users.get(reshape)?.length !== 1 || users.get(product)?.length !== 1) return false;
  const [batch, steps, width] = reshape.shapes[0] as Sizes;
  const narrow = signatureOf(product.inputs[0] as Value, trace).shape[1] as number;
  return isShape(product, [batch * steps, width]) && isMuchNarrower(narrow, width);
}

/** Of rows that are a turned value's: the turn. */
export function transposeOfRows(origin: Value): Op | undefined {
  const reshape = opOf(origin);
  const turn = reshape?.name === "Reshape" ? opOf(reshape.inputs[0]) : undefined;
  if (reshape === undefined || turn === undefined || !isTimeBatchTranspose(turn)) return undefined;
  const [batch, steps, width] = turn.shapes[0] as Sizes;
  return isShape(reshape, [batch * steps, width]) ? turn : undefined;
}

/** Whether an operation exchanges the first two of three axes. */
export function isTimeBatchTranspose({ name, inputs, shapes, dtypes }: Op): boolean {
  const order = opOf(inputs[1])?.values;
  return (
    name === "Transpose" && shapes[0]?.length === 3 && dtypes[0] === FLOAT && Array.from(order ?? []).join() === "1,0,2"
  );
}

const isShape = ({ shapes }: Op, shape: readonly number[]) => shapes[0]?.join() === shape.join();
