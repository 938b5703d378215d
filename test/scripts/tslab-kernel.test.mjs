// The kernel's converter beside folders that change while it runs.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { temporaryFolder } from "./support.mjs";

const CELLS = `
const { mkdirSync, writeFileSync } = require("node:fs");
const [tslab, mend] = process.argv.slice(1);
if (mend) require(mend).mendTimers(tslab);
const converter = require(tslab + "/dist/converter.js").createConverter();
const diagnostics = (cell) => converter.convert("", cell).diagnostics.length;
(async () => {
  console.log(diagnostics('import { size } from "./shelf/books"; size;'));
  mkdirSync("shelf");
  writeFileSync("shelf/books.ts", "export const size = 3;");
  await new Promise((resolve) => setTimeout(resolve, 1500)); // TypeScript has seen it
  console.log(diagnostics('import { size } from "./shelf/books"; const twice: number = 2 * size;'));
  converter.close();
})();`;

const run = (...mend) =>
  spawnSync(process.execPath, ["-e", CELLS, join(ROOT, "node_modules", "tslab"), ...mend], {
    cwd: temporaryFolder(),
    encoding: "utf8",
  });

test("a file that an import asked for in vain may be written afterwards: the next cell finds it", () => {
  const { stdout, stderr } = run(join(ROOT, "scripts", "setup", "tslab-kernel.cjs"));
  expect(stderr).toBe("");
  expect(stdout.split("\n").slice(0, 2)).toEqual(["1", "0"]);
}, 60_000);

test("tslab by itself still breaks there; when it no longer does, its timers need no mending", () => {
  expect(run().stderr).toContain("Unexpected pending rebuildTimer");
}, 60_000);
