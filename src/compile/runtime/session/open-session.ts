import { nativeAddon, nativeProblem } from "../../../native";
import * as tf from "../../../tf";
import type { GraphWriter } from "../../emit/graph-writer";
import { nativeBackend } from "../../engine/backend";
import { raiseMallocThreshold } from "../../engine/malloc-threshold";
import { CompileError } from "../../errors";
import { cpuCount, dropDevices } from "./devices";
import type { GraphSession } from "./graph-session";
import { nativeSession } from "./native-session";
import { savedModelSession } from "./saved-model-session";
import { configOf, type SessionOptions } from "./session-config";

/**
 * Opens a session on a graph: through our own addon, or through tfjs-node where the addon could not be built.
 *
 * @throws CompileError when TensorFlow refuses the graph, or the temporary folder that tfjs-node needs cannot be written
 */
export function openSession(writer: GraphWriter, options: SessionOptions = {}): GraphSession {
  warnOfThreads();
  const backend = nativeBackend();
  raiseMallocThreshold(backend.binding);
  try {
    if (nativeAddon() !== undefined) {
      return nativeSession(
        writer,
        backend,
        configOf({ ...options, cpus: cpuCount(writer.nodes) }, hasControlFlow(writer)),
      );
    }
    dropDevices(writer.nodes, `a session of tfjs-node has one device, and ${nativeProblem()}`);
    return savedModelSession(writer, backend);
  } catch (error) {
    if (error instanceof CompileError) throw error;
    throw new CompileError(`compile: TensorFlow refuses the graph: ${(error as Error).message}`);
  }
}

const hasControlFlow = (writer: GraphWriter): boolean => writer.nodes.some((node) => node.getOp() === "Switch");

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
