import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildDist } from "../../../scripts/setup/build.mjs";
import { linkPackage } from "../../../scripts/setup/link.mjs";
import { type Context, ROOT } from "../../../scripts/setup/paths.mjs";
import { contextIn, type Files, temporaryFolder, write } from "../support";

const CONFIG = {
  compilerOptions: { module: "node16", target: "es2022", declaration: true, rootDir: "src", outDir: "dist", types: [] },
  include: ["src"],
};

function project(sources: Files): Context {
  const folder = temporaryFolder();
  write(join(folder, "project"), { "package.json": {}, "tsconfig.json": CONFIG, ...sources });
  mkdirSync(join(folder, "project/node_modules"));
  symlinkSync(join(ROOT, "node_modules/typescript"), join(folder, "project/node_modules/typescript"));
  symlinkSync(join(ROOT, "node_modules/@typescript"), join(folder, "project/node_modules/@typescript"));
  return contextIn(folder, {}, { env: process.env });
}
const dist = (ctx: Context, file: string) => join(ctx.root, "dist", file);

test("dist is built once, again when a source changes or an output is gone, and without what has no source any more", async () => {
  const ctx = project({ "src/one.ts": "export const one = 1;", "src/two.ts": "export const two = 2;" });
  expect(await buildDist(ctx)).toBe("built");
  expect(await buildDist(ctx)).toBe(null);
  expect(readFileSync(dist(ctx, "one.d.ts"), "utf8")).toContain("const one");

  rmSync(join(ctx.root, "src/two.ts"));
  expect(await buildDist(ctx)).toBe("built");
  expect(existsSync(dist(ctx, "two.js"))).toBe(false);

  rmSync(dist(ctx, "one.js"));
  expect(await buildDist(ctx)).toBe("built");
  expect(existsSync(dist(ctx, "one.js"))).toBe(true);
});

test("without the compiler, one line says what to do", async () => {
  const ctx = project({ "src/one.ts": "export const one = 1;" });
  rmSync(join(ctx.root, "node_modules/typescript"));
  await expect(buildDist(ctx)).rejects.toThrow("the compiler is not installed here: run npm run setup");
});

test("sources that do not compile keep the old dist, and name the first error", async () => {
  const ctx = project({ "src/one.ts": "export const one = 1;" });
  await buildDist(ctx);
  write(ctx.root, { "src/one.ts": 'export const one: number = "1";' });
  await expect(buildDist(ctx)).rejects.toThrow(
    /^src does not compile \(1 errors; first: src\/one.ts\(1,14\): error TS2322/,
  );
  expect(readFileSync(dist(ctx, "one.js"), "utf8")).toContain("one = 1");
});

test("a build that was killed between its two renames is made again", async () => {
  const ctx = project({ "src/one.ts": "export const one = 1;" });
  await buildDist(ctx);
  rmSync(join(ctx.root, "dist"), { recursive: true });
  write(ctx.work, { "dist-old/one.js": "old", "dist-new/half.js": "" });
  expect(await buildDist(ctx)).toBe("built");
  expect([existsSync(dist(ctx, "half.js")), existsSync(join(ctx.work, "dist-old"))]).toEqual([false, false]);
});

test("node_modules/unroll leads to the project, whatever was there before", () => {
  const ctx = project({});
  expect(linkPackage(ctx)).toBe("node_modules/unroll leads to the project");
  expect(linkPackage(ctx)).toBe(null);
  expect(existsSync(join(ctx.root, "node_modules/unroll/tsconfig.json"))).toBe(true);

  rmSync(join(ctx.root, "node_modules/unroll"));
  symlinkSync("nowhere", join(ctx.root, "node_modules/unroll"));
  expect(linkPackage(ctx)).not.toBe(null);

  rmSync(join(ctx.root, "node_modules/unroll"));
  write(ctx.root, { "node_modules/unroll/package.json": {} });
  expect(linkPackage(ctx)).not.toBe(null);
  expect(existsSync(join(ctx.root, "tsconfig.json"))).toBe(true);
});
