// A process that is killed (SIGKILL) before any of the system calls with which saveFiles changes a folder.
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { saveFiles } from "../../../src/data";
import { contentName } from "../../../src/data/files/superseded";
import { temporaryFolder } from "../support";
import { child, moduleOf } from "./child";

/** The files of a "model": two parts named by their content, and the root that names them. */
function modelOf(version: string): Record<string, Uint8Array> {
  const parts = ["part1of2.bin", "inner/part2of2.bin"].map((name) => {
    const bytes = Buffer.from(`${name} of ${version}`);
    return [contentName(name, bytes), bytes] as const;
  });
  const root = { version, parts: parts.map(([name]) => name) };
  return {
    ...Object.fromEntries(parts),
    "page.html": Buffer.from("page"),
    "root.json": Buffer.from(JSON.stringify(root)),
  };
}

/** The version in a folder; the test fails when its parts are missing or of another version. */
function versionIn(folder: string): string {
  const { version, parts } = JSON.parse(readFileSync(join(folder, "root.json"), "utf8"));
  const texts = parts.map((name: string) => readFileSync(join(folder, name), "utf8"));
  expect(texts).toEqual(["part1of2.bin", "inner/part2of2.bin"].map((name) => `${name} of ${version}`));
  return version;
}

const allIn = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort();

/** Saves the new model over the old one in a process that kills itself before the call with this number. */
async function killedAt(at: number, folder: string): Promise<string> {
  const model = Object.entries(modelOf("new")).map(([name, bytes]) => [name, String(bytes)]);
  const { ended } = child(`
    const fs = require("node:fs/promises");
    let calls = 0;
    const count = (call) => (...given) => {
      if (calls++ === ${at}) process.kill(process.pid, "SIGKILL");
      return call(...given);
    };
    for (const name of ["open", "rename", "rm", "mkdir"]) fs[name] = count(fs[name]);
    const { saveFiles } = require(${moduleOf("save-files")});
    saveFiles(${JSON.stringify(folder)}, Object.fromEntries(${JSON.stringify(model)}.map(([name, text]) => [name, Buffer.from(text)])));`);
  return ended;
}

/** Saves the new model again, when all that is there is old. */
async function anHourLater(folder: string): Promise<void> {
  for (const name of allIn(folder)) utimesSync(join(folder, name), new Date(0), new Date(0));
  await saveFiles(folder, modelOf("new"));
}

test("saveFiles killed between any two calls leaves the old or the new model, wholly; the next writer removes the rest", async () => {
  const clean = temporaryFolder();
  await saveFiles(clean, modelOf("new"));
  const found: string[] = [];
  for (let at = 0; ; at++) {
    const folder = join(temporaryFolder(), "model");
    mkdirSync(folder);
    await saveFiles(folder, modelOf("old"));
    writeFileSync(join(folder, "own.bin"), "mine");
    const ended = await killedAt(at, folder);
    found.push(versionIn(folder));
    if (ended === "SIGKILL") await anHourLater(folder);
    expect(allIn(folder), `call ${at}`).toEqual([...allIn(clean), "own.bin"].sort());
    if (ended !== "SIGKILL") break;
  }
  expect(found.length).toBe(4 + 4 + 2 + 1); // files opened and renamed, old parts removed, and the run that ends
  const first = found.indexOf("new");
  expect(first).toBe(8); // after the last rename
  expect(found).toEqual(found.map((_, i) => (i < first ? "old" : "new")));
});
