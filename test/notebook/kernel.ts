import { createRequire } from "node:module";
import { join } from "node:path";
import { vi } from "vitest";

const { cache } = createRequire(__filename);

/** A stand-in for the running kernel: the loaded module whose `lastWriteDisplayData` sends an output. */
export function kernel() {
  const write = vi.fn();
  const file = join("somewhere", "node_modules", "tslab", "dist", "jupyter.js");
  cache[file] = { exports: { lastWriteDisplayData: write } } as unknown as NodeJS.Module;
  vi.stubGlobal("__tslab__", {});
  return write;
}

/** No kernel runs any more, and nothing is mocked. */
export function endKernel(): void {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  for (const file of Object.keys(cache)) {
    if (file.startsWith("somewhere")) delete cache[file];
  }
}
