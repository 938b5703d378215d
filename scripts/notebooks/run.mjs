/** Runs notebooks: as many as may share the machine at a time, then one by one those that measure speed. */
import { join } from "node:path";
import { startExecutor } from "./kernel/executor.mjs";
import { verdict } from "./verdict.mjs";

/**
 * @param notebooks from describeNotebook
 * @param options `{ python, env, outputs: folder for the executed notebooks, jobs, signal, onStart, onResult }`
 * @returns the results in the order of `notebooks`; those that `signal` kept from ending are left out
 */
export async function runNotebooks(notebooks, options) {
  const { jobs, signal, onStart, onResult } = options;
  const executor = startExecutor(options);
  const results = new Map();
  const runOne = async (notebook) => {
    onStart?.(notebook);
    const result = await runNotebook(notebook, executor, options);
    if (signal?.aborted) return;
    results.set(notebook, result);
    onResult?.(result);
  };
  const [alone, together] = [true, false].map((alone) => notebooks.filter((notebook) => notebook.alone === alone));
  try {
    await inParallel(together, jobs, signal, runOne);
    await inParallel(alone, 1, signal, runOne);
  } finally {
    await executor.end();
  }
  return notebooks.map((notebook) => results.get(notebook)).filter(Boolean);
}

async function inParallel(items, jobs, signal, work) {
  const waiting = [...items];
  const worker = async () => {
    while (waiting.length > 0 && !signal?.aborted) await work(waiting.shift());
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
}

async function runNotebook(notebook, executor, { outputs }) {
  const output = join(outputs, `${notebook.name}.ipynb`);
  const facts = await executor.execute({ notebook: notebook.path, output, limit: notebook.timeLimit });
  return { ...notebook, output, seconds: facts.seconds, ...verdict(facts, notebook.declaredClaims) };
}
