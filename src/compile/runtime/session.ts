import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "../../tf";
import type { GraphWriter } from "../emit/graph-writer";
import { raiseMallocThreshold } from "../engine/malloc-threshold";
import { type MetaGraph, protobuf } from "../engine/protobuf";
import { CompileError } from "../errors";

/** The version of TensorFlow's graph format that these nodes are written in: that of 2.9, which the addon was made for. */
export const PRODUCER = 1087;
const TENSORFLOW = "2.9.1";

/**
 * Opens a session on a graph. The only way in is a SavedModel's folder, which is deleted at once.
 *
 * @returns the session's number
 * @throws CompileError when TensorFlow refuses the graph, or there is no room for it on the disk
 */
export function openSession(writer: GraphWriter): number {
  warnOfThreads();
  raiseMallocThreshold(writer.binding);
  const bytes = serialise(writer);
  const folder = onDisk(() => mkdtempSync(join(tmpdir(), "unroll-graph-")));
  try {
    onDisk(() => writeFileSync(join(folder, "saved_model.pb"), bytes));
    return writer.binding.loadSavedModel(folder, "serve");
  } catch (error) {
    if (error instanceof CompileError) throw error;
    throw new CompileError(`compile: TensorFlow refuses the graph: ${(error as Error).message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says once that TensorFlow's threads were chosen before this library could. */
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
 * The bytes of a SavedModel's one file, `saved_model.pb`.
 *
 * @param describe adds to it what a loader should know of the graph
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
