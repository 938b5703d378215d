import type { GraphWriter, Ref } from "../emit/graph-writer";
import { FLOAT32, INT32 } from "../engine/dtypes";
import { typeAttr } from "../engine/protobuf";

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

/** Makes a gradient in indexed slices dense: a tensor of the variable's shape. */
export function densify(writer: GraphWriter, { values, indices }: Slices, shape: readonly number[]): Ref {
  const [T, int] = [typeAttr(FLOAT32), typeAttr(INT32)];
  const count = writer.int(shape[0] as number);
  return writer.node("UnsortedSegmentSum", [values, indices, count], { T, Tindices: int, Tnumsegments: int });
}
