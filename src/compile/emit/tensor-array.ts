import { FLOAT32, RESOURCE } from "../engine/dtypes";
import { boolAttr, shapeAttr, stringAttr, typeAttr } from "../engine/protobuf";
import type { Signature } from "../ir/trace";
import type { GraphWriter, Ref } from "./graph-writer";
import type { LoopContext } from "./while-loop";

/**
 * A list of tensors that one loop fills and another reads: TensorFlow 1.x's TensorArray. An element is moved, not copied:
 * each is read once, and the list then frees it. The flow is a dummy value, whose data dependencies put writes and reads
 * in order.
 */
export interface TensorArray {
  readonly handle: Ref;
  readonly flow: Ref;
  /** The shape and type of each element. */
  readonly element: Signature;
}

/**
 * Writes an empty list.
 *
 * @param size how many elements it will have
 * @param readOnce whether an element is freed when it is read. Default: true.
 */
export function tensorArray(writer: GraphWriter, element: Signature, size: Ref, readOnce = true): TensorArray {
  const handle = writer.node("TensorArrayV3", [size], {
    dtype: typeAttr(element.dtype),
    element_shape: shapeAttr(element.shape),
    dynamic_size: boolAttr(false),
    clear_after_read: boolAttr(readOnce),
    identical_element_shapes: boolAttr(true),
    tensor_array_name: stringAttr(""),
  });
  return { handle, flow: `${handle}:1`, element };
}

/** Writes an element at an index, mostly inside a loop. @returns the flow after the write */
export function writeElement(
  writer: GraphWriter,
  { handle, element }: TensorArray,
  { enter }: Pick<LoopContext, "enter">,
  { index, value, flow }: { readonly index: Ref; readonly value: Ref; readonly flow: Ref },
): Ref {
  return writer.node("TensorArrayWriteV3", [enter(handle, RESOURCE), index, value, flow], {
    T: typeAttr(element.dtype),
  });
}

/** Inside a loop: reads the element at an index. */
export function readElement(writer: GraphWriter, array: TensorArray, { enter }: LoopContext, index: Ref): Ref {
  const inputs = [enter(array.handle, RESOURCE), index, enter(array.flow, FLOAT32)];
  return writer.node("TensorArrayReadV3", inputs, { dtype: typeAttr(array.element.dtype) });
}

/** Outside of a loop: the elements at some indices, along a new first axis. */
export function gatherElements(writer: GraphWriter, { handle, flow, element }: TensorArray, indices: Ref): Ref {
  return writer.node("TensorArrayGatherV3", [handle, indices, flow], {
    dtype: typeAttr(element.dtype),
    element_shape: shapeAttr(element.shape),
  });
}

/** After the loop that filled the list: its elements, concatenated along their first axis. */
export function concatElements(writer: GraphWriter, { handle, flow, element }: TensorArray): Ref {
  return writer.node("TensorArrayConcatV3", [handle, flow], {
    dtype: typeAttr(element.dtype),
    element_shape_except0: shapeAttr(element.shape.slice(1)),
  });
}
