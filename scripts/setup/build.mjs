/**
 * Builds dist when a source has changed: src to dist, and the scripts in TypeScript to dist/scripts. The build goes into a
 * folder of its own, which then replaces the old dist as a whole.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { readJson, writeWhole } from "./files.mjs";
import { takeLock } from "./lock.mjs";
import { Problem } from "./problem.mjs";

/** @import { Context } from "./paths.mjs" */

/** @typedef {{ force?: boolean }} BuildOptions `force`: builds though nothing has changed */

/**
 * What the last build was made of, and what it has made.
 *
 * @typedef {object} Stamp
 * @property {string} sources a hash
 * @property {string[]} outputs
 */

/**
 * Builds under setup's lock, because a setup at work builds into the same folder.
 *
 * @param {Context} ctx
 * @param {BuildOptions} [options]
 * @returns {Promise<string | null>} as `buildDist`
 */
export async function buildAlone(ctx, options = {}) {
  const lock = await takeLock(join(ctx.work, "setup.lock"), ctx);
  try {
    return await buildDist(ctx, options);
  } finally {
    lock.release();
  }
}

/**
 * @param {Context} ctx
 * @param {BuildOptions} [options]
 * @returns {Promise<string | null>} what was done; null when dist was up to date
 * @throws Problem with the compiler's first error
 */
export async function buildDist(ctx, { force = false } = {}) {
  if (!existsSync(join(ctx.root, "node_modules", "typescript"))) {
    throw new Problem("the compiler is not installed here", "run npm run setup");
  }
  const stampPath = join(ctx.work, "dist.json");
  const dist = join(ctx.root, "dist");
  const sources = sourcesHash(ctx.root);
  const stamp = /** @type {Partial<Stamp> | null} */ (readJson(stampPath));
  if (!force && stamp?.sources === sources && sameFiles(stamp.outputs, dist)) return null;

  ctx.say("dist: compiling");
  const fresh = join(ctx.work, "dist-new");
  const old = join(ctx.work, "dist-old");
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  await compile(ctx, "src", ["-p", ctx.root, "--outDir", fresh]);
  if (existsSync(join(ctx.root, SCRIPTS))) {
    await compile(ctx, "scripts", ["-p", join(ctx.root, SCRIPTS), "--outDir", join(fresh, "scripts")]);
  }
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
  writeWhole(stampPath, JSON.stringify({ sources, outputs: filesIn(dist) }));
  return "built";
}

/** `npm run types` checks the scripts' types, with everything else; the build only translates them. */
const SCRIPTS = "tsconfig.scripts.json";

/**
 * @param {Context} ctx
 * @param {string} what for the message
 * @param {string[]} args for the compiler
 * @throws Problem with the compiler's first error
 */
async function compile(ctx, what, args) {
  const tsc = join(ctx.root, "node_modules", "typescript", "bin", "tsc");
  const log = join(ctx.logs, "build.log");
  const { code, output } = await ctx.run(process.execPath, [tsc, ...args], {
    cwd: ctx.root,
    env: ctx.env,
    limit: 300,
    log,
  });
  if (code === 0) return;
  const errors = output.split("\n").filter((line) => /error TS/.test(line));
  throw new Problem(
    `${what} does not compile (${errors.length} errors; first: ${errors[0] ?? "none printed"})`,
    "mend it (npm run types)",
  );
}

/**
 * Changes with any source, the compiler's options and the compiler.
 *
 * @param {string} root
 */
function sourcesHash(root) {
  const hash = createHash("sha256");
  const inputs = [
    ...filesIn(join(root, "src")).map((file) => join("src", file)),
    ...scriptSources(root),
    "tsconfig.json",
    "node_modules/typescript/package.json",
  ];
  for (const file of inputs)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

/** @param {string} root */
function scriptSources(root) {
  if (!existsSync(join(root, SCRIPTS))) return [];
  const scripts = filesIn(join(root, "scripts")).filter((file) => file.endsWith(".mts"));
  return [SCRIPTS, ...scripts.map((file) => join("scripts", file))];
}

/** @type {(names: string[] | undefined, folder: string) => boolean} */
function sameFiles(names, folder) {
  return existsSync(folder) && JSON.stringify(filesIn(folder)) === JSON.stringify(names);
}

/**
 * @param {string} folder
 * @returns {string[]} paths from the folder, in order
 */
function filesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name))).sort();
}
