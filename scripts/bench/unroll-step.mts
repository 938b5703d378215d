import type { TimingTask } from "./tasks.mts";
import { libraryIn } from "./workloads/library.mts";

/** What a build of the library is timed at: a training step, or an inference. */
export async function unrollStep(given: TimingTask, { eager }: { readonly eager: boolean }): Promise<() => unknown> {
  const library = libraryIn(given.clone);
  if (given.workload === undefined) {
    const { unrollInference } = await import("./workloads/inference.mts");
    return unrollInference(library, given.name, { eager });
  }
  const { compiledStep, eagerStep } = await import("./workloads/steps.mts");
  return eager ? eagerStep(library, given.workload) : compiledStep(library, given.workload, { shards: given.shards });
}
