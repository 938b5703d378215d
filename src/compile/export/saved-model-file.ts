import { nativeBackend } from "../engine/backend";
import { protobuf, shapeMessage } from "../engine/protobuf";
import { openSession, serialise } from "../runtime/session";
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
  return serialise(graph.writer, (metaGraph) => metaGraph.getSignatureDefMap().set("serving_default", signature));
}

function tensorInfo({ name, dtype, shape }: NamedSignature): unknown {
  const info = new (protobuf().TensorInfo)();
  info.setName(`${name}:0`);
  info.setDtype(dtype);
  info.setTensorShape(shapeMessage(shape));
  return info;
}

function verify({ writer, inputs, outputs, trials }: InferenceGraph): void {
  const session = openSession(writer);
  try {
    for (const trial of trials) verifyOn(session, inputs, outputs, trial);
  } finally {
    nativeBackend().binding.deleteSavedModel(session);
  }
}

function verifyOn(
  session: number,
  inputs: readonly NamedSignature[],
  outputs: readonly NamedSignature[],
  examples: Examples,
): void {
  const backend = nativeBackend();
  const names = (of: readonly NamedSignature[]) => of.map(({ name }) => `${name}:0`).join();
  const tensors = inputs.map(({ name }) => tensorOf(examples.inputs[name] as never));
  try {
    const ids = backend.getInputTensorIds(tensors);
    const made = backend.binding.runSavedModel(session, ids, names(inputs), names(outputs));
    const got = made.map((metadata) => backend.createOutputTensor(metadata));
    tensors.push(...got);
    checkOutputs("the SavedModel", examples.outputs, got);
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}
