import type * as tf from "../../tf";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { INT32 } from "../engine/dtypes";
import { typeAttr } from "../engine/protobuf";

/**
 * Writes what sends values into a program's variables and what fetches them. A value that is sent in is copied
 * (DeepCopy): it may share the memory of a JavaScript array, which an optimizer's thread must not free.
 *
 * @returns the names of the placeholders to feed and of the values to fetch; the node `sent` runs all assignments
 */
export function writeTransfer(
  writer: GraphWriter,
  handles: readonly Ref[],
  variables: readonly tf.Variable[],
  dtypes: readonly number[],
): { sent: string; fetched: string } {
  const sent = handles.map((handle, i) => {
    const dtype = dtypes[i] as number;
    const value = writer.placeholder(`send_${i}`, dtype, variables[i]?.shape as number[]);
    return writer.assignVariable(handle, writer.node("DeepCopy", [value], { T: typeAttr(dtype) }), dtype);
  });
  writer.identity(writer.int(0), INT32, sent, "sent");
  handles.forEach((handle, i) => {
    writer.identity(writer.readVariable(handle, dtypes[i] as number), dtypes[i] as number, [], `fetch_${i}`);
  });
  return { sent: names("send", handles.length), fetched: names("fetch", handles.length) };
}

/** The list of values that a session call takes: `output_0:0,output_1:0`. */
export const names = (name: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `${name}_${i}:0`).join();
