import { ByteWriter } from "./byte-writer";

/** Grappler's optimizers, by their fields in TensorFlow's RewriterConfig. */
const OPTIMIZERS = {
  layoutOptimizer: 1,
  constantFolding: 3,
  arithmeticOptimization: 7,
  dependencyOptimization: 8,
  loopOptimization: 9,
  functionOptimization: 10,
  shapeOptimization: 13,
  remapping: 14,
  scopedAllocatorOptimization: 15,
  pinToHostOptimization: 18,
  implementationSelector: 22,
  autoMixedPrecision: 23,
  commonSubgraphElimination: 24,
} as const;
export type Optimizer = keyof typeof OPTIMIZERS;

/** What Grappler, TensorFlow's graph optimizer, may do to a graph. */
export interface RewriteOptions {
  /** Grappler does nothing. Default: false. */
  readonly disableMetaOptimizer?: boolean;
  /** Optimizers that are switched on, or off. Default of each: TensorFlow's. */
  readonly optimizers?: Readonly<Partial<Record<Optimizer, "on" | "off" | "aggressive">>>;
  /** Keeps nodes that nothing needs. Default: false. */
  readonly disableModelPruning?: boolean;
  /** Whether memory is saved at the cost of time. Default: "default", TensorFlow's heuristics. */
  readonly memoryOptimization?: "default" | "none";
  /** How often all optimizers run. Default: TensorFlow's, twice. */
  readonly metaOptimizerIterations?: 1 | 2;
  /** Smaller graphs are left as they are; -1: none is too small. Default: TensorFlow's, 4 nodes. */
  readonly minGraphNodes?: number;
}

/** The options of a session. What is left out is TensorFlow's default. */
export interface SessionConfig {
  /**
   * Threads inside one operation. The first session of a process decides for all of them, also for tfjs-node's eager
   * operations; see `startThreads`.
   */
  readonly intraOpThreads?: number;
  /** Threads for operations side by side; negative: operations run in the thread that calls. */
  readonly interOpThreads?: number;
  /** Inter-op threads of its own for this session; else sessions share the first one's. Default: false. */
  readonly perSessionThreads?: boolean;
  /** Inter-op threads that all sessions share which name the same pool. Default: the process's pool, or the session's own. */
  readonly sharedThreads?: { readonly name: string; readonly count: number };
  /** How many devices of a type there are, as in `{ CPU: 2 }`. */
  readonly deviceCount?: Readonly<Record<string, number>>;
  /** A node whose device lacks its kernel, or does not exist, is placed elsewhere. Default: false. */
  readonly allowSoftPlacement?: boolean;
  /** Writes to stderr where each node was placed. Default: false. */
  readonly logDevicePlacement?: boolean;
  /** "SINGLE_THREADED_EXECUTOR", or TensorFlow's default. */
  readonly executorType?: string;
  /** -1 (L0) switches off the folding of constants and of common expressions that is done beside Grappler. Default: 0 (L1). */
  readonly optimizerLevel?: 0 | -1;
  readonly rewrite?: RewriteOptions;
}

/** The bytes of a ConfigProto message, for `Session`. */
export function configProto(config: SessionConfig = {}): Uint8Array {
  const { rewrite, sharedThreads } = config;
  const devices = Object.entries(config.deviceCount ?? {});
  return message([
    ...devices.map(
      ([type, count]): Field => [
        1,
        message([
          [1, type],
          [2, count],
        ]),
      ],
    ),
    [2, config.intraOpThreads],
    [5, config.interOpThreads],
    [7, config.allowSoftPlacement],
    [8, config.logDevicePlacement],
    [9, config.perSessionThreads],
    [
      10,
      message([
        [3, message([[3, config.optimizerLevel]])],
        [10, rewrite && rewriterConfig(rewrite)],
      ]),
    ],
    [
      12,
      sharedThreads &&
        message([
          [1, sharedThreads.count],
          [2, sharedThreads.name],
        ]),
    ],
    [16, message([[3, config.executorType]])],
  ]);
}

const TOGGLE = { on: 1, off: 2, aggressive: 3 } as const;

function rewriterConfig(rewrite: RewriteOptions): Uint8Array {
  const optimizers = Object.entries(rewrite.optimizers ?? {}).map(
    ([name, state]): Field => [OPTIMIZERS[name as Optimizer], state && TOGGLE[state]],
  );
  const fields: Field[] = [
    ...optimizers,
    [2, rewrite.disableModelPruning],
    [4, rewrite.memoryOptimization === "none" ? 1 : undefined],
    [12, rewrite.metaOptimizerIterations],
    [17, rewrite.minGraphNodes],
    [19, rewrite.disableMetaOptimizer],
  ];
  return message(fields.sort(([a], [b]) => a - b));
}

type Field = readonly [field: number, value: number | boolean | string | Uint8Array | undefined];

/** The bytes of a message. A value that is undefined, and a message without fields, are left out, which means their default. */
function message(fields: readonly Field[]): Uint8Array {
  const writer = new ByteWriter();
  for (const [field, value] of fields) {
    if (typeof value === "string") writer.text(field, value);
    else if (value instanceof Uint8Array) {
      if (value.length > 0) writer.block(field, value);
    } else if (value !== undefined) writer.number(field, Number(value));
  }
  return Uint8Array.from(writer.finish());
}

/** The options of one run. */
export interface RunSettings {
  /** The run fails with DEADLINE_EXCEEDED when it takes longer. Default: it may take any time. */
  readonly timeoutMs?: number;
  /** What the run notes down for `runTraced`. Default: "none". */
  readonly trace?: "none" | "software" | "hardware" | "full";
  /**
   * Operations run in the thread that calls, one after the other: no thread is woken, which saves microseconds where the
   * graph is small and has nothing to do side by side. Default: false.
   */
  readonly inCallerThread?: boolean;
}

/** The bytes of a RunOptions message, for the runs of a `PreparedCall`. */
export function runOptions({ timeoutMs, trace, inCallerThread }: RunSettings): Uint8Array {
  return message([
    [1, trace && { none: 0, software: 1, hardware: 2, full: 3 }[trace]],
    [2, timeoutMs],
    [3, inCallerThread ? -1 : undefined],
  ]);
}
