/** Compiles our own addon, src/native, against the TensorFlow that tfjs-node uses: sessions by TensorFlow's C API. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { lastLine } from "../exec.mjs";
import { takeLock } from "../lock.mjs";
import { findEngine } from "../modules.mjs";
import { Problem } from "../problem.mjs";
import { findCompiler, findHeaders } from "./compile.mjs";

/** @import { Context } from "../paths.mjs" */

/** @typedef {{ sanitize?: boolean }} AddonOptions `sanitize`: with AddressSanitizer, in a file of its own, for a test */

/** @type {Partial<Record<NodeJS.Platform, string>>} */
const LIBRARIES = { linux: "libtensorflow.so.2", darwin: "libtensorflow.2.dylib" };

/**
 * Builds the addon where it is missing or older than its sources.
 *
 * @param {Context} ctx
 * @param {AddonOptions} [options]
 * @returns {Promise<string | null>} what was done; null when the addon is there
 * @throws Problem when it cannot be built: compiled functions then run through tfjs-node
 */
export async function buildAddon(ctx, options = {}) {
  if (ctx.env.UNROLL_NATIVE === "off") return null; // the library would refuse it
  const engine = findEngine(ctx.root);
  if (engine === null || !existsSync(join(engine, "deps", "lib"))) return null; // WebAssembly computes
  const path = addonPath(ctx, engine, options);
  if (existsSync(path)) return null;
  const compiler = await findCompiler(ctx);
  ctx.say(`native addon: compiling with ${compiler.program}`);
  const folder = join(ctx.work, "native");
  mkdirSync(folder, { recursive: true });
  const part = `${path}.${process.pid}.tmp`;
  const log = join(ctx.logs, "addon.log");
  const args = [...compiler.args, ...flags(ctx, engine, basename(path), options), "-o", part];
  const { code, output, timedOut } = await ctx.run(compiler.program, args, {
    cwd: join(ctx.root, "src", "native"),
    env: ctx.env,
    limit: 900,
    log,
  });
  try {
    if (code !== 0) {
      const firstError = output.split("\n").find((line) => /error|undefined reference/i.test(line));
      const why = timedOut ? "it took over 15 minutes" : lastLine(firstError ?? output);
      throw new Problem(`${compiler.program} could not compile the native addon (${why})`, `see ${log}`);
    }
    removeOlder(folder, basename(path));
    renameSync(part, path); // as a whole: another process may be about to load it
  } finally {
    rmSync(part, { force: true });
  }
  return "built";
}

/**
 * Builds the addon under setup's lock. One that cannot be built is no problem: a line says so, and tfjs-node does its work.
 *
 * @param {Context} ctx
 */
export async function buildAddonAlone(ctx) {
  const lock = await takeLock(join(ctx.work, "setup.lock"), ctx);
  try {
    await tryAddon(ctx);
  } finally {
    lock.release();
  }
}

/**
 * As `buildAddon`, but says why the addon cannot be built, in one line.
 *
 * @param {Context} ctx
 * @returns {Promise<string | null>}
 */
export async function tryAddon(ctx) {
  try {
    return await buildAddon(ctx);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    ctx.say(`native addon: none, tfjs-node runs compiled functions (${error.message})`);
    return null;
  }
}

/**
 * Where the addon is, or will be.
 *
 * @param {Pick<Context, "root" | "work">} ctx
 * @param {string} engine tfjs-node's folder
 * @param {AddonOptions} [options]
 */
export function addonPath(ctx, engine, { sanitize = false } = {}) {
  return join(ctx.work, "native", `${addonKey(ctx.root, engine)}${sanitize ? ".asan" : ""}.node`);
}

/**
 * Names the addon that these sources make for this TensorFlow. src/native/load.ts has the same rule.
 *
 * @param {string} root
 * @param {string} engine
 * @throws Problem on a platform that the addon is not made for, and where TensorFlow's library is missing
 */
export function addonKey(root, engine) {
  const hash = createHash("sha256");
  for (const name of sources(root)) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(root, "src", "native", name)))
      .update("\0");
  }
  const name = LIBRARIES[process.platform];
  if (name === undefined) throw new Problem(`it is not made for ${process.platform}`, "use Linux or macOS");
  const path = join(engine, "deps", "lib", name);
  if (!existsSync(path)) throw new Problem(`there is no ${path}`, "npx unroll setup --again");
  const library = realpathSync(path);
  hash.update(`${basename(library)} ${statSync(library).size} ${process.platform} ${process.arch}`);
  return hash.digest("hex").slice(0, 16);
}

/**
 * @param {string} root
 * @returns {string[]} the C++ files from src/native, in order
 */
function sources(root) {
  const names = readdirSync(join(root, "src", "native"), { recursive: true, encoding: "utf8" });
  return names
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort();
}

/**
 * @param {Context} ctx
 * @param {string} engine
 * @param {string} name the addon's file
 * @param {AddonOptions} options
 */
function flags(ctx, engine, name, { sanitize = false }) {
  const library = relative(join(ctx.work, "native"), join(engine, "deps", "lib"));
  const origin = ctx.platform === "darwin" ? "@loader_path" : "$ORIGIN";
  return [
    ...["-shared", "-fPIC", "-std=c++17", "-Wall", "-Wextra", "-Wno-psabi", "-fvisibility=hidden"],
    ...(sanitize ? ["-O1", "-g", "-fsanitize=address", "-fno-omit-frame-pointer", "-Werror"] : ["-O2"]),
    "-DNAPI_VERSION=8",
    `-DUNROLL_BUILD="${name.slice(0, 8)}"`,
    ...["-I.", `-I${findHeaders(ctx.root)}`, `-I${join(engine, "deps", "include")}`],
    ...sources(ctx.root).filter((source) => source.endsWith(".cc")),
    ...[`-L${join(engine, "deps", "lib")}`, "-ltensorflow", "-ltensorflow_framework"],
    `-Wl,-rpath,${origin}/${library}`, // the project's folder may move
    ...(ctx.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : []),
  ];
}

/**
 * Removes addons of older sources. A process that uses one keeps it until the process ends.
 *
 * @param {string} folder
 * @param {string} name
 */
function removeOlder(folder, name) {
  for (const other of readdirSync(folder)) {
    if (/^[0-9a-f]{16}\.(asan\.)?node$/.test(other) && !other.startsWith(name.slice(0, 16)))
      rmSync(join(folder, other), { force: true });
  }
}
