import type { GraphWriter } from "../../emit/graph-writer";
import { type MetaGraph, protobuf } from "../../engine/protobuf";

/** The version of TensorFlow's graph format that the nodes are written in: that of 2.9, which tfjs-node is built for. */
export const PRODUCER = 1087;
const TENSORFLOW = "2.9.1";

/** A graph as TensorFlow's message of it. */
export function graphMessage(writer: GraphWriter) {
  const { GraphDef, VersionDef } = protobuf();
  const versions = new VersionDef();
  versions.setProducer(PRODUCER);
  const graph = new GraphDef();
  graph.setNodeList(writer.nodes);
  graph.setVersions(versions);
  return graph;
}

/**
 * Serialises a graph as a SavedModel: the bytes of `saved_model.pb`.
 *
 * @param describe adds signatures to the graph, for other loaders. Default: none.
 */
export function savedModelBytes(writer: GraphWriter, describe: (graph: MetaGraph) => void = () => {}): Uint8Array {
  const { MetaGraphDef, SavedModel } = protobuf();
  const info = new MetaGraphDef.MetaInfoDef();
  info.setTagsList(["serve"]);
  info.setTensorflowVersion(TENSORFLOW);
  const metaGraph = new MetaGraphDef();
  metaGraph.setMetaInfoDef(info);
  metaGraph.setGraphDef(graphMessage(writer));
  describe(metaGraph);
  const model = new SavedModel();
  model.setSavedModelSchemaVersion(1);
  model.addMetaGraphs(metaGraph);
  return model.serializeBinary();
}
