import { messages, shapeMessage } from "../messages";
import { nativeBackend } from "../native";
import { openSession, serialise } from "../saved-model";
import type { InferenceGraph, NamedSignature } from "./inference-graph";
import { checkOutputs, tensorOf } from "./samples";

/**
 * A TensorFlow SavedModel: the bytes of `saved_model.pb`, the folder's only file, weights within. Its signature is
 * `serving_default`. Before they are handed over, the graph is run once and compared with the function.
 *
 * @throws CompileError when the outputs differ
 */
export function savedModelFile(graph: InferenceGraph): Uint8Array {
  tryOut(graph);
  const { SignatureDef } = messages();
  const signature = new SignatureDef();
  for (const input of graph.inputs) signature.getInputsMap().set(input.name, tensorInfo(input));
  for (const output of graph.outputs) signature.getOutputsMap().set(output.name, tensorInfo(output));
  signature.setMethodName("tensorflow/serving/predict");
  return serialise(graph.writer, (metaGraph) => metaGraph.getSignatureDefMap().set("serving_default", signature));
}

function tensorInfo({ name, dtype, shape }: NamedSignature): unknown {
  const info = new (messages().TensorInfo)();
  info.setName(`${name}:0`);
  info.setDtype(dtype);
  info.setTensorShape(shapeMessage(shape));
  return info;
}

function tryOut({ writer, inputs, outputs, examples }: InferenceGraph): void {
  const backend = nativeBackend();
  const given = inputs.map(({ name }) => tensorOf(examples.inputs[name] as never));
  const session = openSession(writer);
  const names = (of: readonly NamedSignature[]) => of.map(({ name }) => `${name}:0`).join();
  try {
    const ids = backend.getInputTensorIds(given);
    const made = backend.binding.runSavedModel(session, ids, names(inputs), names(outputs));
    const got = made.map((metadata) => backend.createOutputTensor(metadata));
    try {
      checkOutputs("the SavedModel", examples.outputs, got);
    } finally {
      for (const tensor of got) tensor.dispose();
    }
  } finally {
    for (const tensor of given) tensor.dispose();
    backend.binding.deleteSavedModel(session);
  }
}
