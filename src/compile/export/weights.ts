import type * as tf from "../../tf";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { copyOf, dtypeOf } from "../engine/backend";
import { tensorAttr, typeAttr } from "../engine/protobuf";
import { CompileError } from "../errors";

/** A protocol message, and so a SavedModel's file, is below 2 GiB; a little is left for the graph. */
const MOST_BYTES = 2 ** 31 - 2 ** 24;

/** Refuses more weights than one file can hold, before any is read. @throws CompileError */
export function checkWeights(variables: Readonly<Record<string, Pick<tf.Variable, "size">>>): void {
  const bytes = Object.values(variables).reduce((total, { size }) => total + 4 * size, 0);
  if (bytes <= MOST_BYTES) return;
  throw new CompileError(`export: variables: expected at most ${MOST_BYTES} bytes in all, got ${bytes}`);
}

/** The variables' values as constants, under their names as far as TensorFlow takes them. */
export function writeWeights(writer: GraphWriter, variables: Readonly<Record<string, tf.Variable>>): Ref[] {
  const names = new Set<string>();
  return Object.entries(variables).map(([given, variable]) => {
    let name = `weights/${given.replace(/[^A-Za-z0-9_./-]/g, "_")}`;
    while (names.has(name)) name += "_";
    names.add(name);
    return writeWeight(writer, name, variable);
  });
}

function writeWeight(writer: GraphWriter, name: string, variable: tf.Variable): Ref {
  const [copy, dtype] = [copyOf(variable), dtypeOf(variable)];
  try {
    const { buffer, byteOffset, byteLength } = copy.dataSync();
    const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice(); // the array may share the tensor's memory
    return writer.node("Const", [], { dtype: typeAttr(dtype), value: tensorAttr(dtype, variable.shape, bytes) }, name);
  } finally {
    copy.dispose();
  }
}
