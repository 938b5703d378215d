import { nativeBackend } from "../engine/backend";
import { protobuf, shapeMessage } from "../engine/protobuf";
import { savedModelBytes } from "../runtime/session/graph-bytes";
import type { GraphCall } from "../runtime/session/graph-session";
import { openSession } from "../runtime/session/open-session";
import type { InferenceGraph, NamedSignature } from "./inference-graph";
import { checkOutputs, type Examples, tensorOf } from "./samples";

/**
 * Writes a graph as a TensorFlow SavedModel: the bytes of `saved_model.pb`, the only file of its folder, weights included.
 * Its signature is `serving_default`. The graph is run here first, and its outputs are compared with the function's.
 *
 * @example
 *   const w = tf.variable(tf.scalar(2));
 *   const graph = inferenceGraph(({ x }) => ({ y: tf.mul(x, w) }), {
 *     inputs: { x: [null, 3] },
 *     variables: { w },
 *   });
 *   await saveFiles("model", { "saved_model.pb": savedModelFile(graph) });
 *
 * @throws CompileError when the outputs differ
 */
export function savedModelFile(graph: InferenceGraph): Uint8Array {
  verify(graph);
  const { SignatureDef } = protobuf();
  const signature = new SignatureDef();
  for (const input of graph.inputs) signature.getInputsMap().set(input.name, tensorInfo(input));
  for (const output of graph.outputs) signature.getOutputsMap().set(output.name, tensorInfo(output));
  signature.setMethodName("tensorflow/serving/predict");
  return savedModelBytes(graph.writer, (metaGraph) => metaGraph.getSignatureDefMap().set("serving_default", signature));
}

function tensorInfo({ name, dtype, shape }: NamedSignature): unknown {
  const info = new (protobuf().TensorInfo)();
  info.setName(`${name}:0`);
  info.setDtype(dtype);
  info.setTensorShape(shapeMessage(shape));
  return info;
}

function verify({ writer, inputs, outputs, trials }: InferenceGraph): void {
  const session = openSession(writer, { rewriting: "none" });
  try {
    const names = (of: readonly NamedSignature[]) => of.map(({ name }) => name);
    const call = session.prepare(names(inputs), names(outputs));
    for (const trial of trials) verifyOn(call, inputs, trial);
  } finally {
    session.close();
  }
}

function verifyOn(call: GraphCall, inputs: readonly NamedSignature[], examples: Examples): void {
  const backend = nativeBackend();
  const tensors = inputs.map(({ name }) => tensorOf(examples.inputs[name] as never));
  try {
    const made = call.run(backend.getInputTensorIds(tensors)).give();
    const got = made.map((metadata) => backend.createOutputTensor(metadata));
    tensors.push(...got);
    checkOutputs("the SavedModel", examples.outputs, got);
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}
