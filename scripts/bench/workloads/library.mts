/** The library as one of its builds has it: this clone's, or another clone's beside which it is measured. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";

export interface Library {
  readonly rnn: typeof import("unroll/rnn");
  readonly compile: typeof import("unroll/compile");
  readonly tf: typeof import("unroll/tf");
}

/** What measuring fit needs besides. */
export interface Fitting {
  readonly fit: typeof import("unroll/train").fit;
  readonly bar: typeof import("unroll/train/progress/bar").bar;
}

/**
 * @param clone whose dist to load. Default: this clone
 * @throws Error where WebAssembly would compute: its times are no measurement of the library
 */
export function libraryIn(clone: string = ROOT): Library {
  const load = createRequire(join(clone, "dist", "index.js"));
  const tf: Library["tf"] = load("./tf");
  if (tf.engineInUse.name !== "tensorflow") throw new Error(`no native engine: ${tf.engineInUse.reason}`);
  return { rnn: load("./rnn"), compile: load("./compile"), tf };
}

export function fittingIn(clone: string = ROOT): Fitting {
  const load = createRequire(join(clone, "dist", "index.js"));
  const train: typeof import("unroll/train") = load("./train");
  const progress: typeof import("unroll/train/progress/bar") = load("./train/progress/bar");
  return { fit: train.fit, bar: progress.bar };
}

/** What writes arrays. */
export function dataIn(clone: string = ROOT): typeof import("unroll/data") {
  return createRequire(join(clone, "dist", "index.js"))("./data");
}

/** TensorFlow.js's own functions, of whichever of our engines or of plain TensorFlow.js. */
export type Tf = typeof import("@tensorflow/tfjs");

/** TensorFlow.js on the native engine as anyone would load it, without what src/engine sets. */
export function plainTfjs(): Tf {
  process.env.TF_CPP_MIN_LOG_LEVEL = "2";
  const load = createRequire(import.meta.url);
  const util: Record<string, unknown> = load("node:util");
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined; // tfjs-node calls it; Node 23 has none
  load("@tensorflow/tfjs-node");
  return load("@tensorflow/tfjs");
}
