/**
 * Builds dist when its sources have changed: src to dist, and the scripts in TypeScript to dist/scripts. The build goes into
 * a folder of its own, which then replaces the old one whole.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { readJson, writeWhole } from "./files.mjs";
import { takeLock } from "./lock.mjs";
import { Problem } from "./problem.mjs";

/** Builds under setup's lock: a setup at work builds into the same folder. @returns as `buildDist` */
export async function buildAlone(ctx, options = {}) {
  const lock = await takeLock(join(ctx.work, "setup.lock"), ctx);
  try {
    return await buildDist(ctx, options);
  } finally {
    lock.release();
  }
}

/** @returns what was done, or null. @throws Problem with the compiler's first error */
export async function buildDist(ctx, { force = false } = {}) {
  if (!existsSync(join(ctx.root, "node_modules", "typescript"))) {
    throw new Problem("the compiler is not installed here", "run npm run setup");
  }
  const stampPath = join(ctx.work, "dist.json");
  const dist = join(ctx.root, "dist");
  const sources = sourcesHash(ctx.root);
  const stamp = readJson(stampPath);
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

/** The scripts are type-checked with everything else (npm run types); here they are only translated. */
const SCRIPTS = "tsconfig.scripts.json";

/** @throws Problem with the compiler's first error */
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

/** Changes with any source, the compiler's options and the compiler. */
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

function scriptSources(root) {
  if (!existsSync(join(root, SCRIPTS))) return [];
  const scripts = filesIn(join(root, "scripts")).filter((file) => file.endsWith(".mts"));
  return [SCRIPTS, ...scripts.map((file) => join("scripts", file))];
}

function sameFiles(names, folder) {
  return existsSync(folder) && JSON.stringify(filesIn(folder)) === JSON.stringify(names);
}

function filesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name))).sort();
}
