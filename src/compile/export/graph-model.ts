import { createHash } from "node:crypto";
import * as tf from "../../tf";
import type { GraphWriter } from "../emit/graph-writer";
import { dtypeName } from "../engine/dtypes";
import type { NodeDef } from "../engine/protobuf";
import { CompileError } from "../errors";
import { PRODUCER } from "../runtime/session/graph-bytes";
import type { InferenceGraph, NamedSignature } from "./inference-graph";
import { nodeJson, sizesJson, sizesOf, typeName } from "./node-json";
import { checkOutputs, type Examples, tensorOf } from "./samples";

/** The largest weight file, in bytes: TensorFlow's own converter splits weights so, because browsers cache such files. */
const MOST_BYTES = 4 * 2 ** 20;

/**
 * Writes a graph as a TensorFlow.js graph model, for `tf.loadGraphModel`: `model.json` and files of weights. Plain
 * TensorFlow.js runs it, by `executeAsync` where it has a loop. It is run here first, and its outputs are compared with the
 * function's.
 *
 * The names of the weight files have a checksum of the weights, so that those of another model never take their place:
 * whatever `model.json` lies in a folder finds its own weights, also when a program was killed while it wrote.
 *
 * @param metadata what `model.json` has besides: the `metadata` of the loaded model
 * @returns the files by name, `model.json` last
 * @throws CompileError when the outputs differ, or TensorFlow.js does not have an operation; the message names it
 */
export async function graphModelFiles(
  graph: InferenceGraph,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, Uint8Array>> {
  const constants = graph.writer.nodes.filter((node) => node.getOp() === "Const").map(weightOf);
  const weights = constants.map(({ spec }) => spec);
  const data = Buffer.concat(constants.map(({ bytes }) => bytes));
  const versions = { producer: PRODUCER };
  const artifacts = {
    format: "graph-model",
    generatedBy: "unroll",
    convertedBy: null,
    signature: { inputs: signatures(graph.inputs), outputs: signatures(graph.outputs) },
    modelTopology: { node: graph.writer.nodes.map(nodeJson), library: {}, versions },
  };
  await verify(graph, { ...artifacts, weightSpecs: weights, weightData: new Uint8Array(data).buffer });
  const count = Math.max(1, Math.ceil(data.length / MOST_BYTES));
  const files = Array.from({ length: count }, (_, i): [string, Uint8Array] => {
    const bytes = data.subarray(i * MOST_BYTES, (i + 1) * MOST_BYTES);
    return [`group1-shard${i + 1}of${count}-${checksum(bytes)}.bin`, bytes];
  });
  const weightsManifest = [{ paths: files.map(([path]) => path), weights }];
  const model = JSON.stringify({ ...artifacts, userDefinedMetadata: metadata, weightsManifest });
  return Object.fromEntries([...files, ["model.json", Buffer.from(model)]]);
}

/** The first 16 digits of the SHA-256, for a file's name: `saveFiles` of unroll/data knows such names, and removes older ones. */
export const checksum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

function weightOf(node: NodeDef) {
  const tensor = node.getAttrMap().get("value").getTensor();
  const dtype = dtypeName(tensor.getDtype());
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool")
    throw new CompileError(`export: ${node.getName()} is of a type that TensorFlow.js does not have`);
  const spec = { name: node.getName(), shape: sizesOf(tensor.getTensorShape()), dtype };
  return { spec, bytes: tensor.getTensorContent_asU8() };
}

const signatures = (of: readonly NamedSignature[]) =>
  Object.fromEntries(
    of.map(({ name, dtype, shape }) => [
      name,
      { name: `${name}:0`, dtype: typeName(dtype, name), tensorShape: sizesJson(shape) },
    ]),
  );

const hasLoop = ({ nodes }: GraphWriter) => nodes.some((node) => node.getOp() === "Enter");

async function verify({ writer, trials, outputs }: InferenceGraph, artifacts: object): Promise<void> {
  const asked = outputs.map(({ name }) => name);
  let model: tf.GraphModel | undefined;
  try {
    model = await tf.loadGraphModel(tf.io.fromMemory(artifacts));
    for (const trial of trials) await verifyOn(model, hasLoop(writer), asked, trial);
  } catch (error) {
    if (error instanceof CompileError) throw error;
    throw new CompileError(`export: TensorFlow.js cannot run the graph: ${(error as Error).message}`);
  } finally {
    model?.dispose();
  }
}

async function verifyOn(model: tf.GraphModel, loops: boolean, asked: string[], examples: Examples): Promise<void> {
  const inputs = Object.fromEntries(Object.entries(examples.inputs).map(([name, it]) => [name, tensorOf(it)]));
  let made: tf.Tensor[] = [];
  try {
    // executeAsync warns when a graph has no loop, and execute refuses a graph that has one.
    made = [loops ? await model.executeAsync(inputs, asked) : model.execute(inputs, asked)].flat();
    checkOutputs("the graph model", examples.outputs, made);
  } finally {
    tf.dispose([inputs, made]);
  }
}
