/**
 * Starts the tensor engine. No other file names the tensor package. Settings that must be made before the native addon
 * loads are made here. The other rooms import "../tf"; the files of this room import this one, because `tf.ts` imports
 * them.
 */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, sep } from "node:path";
import { loadAddon, nativeAddon, setEnvironment, startThreads } from "../native";

/**
 * The engine that computes: "tensorflow" is the native library, "wasm" the fallback; `reason` says why the native
 * library is not used. The environment variable UNROLL_ENGINE chooses "wasm", or "cpu", which is plain JavaScript.
 */
export interface Engine {
  readonly name: "tensorflow" | "wasm" | "cpu";
  readonly reason?: string;
  /** Set when another package started TensorFlow first, with one thread per core for each operation. */
  readonly startedElsewhere?: true;
  /** How many threads one operation of TensorFlow may use; the process has one such number. */
  readonly threadsPerOperation?: number;
}

const load = createRequire(__filename);

function startNative(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // hides TensorFlow's banner about CPU instructions
  const util = load("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  // tfjs-node 4.22 calls this function; Node 22 prints a warning when it is called, and Node 23 removed it
  util.isNullOrUndefined = (value) => value === null || value === undefined;
  loadAddon(dirname(load.resolve("@tensorflow/tfjs-node/package.json")));
  chooseThreads();
  withoutArguments(() => load("@tensorflow/tfjs-node")); // registers its backend with the engine of "@tensorflow/tfjs", which is exported below
}

/**
 * Gives each operation one thread, unless the user has set TF_NUM_INTRAOP_THREADS: compiled steps keep all cores busy with
 * shards, and more threads inside each operation would slow the shards down.
 */
function chooseThreads(): void {
  if (nativeAddon() === undefined) {
    process.env.TF_NUM_INTRAOP_THREADS ??= "1";
    return;
  }
  for (const name of ["TF_NUM_INTRAOP_THREADS", "TF_CPP_MIN_LOG_LEVEL"]) {
    const value = process.env[name];
    if (value !== undefined) setEnvironment(name, value); // the variables of a worker thread do not reach TensorFlow
  }
  if (process.env.TF_NUM_INTRAOP_THREADS === undefined) startThreads(1);
}

/** Set on the global object when this library has chosen the threads; a second copy of it in one process must know. */
const CHOSEN = Symbol.for("unroll: TensorFlow's threads are chosen");

/** Hides the program's own flags: the package that finds the addon parses them, and `--C 64` sent it to a folder "64". */
function withoutArguments(run: () => void): void {
  const { argv } = process;
  process.argv = argv.slice(0, 2);
  try {
    run();
  } finally {
    process.argv = argv;
  }
}

function startOther(name: "wasm" | "cpu"): void {
  if (name === "wasm") {
    const wasm = load("@tensorflow/tfjs-backend-wasm") as { setWasmPaths(folder: string): void };
    wasm.setWasmPaths(dirname(load.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  }
  const tfjs = load("@tensorflow/tfjs") as { setBackend(name: string): Promise<boolean> };
  void tfjs.setBackend(name);
}

function start(): Engine {
  const asked = process.env.UNROLL_ENGINE;
  if (asked === "wasm" || asked === "cpu") {
    startOther(asked);
    return { name: asked, reason: `UNROLL_ENGINE=${asked} asks for it` };
  }
  if (asked) throw new RangeError(`UNROLL_ENGINE: expected "wasm", "cpu" or nothing, got "${asked}"`);
  try {
    const isLoaded = Object.keys(load.cache).some((path) => path.endsWith("tfjs_binding.node"));
    const startedElsewhere = isLoaded && process.env.TF_NUM_INTRAOP_THREADS === undefined && !(CHOSEN in globalThis);
    if (!startedElsewhere) Object.assign(globalThis, { [CHOSEN]: true });
    startNative();
    const threads = Number(process.env.TF_NUM_INTRAOP_THREADS ?? 1);
    if (!startedElsewhere) return { name: "tensorflow", threadsPerOperation: threads || availableParallelism() };
    return { name: "tensorflow", startedElsewhere, threadsPerOperation: availableParallelism() };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    console.warn("unroll: computing in WebAssembly; 'npx unroll setup' installs the native engine, many times faster.");
    startOther("wasm");
    return { name: "wasm", reason };
  }
}

export const engineInUse: Engine = start();

/** The protobuf messages of TensorFlow's graphs, as the native engine ships them. Only src/compile needs them. */
export const nativeMessages = (): unknown => load("@tensorflow/tfjs-node/dist/proto/api_pb.js");

/** The path of TensorFlow.js as one script for a web page. */
export const browserScript = (): string => load.resolve("@tensorflow/tfjs/dist/tf.min.js");

export * from "@tensorflow/tfjs";
