// Where there is no compiler, and so no native engine, the notebooks run in WebAssembly. The first one, with all it claims.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Result } from "../../scripts/notebooks/run.mts";
import { readJson } from "../../scripts/setup/files.mjs";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { buildFirst } from "./built";
import { temporaryFolder, write } from "./support";

buildFirst();

const cell = (source: string) => ({
  ...{ cell_type: "code", id: "a", source, metadata: {} },
  ...{ outputs: [], execution_count: null },
});
const WHICH_ENGINE = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "tslab", display_name: "TypeScript" }, unroll: { claims: 1 } },
  cells: [
    cell(`import { check } from "unroll/notebook";
import * as tf from "unroll/tf";
check({ engine: { value: tf.engineInUse.name, equals: "wasm" } });`),
  ],
};

test("on the WebAssembly engine notebook 01 is green, with every claim", () => {
  mkdirSync(join(ROOT, ".cache", "test"), { recursive: true });
  const folder = temporaryFolder(join(ROOT, ".cache", "test")); // inside the project: it imports "unroll"
  write(folder, { "which-engine.ipynb": WHICH_ENGINE });
  const notebooks = ["01-recurrent-neurons", join(folder, "which-engine.ipynb")];
  const args = ["dist/scripts/run-notebooks.mjs", "--no-setup", "--report", join(folder, "report"), ...notebooks];
  const env = { ...process.env, UNROLL_ENGINE: "wasm" };
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: "utf8" });
  expect(status, stdout).toBe(0);
  const report = readJson<{ results: Result[] }>(join(folder, "report", "notebooks.json"));
  const [first, engine] = report?.results ?? [];
  expect(first).toMatchObject({ name: "01-recurrent-neurons", status: "passed" });
  expect(first?.claims.length).toBeGreaterThanOrEqual(first?.declaredClaims ?? Number.NaN);
  expect(engine?.claims).toEqual([{ name: "engine", verdict: "holds", text: '"wasm", equal to "wasm"' }]);
});
