// exportGraphModel over an older export in a process that is killed (SIGKILL) before any call that changes the folder.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportGraphModel } from "../../../../src/train";
import { onNative, temporaryFolder } from "../support";
import { factorIn, INPUTS, timesModel } from "./times-model";

const ROOT = join(__dirname, "../../../..");
const source = (name: string) => JSON.stringify(join(ROOT, "src", name));

/** Exports the model of factor 3 in a process that kills itself before the call with this number. @returns the signal */
function killedAt(at: number, folder: string): NodeJS.Signals | null {
  const program = `
    const fs = require("node:fs/promises");
    const tf = require(${source("tf.ts")});
    const { exportGraphModel } = require(${source("train/index.ts")});
    let calls = 0;
    for (const name of ["open", "rename", "rm"]) {
      const call = fs[name];
      fs[name] = (...given) => {
        if (calls++ === ${at}) process.kill(process.pid, "SIGKILL");
        return call(...given);
      };
    }
    const w = tf.variable(tf.fill([2, 2], 3));
    const model = { variables: [w], weights: { w }, call: (x) => tf.matMul(x, w) };
    tf.ready().then(() => exportGraphModel(model, ${JSON.stringify(folder)}, ${JSON.stringify(INPUTS)}));`;
  const args = ["-r", join(ROOT, "test/compile/typescript.cjs"), "-e", program];
  const { signal, status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  expect([signal, status], stderr).toEqual(signal === null ? [null, 0] : ["SIGKILL", null]);
  return signal;
}

onNative("exportGraphModel(model, folder) over an older export", () => {
  test("killed at any call leaves the old or the new model, wholly", async () => {
    const found: number[] = [];
    let files = 0;
    for (let at = 0; ; at++) {
      const folder = temporaryFolder();
      await exportGraphModel(timesModel(2), folder, INPUTS);
      const signal = killedAt(at, folder);
      found.push(await factorIn(folder));
      files = readdirSync(folder).length;
      if (signal === null) break;
    }
    const first = found.indexOf(3);
    expect(files).toBeGreaterThan(5);
    expect(first).toBe(2 * files); // each file is opened and renamed; then two old ones are removed
    expect(found).toEqual([...Array(first).fill(2), ...Array(3).fill(3)]);
  });
});
