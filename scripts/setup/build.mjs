/** Builds dist from src when the sources have changed: into a folder of its own, which then replaces the old one whole. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { readJson, writeWhole } from "./files.mjs";
import { Problem } from "./problem.mjs";

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

  ctx.say("dist: compiling src");
  const fresh = join(ctx.work, "dist-new");
  const old = join(ctx.work, "dist-old");
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  const tsc = join(ctx.root, "node_modules", "typescript", "bin", "tsc");
  const log = join(ctx.logs, "build.log");
  const { code, output } = await ctx.run(process.execPath, [tsc, "-p", ctx.root, "--outDir", fresh], {
    cwd: ctx.root,
    env: ctx.env,
    limit: 300,
    log,
  });
  if (code !== 0) {
    const errors = output.split("\n").filter((line) => /error TS/.test(line));
    throw new Problem(
      `src does not compile (${errors.length} errors; first: ${errors[0] ?? "none printed"})`,
      "mend it (npm run types)",
    );
  }
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
  writeWhole(stampPath, JSON.stringify({ sources, outputs: filesIn(dist) }));
  return "built";
}

/** Changes with any source, the compiler's options and the compiler. */
function sourcesHash(root) {
  const hash = createHash("sha256");
  const inputs = [
    ...filesIn(join(root, "src")).map((file) => join("src", file)),
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

function sameFiles(names, folder) {
  return existsSync(folder) && JSON.stringify(filesIn(folder)) === JSON.stringify(names);
}

function filesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name))).sort();
}
