// exportTranslator over an older export: what a killed program leaves is one translator, wholly.
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { exportTranslator } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { temporaryFolder } from "../../temporary-folder";
import { makePlain } from "./support";

/** Called before each call that gives a file its name or takes it away. */
const watch = vi.hoisted(() => ({ before: () => undefined as unknown }));

vi.mock("node:fs/promises", async (importReal) => {
  const real = await importReal<typeof import("node:fs/promises")>();
  const watched =
    <A extends unknown[]>(call: (...given: A) => Promise<void>) =>
    (...given: A) => {
      watch.before();
      return call(...given);
    };
  return { ...real, rename: watched(real.rename), rm: watched(real.rm) };
});

/** All that the page loads: the files that translator.json names, by name. */
function loadedFrom(folder: string): Record<string, string> {
  const read = (name: string) => readFileSync(join(folder, name), "latin1");
  const text = read("translator.json");
  const { encoder, decoder } = JSON.parse(text).graphs;
  const names: string[] = ["tf.min.js", "page.js", "page.css", "index.html", ...encoder.files, ...decoder.files];
  return Object.fromEntries([["translator.json", text], ...names.map((name) => [name, read(name)])]);
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

describe.runIf(tf.engineInUse.name === "tensorflow")("exportTranslator over an older export", () => {
  test("leaves the old or the new one at any moment, and no file of the old one at the end", async () => {
    const { model, tokenizers } = makePlain();
    const folder = temporaryFolder();
    await exportTranslator(model, tokenizers, folder, { maximumLength: 5 });
    const [older, count] = [loadedFrom(folder), filesIn(folder)];
    const moments: Record<string, string>[] = [];
    watch.before = () => {
      const copy = temporaryFolder();
      cpSync(folder, copy, { recursive: true });
      moments.push(loadedFrom(copy));
    };
    for (const variable of model.variables) variable.assign(tf.mul(variable, 0.5));
    await exportTranslator(model, tokenizers, folder, { maximumLength: 6 });
    const newer = loadedFrom(folder);
    expect(Object.keys(newer)).toHaveLength(Object.keys(older).length);
    expect(
      Object.keys(newer)
        .filter((name) => newer[name] === older[name])
        .sort(),
    ).toEqual([...["index.html", "page.css", "page.js", "tf.min.js"]]);
    const written = Object.keys(newer).length;
    expect(moments).toHaveLength(written + 4); // and two weight files and two models of the old one are removed
    for (const moment of moments.slice(0, written)) expect(moment).toEqual(older);
    for (const moment of moments.slice(written)) expect(moment).toEqual(newer);
    expect(filesIn(folder)).toBe(count);
  });
});
