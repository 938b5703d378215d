import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import CostReporter from "./test/runner/cost-reporter.mts";
import { SlowestFirst } from "./test/runner/slowest-first.mts";

const SLOW = "test/**/*.slow.test.ts";
/**
 * Files with a process of their own, for one of three reasons. Some replace modules for a test: a file that came after them
 * in the same process would get the replaced ones. Some measure the memory of their process: a peak never falls again, so
 * after a file that took more memory, their limits could not fail. Some emit a signal, or count who listens to it:
 * listeners that other files left would hear it, and would be counted.
 */
const OWN_PROCESS =
  /\bvi\.(mock|doMock|resetModules)\(|\b(resourceUsage|peakMemory|stepCost)\(|process\.emit\(|listenerCount\(/;
const ALONE = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((path) => /\.test\.ts$/.test(path))
  .map((path) => `test/${path.replaceAll("\\", "/")}`)
  .filter((path) => OWN_PROCESS.test(readFileSync(path, "utf8")));

const src = fileURLToPath(new URL("./src", import.meta.url));

export default defineConfig({
  // The scripts import the package by its name; in tests that is the source.
  resolve: {
    alias: [
      { find: /^unroll\/(.*)$/, replacement: `${src}/$1` },
      { find: "#spelling", replacement: `${src}/spelling.ts` },
    ],
  },
  cacheDir: ".cache/vite",
  test: {
    pool: "forks",
    maxWorkers: Math.min(4, availableParallelism()),
    // A machine that is busy, or half as fast, is no failure: the limits only end what would never end.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    globalSetup: "test/runner/addon.mts",
    setupFiles: ["test/runner/cost.ts", "test/compile/verify-traces.ts"],
    sequence: { sequencer: SlowestFirst },
    reporters: ["default", new CostReporter()],
    projects: [
      // Quick: one process reads the sources and starts TensorFlow once, for many files.
      {
        extends: true,
        test: { name: "quick", isolate: false, include: ["test/**/*.test.ts"], exclude: [SLOW, ...ALONE] },
      },
      { extends: true, test: { name: "alone", include: ALONE, exclude: [SLOW] } },
      // Slow and rare: npm run test:all, and CI.
      { extends: true, test: { name: "slow", include: [SLOW] } },
    ],
  },
});
