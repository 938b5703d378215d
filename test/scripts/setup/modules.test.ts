import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findEngine, installModules, modulesProblem, npmProblem } from "../../../scripts/setup/modules.mjs";
import { contextIn, type Files, temporaryFolder, write } from "../support";

const LOCK = {
  packages: {
    "": { name: "unroll" },
    "node_modules/one": { version: "1.0.0" },
    "node_modules/only-on-windows": { version: "1.0.0", optional: true },
    "node_modules/@tensorflow/tfjs-node": { version: "4.22.0", optional: true },
  },
};
const INSTALLED = {
  packages: { "node_modules/one": { version: "1.0.0" }, "node_modules/@tensorflow/tfjs-node": { version: "4.22.0" } },
};
const whole = {
  "package.json": {},
  "package-lock.json": LOCK,
  "node_modules/.package-lock.json": INSTALLED,
  "node_modules/one/package.json": {},
  "node_modules/@tensorflow/tfjs-node/package.json": { version: "4.22.0" },
};
const project = (files: Files) => {
  const folder = temporaryFolder();
  write(join(folder, "project"), files);
  return folder;
};
const problemIn = (files: Files) => modulesProblem(join(project(files), "project"));

test("modules that fit the lock file pass, without other platforms' optional ones", () => {
  expect(problemIn(whole)).toBe(null);
});

test("modules that do not fit the lock file are named", () => {
  const { "node_modules/.package-lock.json": _list, ...interrupted } = whole;
  expect(problemIn(interrupted)).toBe("not installed");
  const older = { packages: { ...INSTALLED.packages, "node_modules/one": { version: "0.9.0" } } };
  expect(problemIn({ ...whole, "node_modules/.package-lock.json": older })).toBe("node_modules/one 1.0.0 is not there");
  const { "node_modules/one/package.json": _one, ...damaged } = whole;
  expect(problemIn(damaged)).toBe("node_modules/one is damaged");
});

test("an npm that dropped the optional tfjs-node, as older npm does behind a firewall, is not enough", () => {
  const dropped = { packages: { "node_modules/one": { version: "1.0.0" } } };
  expect(problemIn({ ...whole, "node_modules/.package-lock.json": dropped })).toBe(
    "node_modules/@tensorflow/tfjs-node 4.22.0 is not there",
  );
});

test("a clone's modules come from npm ci, without any package's install script", async () => {
  const folder = project({ "package.json": {}, "package-lock.json": LOCK, "ready/list": INSTALLED });
  const npm = `echo "$*" > "$HOME/../asked"
    mkdir -p node_modules/one node_modules/@tensorflow/tfjs-node && cp ready/list node_modules/.package-lock.json
    echo '{}' > node_modules/one/package.json; echo '{}' > node_modules/@tensorflow/tfjs-node/package.json`;
  const ctx = contextIn(folder, { npm }, { env: { PATH: "" } });
  ctx.env.PATH = `${join(folder, "bin")}:${process.env.PATH}`; // the stub needs mkdir and cp
  expect(await installModules(ctx)).toBe("installed");
  expect(readFileSync(join(folder, "asked"), "utf8")).toBe("ci --ignore-scripts --no-audit --no-fund\n");
  expect(await installModules(ctx)).toBe(null);
});

test("an npm that says it worked, but left a module out, is found out", async () => {
  const ctx = contextIn(project({ "package.json": {}, "package-lock.json": LOCK }), { npm: "exit 0" });
  await expect(installModules(ctx)).rejects.toThrow(/^after npm ci not installed: see .*npm\.log$/);
});

test.each([
  ["npm ERR! code ENOTFOUND", /^no network for npm/],
  ["npm ERR! code ENOSPC", /^the disk is full/],
  ["npm ERR! code EUSAGE", /^package.json and package-lock.json do not fit each other/],
  ["npm ERR! code EACCES", /^npm may not write here/],
  ["npm ERR! something new", /^npm failed: see .*npm\.log$/],
])("npm that ends with %s", async (output, message) => {
  const ctx = contextIn(project({ "package.json": {}, "package-lock.json": LOCK }), {
    npm: `echo "${output}" >&2; exit 1`,
  });
  await expect(installModules(ctx)).rejects.toThrow(message);
});

test("no npm, and no lock file", async () => {
  const folder = project({ "package.json": {}, "package-lock.json": LOCK });
  await expect(installModules(contextIn(folder))).rejects.toThrow(/^npm is missing: install it with Node/);
  expect(() => modulesProblem(join(folder, "nowhere"))).toThrow(/^no readable package-lock.json in /);
  expect(npmProblem({ output: "", timedOut: true }, "log").message).toMatch(/^npm took over half an hour/);
});

test("in a user's project only tfjs-node is added, as an optional dependency, and only when it is not there", async () => {
  const folder = temporaryFolder();
  write(folder, { "project/package.json": {}, "project/node_modules/unroll/package.json": {} });
  const root = join(folder, "project/node_modules/unroll");
  const engine = "node_modules/@tensorflow/tfjs-node";
  const npm = `echo "$*" > asked; mkdir -p ${engine}; echo '{"version":"4.22.0"}' > ${engine}/package.json`;
  const ctx = contextIn(folder, { npm }, { root });
  expect([ctx.clone, ctx.project]).toEqual([false, join(folder, "project")]);
  ctx.env.PATH = `${join(folder, "bin")}:${process.env.PATH}`;
  expect(await installModules(ctx)).toBe("installed @tensorflow/tfjs-node");
  expect(readFileSync(join(folder, "project/asked"), "utf8")).toContain("--save-optional --save-exact");
  expect(await installModules(ctx)).toBe(null);
  expect(existsSync(join(root, "node_modules"))).toBe(false);
});

test("another version of tfjs-node is refused by name", () => {
  const folder = project({ ...whole, "node_modules/@tensorflow/tfjs-node/package.json": { version: "3.21.0" } });
  expect(() => findEngine(join(folder, "project"))).toThrow(
    /tfjs-node 3.21.0 is at .*, unroll needs 4.22.0: npm install/,
  );
});
