/** npm run build: dist from src, when something has changed; -- --force builds in any case. */
import { join } from "node:path";
import { buildDist } from "./setup/build.mjs";
import { takeLock } from "./setup/lock.mjs";
import { context } from "./setup/paths.mjs";
import { Problem } from "./setup/problem.mjs";

const say = (line) => console.error(line); // npm pack --json wants standard output for itself
const ctx = context({ say });
let lock;
try {
  lock = await takeLock(join(ctx.work, "setup.lock"), ctx); // a setup at work builds into the same folder
  const did = await buildDist(ctx, { force: process.argv.includes("--force") });
  if (did === null) say("dist: up to date");
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  say(`dist: ${error.message}`);
  process.exitCode = 1;
} finally {
  lock?.release();
}
