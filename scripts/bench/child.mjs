/**
 * One measurement in a process of its own: node child.mjs TASK '{"name", "workload", "seconds", …}' prints one JSON line.
 * Only what a task needs is loaded, and outside the time that it takes.
 */
import { createRequire } from "node:module";
import { INFERENCE, layersInference, unrollInference } from "./inference.mjs";
import { measure } from "./measure.mjs";

const load = createRequire(import.meta.url);

const TASKS = {
  unroll: (given) => timed(given, (steps) => steps.compiledStep(unroll(), given.workload, given)),
  "unroll-eager": (given) => timed(given, (steps) => steps.eagerStep(unroll(), given.workload), { eager: true }),
  "tfjs-layers": async ({ name, workload, seconds }) => {
    const { layersStep } = await import("./tfjs-layers.mjs");
    if (INFERENCE.includes(name)) return measure(layersInference(tfjs(), name), { seconds });
    return measure(layersStep(tfjs(), workload), { seconds });
  },
  verify: async ({ workload, ...limits }) => {
    const { largestDifference } = await import("./steps.mjs");
    return largestDifference(unroll(), workload, limits);
  },
  fit: async ({ workload, seconds, shards }) => {
    const { measureFit } = await import("./fit.mjs");
    return measureFit({ ...unroll(), train: fitAndBar() }, workload, { seconds, shards });
  },
  speed: async () => {
    const { productSpeed } = await import("./floor.mjs");
    return { gflops: productSpeed(tfjs()) };
  },
};

async function timed({ name, seconds }, make, { eager = false } = {}) {
  if (INFERENCE.includes(name)) {
    return measure(unrollInference(unroll(), name, { eager }), { seconds });
  }
  return measure(make(await import("./steps.mjs")), { seconds });
}

/** @throws Error where WebAssembly would compute: its times are no measurement of the library */
function unroll() {
  const [rnn, compile, tf] = ["rnn", "compile", "tf"].map((room) => load(`../../dist/${room}`));
  if (tf.engineInUse.name !== "tensorflow") throw new Error(`no native engine: ${tf.engineInUse.reason}`);
  return { rnn, compile, tf };
}

const fitAndBar = () => ({ fit: load("../../dist/train").fit, bar: load("../../dist/train/progress/bar").bar });

/** TensorFlow.js on the native engine as anyone would load it, without what src/tf.ts sets. */
function tfjs() {
  process.env.TF_CPP_MIN_LOG_LEVEL = "2";
  const util = load("node:util");
  util.isNullOrUndefined = (value) => value === null || value === undefined; // Node 23 has none, and tfjs-node calls it
  load("@tensorflow/tfjs-node");
  return load("@tensorflow/tfjs");
}

const [task, given] = process.argv.slice(2);
try {
  const result = await TASKS[task](JSON.parse(given));
  console.log(JSON.stringify({ ...result, rss_mb: Math.round(process.resourceUsage().maxRSS / 1024) }));
} catch (error) {
  console.error(error.message.split("\n")[0]);
  process.exitCode = 1;
}
