import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installFromWheel } from "../../../scripts/setup/engine/from-wheel.mjs";
import { installNative, type Rung } from "../../../scripts/setup/engine/native.mjs";
import { addonUrl, answers, installUpstream } from "../../../scripts/setup/engine/upstream.mjs";
import type { Context } from "../../../scripts/setup/paths.mjs";
import { Problem } from "../../../scripts/setup/problem.mjs";
import { type Commands, contextIn, type Files, python, temporaryFolder, write } from "../support";

const PACKAGE = "project/node_modules/@tensorflow/tfjs-node";
const ADDON = "lib/napi-v8/tfjs_binding.node";

/** A tfjs-node whose addon is a text file: "works" computes, anything else throws, as a bad addon does. */
function project(files: Files = {}): string {
  const folder = temporaryFolder();
  const main = `
    const addon = require("fs").readFileSync(__dirname + "/${ADDON}", "utf8");
    if (addon !== "works") throw new Error("bad addon");
    exports.matMul = () => ({ dataSync: () => [11] });
    exports.getBackend = () => "tensorflow";
    exports.backend = () => ({ binding: { TF_Version: "2.0" } });`;
  const binary = { host: "http://127.0.0.1:9/files", remote_path: "./napi-v{napi_build_version}/{version}/" };
  write(folder, {
    "project/package.json": {},
    [`${PACKAGE}/package.json`]: { version: "4.22.0", main: "main.js", binary },
    [`${PACKAGE}/main.js`]: main,
  });
  write(join(folder, PACKAGE), files);
  return folder;
}
const gives = (addon: string): Rung => ({
  title: addon,
  climb: async (_, copy) => write(copy, { [ADDON]: addon, "deps/lib/library": "so" }),
});
const fails: Rung = {
  title: "failing",
  climb: async (_, copy) => {
    write(copy, { [ADDON]: "half" });
    throw new Problem("no network", "wait");
  },
};
const neighbours = (folder: string) => readdirSync(join(folder, PACKAGE, ".."));
const addonIn = (folder: string) =>
  existsSync(join(folder, PACKAGE, ADDON)) ? readFileSync(join(folder, PACKAGE, ADDON), "utf8") : null;

test("an engine that is there is tried once, and then known by its stamp", async () => {
  const folder = project({ [ADDON]: "works", "deps/lib/library": "so" });
  const ctx = contextIn(folder);
  expect(await installNative(ctx, {})).toEqual({ engine: "tensorflow", did: "already there" });
  expect(await installNative({ ...ctx, run: () => expect.unreachable() }, {})).toEqual({
    engine: "tensorflow",
    did: null,
  });
});

test("an engine that changed since is tried again", async () => {
  const folder = project({ [ADDON]: "works", "deps/lib/library": "so" });
  const ctx = contextIn(folder);
  await installNative(ctx, {});
  write(join(folder, PACKAGE), { [ADDON]: "broken" });
  expect(await installNative(ctx, { wheel: gives("works") })).toEqual({
    engine: "tensorflow",
    did: "TensorFlow 2.0 (works)",
  });
});

test("a rung that fails, or gives an engine that does not compute, leaves nothing; the next one is climbed", async () => {
  const folder = project();
  const ctx = contextIn(folder);
  const found = await installNative(ctx, { first: fails, second: gives("broken"), third: gives("works") });
  expect(found).toEqual({ engine: "tensorflow", did: "TensorFlow 2.0 (works)" });
  expect(neighbours(folder)).toEqual(["tfjs-node"]);
  expect(ctx.said).toEqual([
    "native engine: not by failing: no network: wait",
    expect.stringMatching(
      /^native engine: not by broken: the engine from broken does not compute \(.*\): see .*engine\.log$/,
    ),
  ]);
});

test("when every rung fails WebAssembly computes, nothing half-made stays, and the next start does not try again", async () => {
  const folder = project();
  const ctx = contextIn(folder);
  expect(await installNative(ctx, { wheel: fails })).toEqual({
    engine: "wasm",
    did: "none",
    reason: "no network: wait",
  });
  expect([addonIn(folder), neighbours(folder)]).toEqual([null, ["tfjs-node"]]);
  const second = await installNative(ctx, { wheel: gives("works") });
  expect(second).toEqual({ engine: "wasm", did: null, reason: 'no network: wait; "npx unroll setup" tries again' });
  const asked = await installNative({ ...ctx, explicit: true }, { wheel: gives("works") });
  expect(asked.engine).toBe("tensorflow");
});

test("what an interrupted run left, a half copy or a library without its addon, is replaced", async () => {
  const folder = project({ "deps/lib/library": "half" });
  write(folder, { [`${PACKAGE}/../.tfjs-node-setup/${ADDON}`]: "half" });
  expect((await installNative(contextIn(folder), { wheel: gives("works") })).engine).toBe("tensorflow");
  expect([addonIn(folder), neighbours(folder)]).toEqual(["works", ["tfjs-node"]]);
});

test("UNROLL_NATIVE chooses the rung; another word is refused by name", async () => {
  const folder = project();
  const rungs = { upstream: gives("broken"), wheel: gives("works") };
  const on = (value: string) => contextIn(folder, {}, { env: { UNROLL_NATIVE: value } });
  expect(await installNative(on("skip"), rungs)).toMatchObject({ engine: "wasm", reason: "UNROLL_NATIVE=skip" });
  expect(await installNative(on("upstream"), rungs)).toMatchObject({ engine: "wasm" });
  expect(await installNative(on("wheel"), rungs)).toMatchObject({ engine: "tensorflow" });
  expect(await installNative(on("off"), rungs)).toEqual({ engine: "tensorflow", did: null });
  await expect(installNative(on("whele"), rungs)).rejects.toThrow(
    'UNROLL_NATIVE is "whele": it may be off, skip, upstream or wheel',
  );
});

test("the wheel rung asks for the compiler, Python and the disk before the download", async () => {
  const folder = project();
  const climb = (commands: Commands, overrides: Partial<Context> = {}) =>
    installFromWheel(contextIn(folder, commands, overrides), join(folder, PACKAGE));
  await expect(climb({}, { platform: "sunos" })).rejects.toThrow(
    /^no TensorFlow wheel is known for sunos-x64: use one of linux-x64/,
  );
  await expect(climb({})).rejects.toThrow(/^a C\+\+ compiler is missing/);
  const compiler = { "g++": "exit 0" };
  await expect(climb(compiler)).rejects.toThrow(/^Python 3.10 or newer is missing/);
  const full = { statfs: () => ({ bavail: 0, bsize: 1 }) };
  await expect(climb({ ...compiler, python3: python() }, full)).rejects.toThrow(
    /^the disk is too full for the native engine/,
  );
});

test("the makers' host is asked for the addon first, and is not waited for", async () => {
  const folder = project();
  const copy = join(folder, PACKAGE);
  const url = "http://127.0.0.1:9/files/napi-v8/4.22.0/CPU-linux-4.22.0.tar.gz";
  expect(addonUrl(copy, "linux")).toBe(url);
  const asked: string[] = [];
  const probe = async (address: string) => {
    asked.push(address);
    return 403;
  };
  await expect(installUpstream(contextIn(folder), copy, probe)).rejects.toThrow(
    /does not give its prebuilt library \(403\)/,
  );
  expect(asked).toEqual([url]);
  expect(await answers("http://127.0.0.1:9/", copy, {}, 2)).toBe("ECONNREFUSED");
});
