import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support";

const ROOT = join(__dirname, "../../..");
const MB = 128;

/** Runs a script with unroll/data as `data`. @returns the growth of its peak memory after `start()`, in MB */
function growth(script: string): number {
  const preamble = `
    const data = require(${JSON.stringify(join(ROOT, "src/data/index.ts"))});
    let before = 0;
    const peak = () => process.resourceUsage().maxRSS / 1024; // MB
    const start = () => { gc(); before = peak(); };
    (async () => { ${script} })().then(() => console.log(peak() - before));`;
  const args = ["--expose-gc", "-r", join(ROOT, "test/compile/typescript.cjs"), "-e", preamble];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return Number(stdout.trim().split("\n").at(-1));
}

test(`a checkpoint of ${MB} MB is written without a copy of its arrays, and read with memory for one copy`, () => {
  const folder = JSON.stringify(join(temporaryFolder(), "run"));
  const array = (size: number) =>
    `{ data: new Float32Array(${(size * 2 ** 20) / 4}).fill(0.5), shape: [${(size * 2 ** 20) / 4}] }`;
  const written = growth(`
    const tensors = { big: ${array(MB - 8)}, small: ${array(8)} };
    start();
    await data.writeCheckpoint(${folder}, { number: 1, tensors, state: {} });`);
  const read = growth(`
    start();
    const { tensors } = await data.latestCheckpoint(${folder});
    if (tensors.big.data.at(-1) !== 0.5) throw new Error("not read");`);
  console.log(`    ${MB} MB: written with ${written.toFixed(0)} MB more, read with ${read.toFixed(0)} MB more`);
  expect(written).toBeLessThan(0.25 * MB);
  expect(read).toBeLessThan(1.25 * MB);
});
