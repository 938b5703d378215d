/** Runs notebooks: as many as may share the machine at a time, then one by one those that measure speed. */
import { join } from "node:path";
import type { NotebookDescription } from "./find.mts";
import { type Executor, type ExecutorOptions, startExecutor } from "./kernel/executor.mts";
import { type Verdict, verdict } from "./verdict.mts";

/** A notebook and its run. */
export interface Result extends NotebookDescription, Verdict {
  /** The executed copy. */
  readonly output: string;
  readonly seconds: number;
}

export interface RunOptions extends ExecutorOptions {
  /** The folder for the executed notebooks. */
  readonly outputs: string;
  /** How many notebooks run at a time. */
  readonly jobs: number;
  readonly onStart?: (notebook: NotebookDescription) => void;
  readonly onResult?: (result: Result) => void;
}

/**
 * @returns the results in the order of `notebooks`; those that `signal` kept from ending are left out
 */
export async function runNotebooks(notebooks: readonly NotebookDescription[], options: RunOptions): Promise<Result[]> {
  const { jobs, signal, onStart, onResult } = options;
  const executor = startExecutor(options);
  const results = new Map<NotebookDescription, Result>();
  const runOne = async (notebook: NotebookDescription) => {
    onStart?.(notebook);
    const result = await runNotebook(notebook, executor, options);
    if (signal?.aborted) return;
    results.set(notebook, result);
    onResult?.(result);
  };
  const alone = notebooks.filter((notebook) => notebook.alone);
  const together = notebooks.filter((notebook) => !notebook.alone);
  try {
    await inParallel(together, jobs, signal, runOne);
    await inParallel(alone, 1, signal, runOne);
  } finally {
    await executor.end();
  }
  return notebooks.flatMap((notebook) => results.get(notebook) ?? []);
}

async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values(); // one iterator for all workers: each takes the next item
  const worker = async () => {
    for (const item of waiting) {
      if (signal?.aborted) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
}

async function runNotebook(
  notebook: NotebookDescription,
  executor: Executor,
  { outputs }: RunOptions,
): Promise<Result> {
  const output = join(outputs, `${notebook.name}.ipynb`);
  const facts = await executor.execute({ notebook: notebook.path, output, limit: notebook.timeLimit });
  return { ...notebook, output, seconds: facts.seconds, ...verdict(facts, notebook.declaredClaims) };
}
