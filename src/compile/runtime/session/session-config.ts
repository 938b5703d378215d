import { configProto, type Optimizer, type RewriteOptions } from "../../../native";

export interface SessionOptions {
  /**
   * How much of Grappler's rewriting the graph is worth: "none" for one that runs once or twice. Default: "some", for a graph
   * that runs often.
   */
  readonly rewriting?: "none" | "some";
  /**
   * Whether operations run one after the other in the thread that calls, where the graph has no control flow: waking threads takes
   * longer than a step of a small cell. Default: with one thread.
   */
  readonly isSequential?: boolean | undefined;
  /** As in ThreadsOption. */
  readonly threads?: number | undefined;
  /** How many CPU devices the graph names. Default: TensorFlow's one, and the graph names none. */
  readonly cpus?: number | undefined;
}

/**
 * Grappler's optimizers that gain nothing in our graphs, which have no unused node, no foldable constant beyond those that a
 * session folds itself, and no function. They took more than half of a first step, and some write lines on stderr about graphs
 * with loops. What stays: `arithmeticOptimization` and `commonSubgraphElimination`, without which some sums are added in another
 * order. (`remapping` fuses a BiasAdd into its MatMul: steps took as long with it as without.)
 */
const OFF = [
  ...["layoutOptimizer", "constantFolding", "dependencyOptimization", "loopOptimization", "functionOptimization"],
  ...[
    "shapeOptimization",
    "scopedAllocatorOptimization",
    "pinToHostOptimization",
    "implementationSelector",
    "remapping",
  ],
] as Optimizer[];

const SOME: RewriteOptions = {
  optimizers: Object.fromEntries(OFF.map((name) => [name, "off" as const])),
  memoryOptimization: "none",
  metaOptimizerIterations: 1,
};

/** TensorFlow's executor for graphs without control flow, which it refuses: it needs no thread but the one that calls. */
const SEQUENTIAL = { executorType: "SINGLE_THREADED_EXECUTOR" };

/** TensorFlow's ConfigProto for a session. @param hasControlFlow whether the graph has loops or conditions */
export function configOf(
  { rewriting = "some", threads, isSequential = threads === 1, cpus }: SessionOptions,
  hasControlFlow: boolean,
): Uint8Array {
  const devices = cpus === undefined ? {} : { deviceCount: { CPU: cpus } };
  if (rewriting === "none") {
    return configProto({ optimizerLevel: -1, rewrite: { disableMetaOptimizer: true }, ...devices });
  }
  if (isSequential && !hasControlFlow && cpus === undefined) return configProto({ rewrite: SOME, ...SEQUENTIAL });
  return configProto({
    rewrite: SOME,
    ...devices,
    ...(threads && { interOpThreads: threads, perSessionThreads: true }),
  });
}
