import { describe } from "../../arguments";
import type { FunctionGraph } from "../../compile";
import { ArgumentError } from "../../rnn";
import { SummaryWriter } from "./summary-writer";

/**
 * Writes the graph of a compiled function for TensorBoard's page of graphs, as TensorFlow 1.x's `tf.summary.FileWriter(folder,
 * graph)` does. `npm run tensorboard` shows the runs in `runs/`. It needs the native engine. (`TensorBoard` with
 * `{ graph: true }` writes the graph of a training.)
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 3, numUnits: 5 });
 *   const graph = graphOf((x: tf.Tensor3D) => dynamicRnn(cell, x)[1], [tf.zeros([4, 2, 3])], { variables: cell.variables });
 *   writeGraph("runs/dynamic", graph);
 *
 * @param folder the folder of a run; it may exist already
 * @throws ArgumentError without the native engine, or when the folder's name is no text
 */
export function writeGraph(folder: string, { graphDef }: FunctionGraph): void {
  if (typeof folder !== "string" || folder === "") {
    throw new ArgumentError("writeGraph", "folder", "a path, say runs/first", describe(folder));
  }
  const writer = new SummaryWriter(folder);
  writer.graph(graphDef, 0);
  writer.close();
}
