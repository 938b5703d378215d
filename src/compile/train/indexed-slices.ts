import type { After, GraphWriter, Ref } from "../emit/graph-writer";
import { FLOAT32, INT32 } from "../engine/dtypes";
import { boolAttr, intAttr, typeAttr } from "../engine/protobuf";

/**
 * A gradient that is zero except in some rows of a variable: TensorFlow 1.x's IndexedSlices. Where an index occurs twice,
 * the row's gradient is the sum of both slices.
 */
export interface Slices {
  /** The gradients of those rows, `[slices, …]`. */
  readonly values: Ref;
  /** The index of each slice's row, `[slices]`. */
  readonly indices: Ref;
}

/** The gradient of a variable: dense, or in indexed slices. */
export type Gradient = Ref | Slices;

/** The numbers of a gradient. */
export const valuesOf = (gradient: Gradient): Ref => (typeof gradient === "string" ? gradient : gradient.values);

/** The same gradient with other numbers. */
export const withValues = (gradient: Gradient, values: Ref): Gradient =>
  typeof gradient === "string" ? values : { values, indices: gradient.indices };

/** Makes a gradient in indexed slices dense: a tensor of the variable's shape. */
export function densify(writer: GraphWriter, { values, indices }: Slices, shape: readonly number[]): Ref {
  const [T, int] = [typeAttr(FLOAT32), typeAttr(INT32)];
  const count = writer.int(shape[0] as number);
  return writer.node("UnsortedSegmentSum", [values, indices, count], { T, Tindices: int, Tnumsegments: int });
}

/**
 * Sums the slices of each row, as TensorFlow 1.x does before an update that is not linear in the gradient.
 *
 * @returns slices of which no two have the same row
 */
export function sumDuplicates(writer: GraphWriter, { values, indices }: Slices): Slices {
  const int = typeAttr(INT32);
  const unique = writer.node("Unique", [indices], { T: int, out_idx: int });
  const count = writer.node("Size", [unique], { T: int, out_type: int });
  const types = { T: typeAttr(FLOAT32), Tindices: int, Tnumsegments: int };
  return { values: writer.node("UnsortedSegmentSum", [values, `${unique}:1`, count], types), indices: unique };
}

/** Some rows of a dense gradient, as slices. */
export function rowsOfDense(writer: GraphWriter, gradient: Ref, indices: Ref): Slices {
  const int = typeAttr(INT32);
  const attributes = { Tparams: typeAttr(FLOAT32), Tindices: int, Taxis: int, batch_dims: intAttr(0) };
  return { values: writer.node("GatherV2", [gradient, indices, writer.int(0)], attributes), indices };
}

/** The rows of a variable, `[slices, …]`, read from the variable itself. @param after what the read waits for */
export function gatherRows(writer: GraphWriter, variable: Ref, indices: Ref, after: readonly After[] = []): Ref {
  const attributes = {
    dtype: typeAttr(FLOAT32),
    Tindices: typeAttr(INT32),
    batch_dims: intAttr(0),
    validate_indices: boolAttr(true),
  };
  return writer.node("ResourceGather", [variable, indices, ...after], attributes);
}

/** Writes rows of a variable: adds to them, subtracts from them, or replaces them. */
export function scatterRows(
  writer: GraphWriter,
  op: "ResourceScatterAdd" | "ResourceScatterSub" | "ResourceScatterUpdate",
  variable: Ref,
  { values, indices }: Slices,
): After {
  const attributes = { dtype: typeAttr(FLOAT32), Tindices: typeAttr(INT32) };
  return `^${writer.node(op, [variable, indices, values], attributes)}`;
}
