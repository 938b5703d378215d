// The kernel's converter beside folders that change while it runs, and its messages when there are many.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { temporaryFolder } from "./support";

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
});

test("tslab by itself still breaks there; when it no longer does, its timers need no mending", () => {
  expect(run().stderr).toContain("Unexpected pending rebuildTimer");
});

const MESSAGES = `
const [tslab, mend] = process.argv.slice(1);
const zmq = require(require.resolve("zeromq", { paths: [tslab] }));
if (mend) require(mend).mendPublishing(tslab);
(async () => {
  const publisher = new zmq.Publisher();
  await publisher.bind("tcp://127.0.0.1:*");
  const refused = new Set();
  for (let i = 0; i < 700; i++) {
    for (const part of ["text", "figure"]) {
      try {
        publisher.send([part]).catch(({ message }) => refused.add(message));
      } catch ({ message }) {
        refused.add(message);
      }
    }
    if (i % 50 === 0) await new Promise(setImmediate);
  }
  publisher.close();
  console.log([...refused].join());
})();`;

const publish = (...mend) =>
  spawnSync(process.execPath, ["-e", MESSAGES, join(ROOT, "node_modules", "tslab"), ...mend], { encoding: "utf8" });

test("a cell may show what it likes, two things at a time and without end", () => {
  const { stdout, stderr } = publish(join(ROOT, "scripts", "setup", "tslab-kernel.cjs"));
  expect([stdout, stderr]).toEqual(["\n", ""]);
});

test("a publisher by itself still refuses; when it no longer does, it needs no mending", () => {
  expect(publish().stdout).toMatch(/^Socket is busy writing/);
});
