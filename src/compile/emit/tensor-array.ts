import { boolAttr, shapeAttr, stringAttr, typeAttr } from "../engine/protobuf";
import { RESOURCE, type Signature } from "../ir/trace";
import type { GraphWriter, Ref } from "./graph-writer";
import type { LoopBody } from "./while-loop";

/**
 * A list of tensors that one loop fills and another reads: TensorFlow 1.x's TensorArray. Elements are handed over, not
 * copied; each is read once and then freed. The flow is a value without a meaning of its own that orders what is done.
 */
export interface TensorArray {
  readonly handle: Ref;
  readonly flow: Ref;
  readonly element: Signature;
}

export function tensorArray(writer: GraphWriter, element: Signature, size: Ref): TensorArray {
  const handle = writer.node("TensorArrayV3", [size], {
    dtype: typeAttr(element.dtype),
    element_shape: shapeAttr(element.shape),
    dynamic_size: boolAttr(false),
    clear_after_read: boolAttr(true),
    identical_element_shapes: boolAttr(true),
    tensor_array_name: stringAttr(""),
  });
  return { handle, flow: `${handle}:1`, element };
}

/** Inside a loop. @returns the flow after the write */
export function writeElement(
  writer: GraphWriter,
  { handle, element }: TensorArray,
  { bring }: LoopBody,
  at: { readonly index: Ref; readonly value: Ref; readonly flow: Ref },
): Ref {
  const inputs = [bring(handle, RESOURCE), at.index, at.value, at.flow];
  return writer.node("TensorArrayWriteV3", inputs, { T: typeAttr(element.dtype) });
}

/** Inside a loop. */
export function readElement(writer: GraphWriter, array: TensorArray, { bring }: LoopBody, index: Ref): Ref {
  const { dtype } = array.element;
  const inputs = [bring(array.handle, RESOURCE), index, bring(array.flow, writer.binding.TF_FLOAT)];
  return writer.node("TensorArrayReadV3", inputs, { dtype: typeAttr(dtype) });
}

/** All elements along their first axis. */
export function concatElements(writer: GraphWriter, { handle, flow, element }: TensorArray): Ref {
  return writer.node("TensorArrayConcatV3", [handle, flow], {
    dtype: typeAttr(element.dtype),
    element_shape_except0: shapeAttr(element.shape.slice(1)),
  });
}
