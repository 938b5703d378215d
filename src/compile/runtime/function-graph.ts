import type * as tf from "../../tf";
import type { GraphWriter } from "../emit/graph-writer";
import type { Signature } from "../ir/trace";
import { programGraph, type WriteProgram } from "./program-graph";
import { graphMessage } from "./session/graph-bytes";

/** A node of a graph: one operation of TensorFlow. */
export interface GraphNode {
  /** Its name, with the scopes that it stands in: "while/MatMul". */
  readonly name: string;
  /** TensorFlow's name of the operation: "MatMul". */
  readonly op: string;
  /** The names of the nodes that it reads; `^name` is a node that only has to run before. */
  readonly inputs: readonly string[];
}

/** The graph of a compiled function. */
export interface FunctionGraph {
  readonly nodes: readonly GraphNode[];
  /** TensorFlow's GraphDef, as a protocol buffer. */
  readonly graphDef: Uint8Array;
}

/**
 * Writes a program's graph for readers instead of a session. The names of its nodes are those of the operations, in the
 * scopes in which they were written; a variable has the name of its weight. A session's own graph keeps its short names, so
 * that names can change no number.
 *
 * @param nameOf what a variable is called; "" where it has no name
 */
export function functionGraph(
  signatures: readonly Signature[],
  variables: readonly tf.Variable[],
  write: WriteProgram,
  nameOf: (variable: tf.Variable) => string,
): FunctionGraph {
  const { writer, handles } = programGraph(signatures, variables, write);
  const weights = new Map(handles.map((handle, i) => [handle, nameOf(variables[i] as tf.Variable) || "variable"]));
  rename(writer, weights);
  const nodes = writer.nodes.map((node) => ({ name: node.getName(), op: node.getOp(), inputs: node.getInputList() }));
  return { nodes, graphDef: graphMessage(writer).serializeBinary() };
}

/** Gives all nodes readable names. @param weights names of variables, by handle */
function rename(writer: GraphWriter, weights: ReadonlyMap<string, string>): void {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  const unique = (name: string): string => {
    let free = name;
    for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
    taken.add(free);
    return free;
  };
  for (const node of writer.nodes) {
    const [op, before] = [node.getOp(), node.getName()];
    const [first = ""] = node.getInputList();
    const weight = weights.get(before) ?? (op === "ReadVariableOp" ? `${weights.get(first)}/Read` : undefined);
    const isNamed = /^(?:input|output)_\d+$/.test(before);
    const scope = writer.scopes.get(before);
    const own = isNamed ? before : scope === undefined ? op : `${scope}/${op}`;
    names.set(before, unique(weight === undefined ? own : nodeName(weight)));
  }
  for (const node of writer.nodes) {
    const inputs = node
      .getInputList()
      .map((input) => input.replace(/^(\^?)([^:]+)/, (_, after, name) => after + names.get(name)));
    node.setName(names.get(node.getName()) as string);
    node.setInputList(inputs);
  }
}

/** A weight's name as the name of a node, which has fewer characters: "rnn/kernel:0" becomes "rnn/kernel". */
const nodeName = (weight: string) =>
  weight
    .replace(/:0$/, "")
    .replace(/[^A-Za-z0-9_./-]/g, "_")
    .replace(/^[^A-Za-z0-9.]/, "v");
