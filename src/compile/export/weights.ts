import type * as tf from "../../tf";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { copyOf, dtypeOf } from "../engine/backend";
import { tensorAttr, typeAttr } from "../engine/protobuf";
import { CompileError } from "../errors";

/** A protocol message, and so the file of a SavedModel, is smaller than 2 GiB. 16 MiB of it are left for the graph. */
const MOST_BYTES = 2 ** 31 - 2 ** 24;

/** Checks, before any weight is read, that one file can hold all of them. @throws CompileError */
export function checkWeights(variables: Readonly<Record<string, Pick<tf.Variable, "size">>>): void {
  const bytes = Object.values(variables).reduce((total, { size }) => total + 4 * size, 0);
  if (bytes <= MOST_BYTES) return;
  throw new CompileError(`export: variables: expected at most ${MOST_BYTES} bytes in all, got ${bytes}`);
}

/**
 * Writes the values of variables as constants; those that the graph does not use are left out, and "" stands in their place. A character that TensorFlow's names may not have becomes an underscore.
 */
export function writeWeights(
  writer: GraphWriter,
  variables: Readonly<Record<string, tf.Variable>>,
  isUsed: (index: number) => boolean,
): Ref[] {
  const names = new Set<string>();
  return Object.entries(variables).map(([given, variable], i) => {
    if (!isUsed(i)) return "";
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
    const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice(); // a copy, because the array may share the tensor's memory
    return writer.node("Const", [], { dtype: typeAttr(dtype), value: tensorAttr(dtype, variable.shape, bytes) }, name);
  } finally {
    copy.dispose();
  }
}
