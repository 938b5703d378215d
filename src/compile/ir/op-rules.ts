import { BOOL } from "../engine/dtypes";
import { attributeOf, constantValues } from "./ops";
import { broadcast, count, moveAxes, reduce } from "./shapes";
import type { Op, Signature } from "./trace";

type Shape = readonly number[];

/** What is known of an op's outputs from its inputs: undefined for what is not known. A text says what is wrong. */
type Outputs = readonly { readonly shape?: Shape | undefined; readonly dtype?: number | undefined }[] | string;

/** What an op of one name must be like. */
export interface OpRule {
  /** How many inputs it has; undefined where any number will do. */
  readonly arity?: number;
  outputs(op: Op, inputs: readonly Signature[]): Outputs;
}

const rule = (arity: number | undefined, outputs: OpRule["outputs"]): OpRule => ({
  ...(arity === undefined ? {} : { arity }),
  outputs,
});

/** The rules of several ops that are alike. */
const each = (names: string, of: OpRule): Record<string, OpRule> =>
  Object.fromEntries(names.split(" ").map((name) => [name, of]));

const constantOf = (op: Op, input: number): number[] | undefined => {
  const values = constantValues(op.inputs[input]);
  return values && Array.from(values);
};

const areAlike = (inputs: readonly Signature[]): boolean =>
  inputs.every(({ shape, dtype }) => dtype === inputs[0]?.dtype && shape.join() === inputs[0]?.shape.join());

const same = rule(1, (_, [x]) => [{ ...x }]);
const predicate = rule(1, (_, [x]) => [{ shape: x?.shape, dtype: BOOL }]);
const allAlike = (arity?: number) =>
  rule(arity, (_, inputs) => (areAlike(inputs) ? [{ ...inputs[0] }] : "expected inputs of one shape and dtype"));

const binary = (dtype?: number) =>
  rule(2, (_, [a, b]) => {
    if (a === undefined || a.dtype !== b?.dtype) return "expected inputs of one dtype";
    const shape = broadcast(a.shape, b.shape);
    return shape ? [{ shape, dtype: dtype ?? a.dtype }] : "expected shapes that broadcast";
  });

/** @param flags the names of the attributes that say whether the first, and the second, factor is transposed */
const matmul = (flags: readonly [string, string]) =>
  rule(2, (op, [a, b]) => {
    if (a === undefined || b === undefined || a.dtype !== b.dtype) return "expected factors of one dtype";
    const matrix = ({ shape }: Signature, flag: string) =>
      attributeOf(op, flag) === true ? shape.slice(-2).reverse() : shape.slice(-2);
    const [m, k] = matrix(a, flags[0]);
    const [rows, n] = matrix(b, flags[1]);
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (m === undefined || n === undefined || batch === undefined) return "expected factors that are matrices";
    if (k !== rows) return `expected factors that fit, got ${k} columns and ${rows} rows`;
    return [{ shape: [...batch, m, n], dtype: a.dtype }];
  });

const reduction = rule(2, (op, [x]) => {
  const axes = constantOf(op, 1);
  const keep = attributeOf(op, "keep_dims") === true;
  return [{ shape: axes && x && reduce(x.shape, axes, keep), dtype: x?.dtype }];
});

/** The ops whose outputs can be told from their inputs. Other ops are verified only as far as all ops are. */
export const OP_RULES: Readonly<Record<string, OpRule>> = {
  ...each(
    "Identity Neg Tanh Sigmoid Relu Relu6 Elu Selu Softplus Exp Expm1 Log Log1p Sqrt Rsqrt Square Reciprocal",
    same,
  ),
  ...each("Sin Cos Tan Asin Acos Atan Sinh Cosh Sign Floor Ceil Round Erf LogicalNot Softmax", same),
  PlaceholderWithDefault: rule(1, (op, [x]) => {
    const shape = attributeOf(op, "shape") as Shape | undefined;
    return shape?.join() === x?.shape.join() ? [{ ...x }] : `expected the shape of its input, got [${shape}]`;
  }),
  ...each("IsFinite IsInf IsNan", predicate),
  ...each(
    "Add AddV2 Sub Mul RealDiv Div DivNoNan FloorDiv FloorMod Mod Maximum Minimum Pow SquaredDifference",
    binary(),
  ),
  ...each("Less LessEqual Greater GreaterEqual Equal NotEqual LogicalAnd LogicalOr", binary(BOOL)),
  ...each("TanhGrad SigmoidGrad ReluGrad", allAlike(2)),
  AddN: allAlike(),
  Cast: rule(1, (op, [x]) => [{ shape: x?.shape, dtype: attributeOf(op, "DstT") as number | undefined }]),
  MatMul: matmul(["transpose_a", "transpose_b"]),
  BatchMatMulV2: matmul(["adj_x", "adj_y"]),
  BiasAdd: rule(2, (_, [x, bias]) =>
    bias?.shape.join() === `${x?.shape.at(-1)}` ? [{ ...x }] : "expected a bias of as many elements as columns",
  ),
  Reshape: rule(2, (op, [x]) => {
    const [shape] = op.shapes;
    const asked = constantOf(op, 1);
    if (shape === undefined || count(shape) !== count(x?.shape ?? []))
      return "expected as many elements as its input has";
    if (asked && (asked.length !== shape.length || asked.some((size, i) => size >= 0 && size !== shape[i])))
      return `expected the shape that it is asked for, [${asked}]`;
    return [{ dtype: x?.dtype }];
  }),
  Transpose: rule(2, (op, [x]) => {
    const axes = constantOf(op, 1);
    if (axes && [...axes].sort((a, b) => a - b).some((axis, i) => axis !== i)) return "expected a permutation";
    return [{ shape: axes && x && moveAxes(x.shape, axes), dtype: x?.dtype }];
  }),
  Slice: rule(3, (op, [x]) => {
    const [begin, size] = [constantOf(op, 1), constantOf(op, 2)];
    const shape = size?.map((length, axis) => {
      return length >= 0 || begin === undefined ? length : (x?.shape[axis] as number) - (begin[axis] as number);
    });
    const isInside = shape?.every((length, i) => length + (begin?.[i] ?? 0) <= (x?.shape[i] ?? 0));
    if (isInside === false) return `expected a slice inside [${x?.shape}], got [${shape}] from [${begin}]`;
    return [{ shape: shape?.every((length) => length >= 0) ? shape : undefined, dtype: x?.dtype }];
  }),
  ConcatV2: rule(undefined, (op, inputs) => {
    const [first] = inputs;
    const [asked] = constantOf(op, inputs.length - 1) ?? [];
    if (asked === undefined || first === undefined) return [{ dtype: first?.dtype }];
    const axis = asked < 0 ? asked + first.shape.length : asked;
    const sizes = inputs.slice(0, -1).map(({ shape }) => shape[axis] as number);
    const shape = first.shape.map((size, i) => (i === axis ? sizes.reduce((sum, each) => sum + each, 0) : size));
    return [{ shape, dtype: first.dtype }];
  }),
  Pack: rule(undefined, (op, inputs) => {
    if (!areAlike(inputs)) return "expected inputs of one shape and dtype";
    const shape = [...(inputs[0]?.shape ?? [])];
    const axis = Number(attributeOf(op, "axis") ?? 0);
    shape.splice(axis < 0 ? axis + shape.length + 1 : axis, 0, inputs.length);
    return [{ shape, dtype: inputs[0]?.dtype }];
  }),
  Pad: rule(2, (op, [x]) => {
    const paddings = constantOf(op, 1);
    const padded = (size: number, axis: number) => size + (paddings?.[2 * axis] ?? 0) + (paddings?.[2 * axis + 1] ?? 0);
    return [{ shape: paddings && x?.shape.map(padded), dtype: x?.dtype }];
  }),
  ...each("Sum Mean Max Min Prod", reduction),
  Fill: rule(2, (op, [, value]) => [{ shape: constantOf(op, 0), dtype: value?.dtype }]),
  StatelessRandomUniform: rule(2, (op) => [{ shape: constantOf(op, 0), dtype: attributeOf(op, "dtype") as number }]),
  UnsortedSegmentSum: rule(3, (_, [x]) => [{ dtype: x?.dtype }]),
  GatherV2: rule(3, (_, [x]) => [{ dtype: x?.dtype }]),
};
