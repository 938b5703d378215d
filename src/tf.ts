/**
 * The tensor engine: TensorFlow's native library where setup could install it, TensorFlow.js's WebAssembly elsewhere.
 *
 * The only file that names the tensor package. What must be set before the native addon loads is set here; everyone
 * else imports "../tf", so that there is one engine and one way to start it. On WebAssembly, `await tf.ready()` before
 * the first operation; on the native engine that line does nothing.
 */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";

/**
 * What computes: "tensorflow" is the native library, "wasm" the fallback, and `reason` says why it is not the native
 * one. The environment variable UNROLL_ENGINE asks for "wasm", or for "cpu", which is plain JavaScript.
 */
export interface Engine {
  readonly name: "tensorflow" | "wasm" | "cpu";
  readonly reason?: string;
  /** Whether something else had started TensorFlow before, with as many threads for an operation as there are cores. */
  readonly startedElsewhere?: true;
}

const load = createRequire(__filename);

function startNative(): void {
  // Compiled steps keep all cores busy with shards; threads inside an operation would only get in their way.
  process.env.TF_NUM_INTRAOP_THREADS ??= "1";
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // TensorFlow's banner about CPU instructions is not the reader's business
  const util = load("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  // tfjs-node 4.22 calls it; Node 22 warns of its own, Node 23 has none
  util.isNullOrUndefined = (value) => value === null || value === undefined;
  load("@tensorflow/tfjs-node"); // registers its backend in the engine that "@tensorflow/tfjs" exports below
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
    const startedElsewhere = isLoaded && process.env.TF_NUM_INTRAOP_THREADS === undefined;
    startNative();
    return { name: "tensorflow", ...(startedElsewhere && { startedElsewhere }) };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    console.warn("unroll: computing in WebAssembly; 'npx unroll setup' installs the native engine, many times faster.");
    startOther("wasm");
    return { name: "wasm", reason };
  }
}

export const engineInUse: Engine = start();

/** The messages that TensorFlow's graphs are written in, as the native engine ships them. Only src/compile needs them. */
export const nativeMessages = (): unknown => load("@tensorflow/tfjs-node/dist/proto/api_pb.js");

/** Where TensorFlow.js lies as one script for a web page. */
export const browserScript = (): string => load.resolve("@tensorflow/tfjs/dist/tf.min.js");

export * from "@tensorflow/tfjs";
