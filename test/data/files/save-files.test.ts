import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataError, saveFiles } from "../../../src/data";
import { temporaryFolder } from "../support";

const text = (value: string) => Buffer.from(value);

test("saveFiles(folder, files) replaces files together, and keeps other files in the folder", async () => {
  const folder = join(temporaryFolder(), "made");
  await saveFiles(folder, { a: text("1"), b: text("1") });
  writeFileSync(join(folder, "own"), "mine");
  await saveFiles(folder, { a: text("2"), b: text("2") });
  expect(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")])).toEqual([
    ["a", "2"],
    ["b", "2"],
    ["own", "mine"],
  ]);
});

test("saveFiles: when one file cannot be written, none is replaced and nothing is left behind", async () => {
  const folder = temporaryFolder();
  await saveFiles(folder, { a: text("1") });
  mkdirSync(join(folder, "b"));
  const cases: [string, object][] = [
    [join(folder, "b"), { a: text("2"), b: text("2") }],
    [join(folder, "a", "below"), { a: text("2"), "a/below": text("2") }],
  ];
  for (const [path, files] of cases) {
    const refusal = await saveFiles(folder, files as Record<string, Uint8Array>).catch((error) => error);
    expect(refusal).toBeInstanceOf(DataError);
    expect(refusal).toMatchObject({ file: path, field: "access" });
    expect(readdirSync(folder)).toEqual(["a", "b"]);
    expect(readFileSync(join(folder, "a"), "utf8")).toBe("1");
  }
});

test("saveFiles never replaces what is no file, such as a pipe or a device", async () => {
  const folder = temporaryFolder();
  execFileSync("mkfifo", [join(folder, "pipe")]);
  const refusal = await saveFiles(folder, { a: text("1"), pipe: text("1") }).catch((error) => error);
  expect(refusal).toMatchObject({ name: "DataError", file: join(folder, "pipe"), actual: "no file" });
  expect(readdirSync(folder)).toEqual(["pipe"]);
  expect(statSync(join(folder, "pipe")).isFIFO()).toBe(true);
});
