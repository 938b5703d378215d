import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addonKey, addonPath, tryAddon } from "../../../scripts/setup/engine/addon.mjs";
import { findEngine } from "../../../scripts/setup/modules.mjs";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { addonKey as keyOfLibrary } from "../../../src/native";
import { type Commands, contextIn, temporaryFolder, write } from "../support";

const ENGINE = "project/node_modules/@tensorflow/tfjs-node";

/** A project with two sources and a library; the compiler is a shell script. */
function project(commands: Commands = {}, env: NodeJS.ProcessEnv = {}) {
  const folder = temporaryFolder();
  write(folder, {
    "project/package.json": {},
    "project/src/native/addon/addon.cc": "int main() {}",
    "project/src/native/addon/addon.h": "",
    "project/node_modules/node-api-headers/package.json": {},
    "project/node_modules/node-api-headers/include/node_api.h": "",
    [`${ENGINE}/package.json`]: { version: "4.22.0" },
    [`${ENGINE}/deps/lib/libtensorflow.so.2`]: "library",
  });
  const ctx = contextIn(folder, commands, { env });
  return { folder, ctx, engine: join(folder, ENGINE), native: join(folder, "project/.cache/native") };
}
const COMPILER = `PATH=/usr/bin:/bin; case "$*" in *--version*) exit 0;; esac
  echo "$*" >> "$HOME/calls"; while [ "$1" != -o ]; do shift; done; echo addon > "$2"`;

test.runIf(process.platform === "linux")(
  "setup and the library name the addon alike, by sources and TensorFlow",
  () => {
    const engine = findEngine(ROOT);
    if (engine !== null && existsSync(join(engine, "deps", "lib"))) {
      expect(addonKey(ROOT, engine)).toBe(keyOfLibrary(ROOT, engine));
    }
    const made = project();
    const keys = [addonKey(made.ctx.root, made.engine)];
    expect(keys).toEqual([keyOfLibrary(made.ctx.root, made.engine)]);
    write(made.folder, { "project/src/native/kernels/new.cc": "" });
    keys.push(addonKey(made.ctx.root, made.engine));
    write(made.folder, { "project/src/native/session.ts": "" }); // no source of the addon
    expect(addonKey(made.ctx.root, made.engine)).toBe(keys[1]);
    write(made.folder, { [`${ENGINE}/deps/lib/libtensorflow.so.2`]: "another library" });
    keys.push(addonKey(made.ctx.root, made.engine));
    expect(keys).toHaveLength(new Set(keys).size);
  },
);

test("the addon is compiled where it is missing, once; older ones are removed, half ones never stay", async () => {
  const { folder, ctx, engine, native } = project({ "g++": COMPILER });
  write(native, { "0123456789abcdef.node": "older", "0123456789abcdef.asan.node": "older" });
  expect(await tryAddon(ctx)).toBe("built");
  expect(readdirSync(native).map((name) => join(native, name))).toEqual([addonPath(ctx, engine)]);
  expect(ctx.said).toEqual(["native addon: compiling with g++"]);
  expect(await tryAddon({ ...ctx, run: () => expect.unreachable() })).toBe(null);
  write(folder, { "project/src/native/addon/addon.h": "// changed" });
  expect(await tryAddon(ctx)).toBe("built");
  expect(readdirSync(native)).toHaveLength(1);
});

test("what cannot be compiled is no problem: a line says why, and that tfjs-node does it", async () => {
  const none = project();
  expect(await tryAddon(none.ctx)).toBe(null);
  expect(none.ctx.said).toEqual([
    expect.stringMatching(/^native addon: none, tfjs-node runs compiled functions \(a C\+\+ compiler is missing: /),
  ]);
  const failing = project({
    "g++": `[ "$1" = --version ] && exit 0; echo "addon.cc:1: error: no such thing" >&2; exit 1`,
  });
  expect(await tryAddon(failing.ctx)).toBe(null);
  expect(failing.ctx.said[1]).toMatch(/could not compile the native addon \(addon.cc:1: error: no such thing\): see /);
  expect(readdirSync(failing.native)).toEqual([]);
});

test("UNROLL_NATIVE=off compiles none", async () => {
  const { ctx } = project({}, { UNROLL_NATIVE: "off" });
  expect([await tryAddon(ctx), ctx.said]).toEqual([null, []]);
});
