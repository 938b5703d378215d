/**
 * One measurement in a process of its own: node child.mjs TASK '{"name", "workload", "seconds", …}' prints one JSON line.
 * Each task loads only what it needs, and loads it outside the time that it takes.
 */
import { measure } from "./measure.mts";
import type { Tasks, TimingTask } from "./tasks.mts";
import { unrollStep } from "./unroll-step.mts";
import { dataIn, fittingIn, libraryIn, plainTfjs } from "./workloads/library.mts";

type Runs = { readonly [Task in keyof Tasks]: (given: Tasks[Task]) => Promise<object> };

const TASKS: Runs = {
  unroll: async (given) => measure(await unrollStep(given, { eager: false }), given),
  "unroll-eager": async (given) => measure(await unrollStep(given, { eager: true }), given),
  "tfjs-layers": async (given) => measure(await layersStep(given), given),
  verify: async ({ workload, ...options }) => {
    const { largestDifference } = await import("./workloads/difference.mts");
    return largestDifference(libraryIn(), workload, options);
  },
  fit: async ({ workload, ...options }) => {
    const { measureFit } = await import("./workloads/fit.mts");
    return measureFit({ ...libraryIn(), ...fittingIn() }, workload, options);
  },
  profile: async ({ name: _, ...given }) => {
    const { profiled } = await import("./workloads/profiled.mts");
    return profiled(libraryIn(), given);
  },
  reference: async ({ workload, ...options }) => {
    const { writeReference } = await import("./workloads/reference.mts");
    return writeReference({ ...libraryIn(), data: dataIn() }, workload, options);
  },
  speed: async () => {
    const { productSpeed } = await import("./workloads/floor.mts");
    return { gflops: productSpeed(plainTfjs()) };
  },
};

async function layersStep(given: TimingTask): Promise<() => unknown> {
  if (given.workload === undefined) {
    const { layersInference } = await import("./workloads/inference.mts");
    return layersInference(plainTfjs(), given.name);
  }
  const layers = await import("./workloads/tfjs-layers.mts");
  return layers.layersStep(plainTfjs(), given.workload);
}

const isTask = (text: string): text is keyof Tasks => Object.hasOwn(TASKS, text);

function run<Task extends keyof Tasks>(task: Task, given: Tasks[Task]): Promise<object> {
  return TASKS[task](given);
}

const [task = "", given = "{}"] = process.argv.slice(2);
try {
  if (!isTask(task)) throw new Error(`unknown task "${task}"`);
  const result = await run(task, JSON.parse(given));
  console.log(JSON.stringify({ ...result, rss_mb: Math.round(process.resourceUsage().maxRSS / 1024) }));
} catch (error) {
  console.error(String(error instanceof Error ? error.message : error).split("\n")[0]);
  process.exitCode = 1;
}
