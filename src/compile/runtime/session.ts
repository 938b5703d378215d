import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "../../tf";
import type { GraphWriter } from "../emit/graph-writer";
import { nativeBackend } from "../engine/backend";
import { raiseMallocThreshold } from "../engine/malloc-threshold";
import { type MetaGraph, protobuf } from "../engine/protobuf";
import { CompileError } from "../errors";

/** The version of TensorFlow's graph format that the nodes are written in: that of 2.9, which tfjs-node is built for. */
export const PRODUCER = 1087;
const TENSORFLOW = "2.9.1";

/**
 * Opens a session on a graph. tfjs-node loads a graph only from the folder of a SavedModel, so the graph is written into a
 * temporary folder, which is deleted at once.
 *
 * @returns the id of the session, for the binding's `runSavedModel`
 * @throws CompileError when TensorFlow refuses the graph, or the temporary folder cannot be written
 */
export function openSession(writer: GraphWriter): number {
  warnOfThreads();
  const { binding } = nativeBackend();
  raiseMallocThreshold(binding);
  const bytes = serialise(writer);
  const folder = onDisk(() => mkdtempSync(join(tmpdir(), "unroll-graph-")));
  try {
    onDisk(() => writeFileSync(join(folder, "saved_model.pb"), bytes));
    return binding.loadSavedModel(folder, "serve");
  } catch (error) {
    if (error instanceof CompileError) throw error;
    throw new CompileError(`compile: TensorFlow refuses the graph: ${(error as Error).message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Warns once when TensorFlow was started, and its threads chosen, before this library could choose them. */
function warnOfThreads(): void {
  if (!tf.engineInUse.startedElsewhere || isWarned) return;
  isWarned = true;
  console.warn(
    "unroll: TensorFlow was started before unroll (by danfojs-node?), with all cores for each operation; compiled steps " +
      "are faster on one thread an operation. Import unroll first, or set TF_NUM_INTRAOP_THREADS=1.",
  );
}
let isWarned = false;

function onDisk<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new CompileError(`compile: cannot write the graph into the temporary folder: ${(error as Error).message}`);
  }
}

/**
 * Serialises a graph as a SavedModel: the bytes of `saved_model.pb`.
 *
 * @param describe adds signatures to the graph, for other loaders. Default: none.
 */
export function serialise(writer: GraphWriter, describe: (graph: MetaGraph) => void = () => {}): Uint8Array {
  const { GraphDef, MetaGraphDef, SavedModel, VersionDef } = protobuf();
  const versions = new VersionDef();
  versions.setProducer(PRODUCER);
  const graph = new GraphDef();
  graph.setNodeList(writer.nodes);
  graph.setVersions(versions);
  const info = new MetaGraphDef.MetaInfoDef();
  info.setTagsList(["serve"]);
  info.setTensorflowVersion(TENSORFLOW);
  const metaGraph = new MetaGraphDef();
  metaGraph.setMetaInfoDef(info);
  metaGraph.setGraphDef(graph);
  describe(metaGraph);
  const model = new SavedModel();
  model.setSavedModelSchemaVersion(1);
  model.addMetaGraphs(metaGraph);
  return model.serializeBinary();
}
