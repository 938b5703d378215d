/**
 * npm run build: dist from src and from the scripts, and the native addon, when something has changed; -- --force builds
 * dist in any case.
 */
import { buildAlone } from "./setup/build.mjs";
import { buildAddonAlone } from "./setup/engine/addon.mjs";
import { context } from "./setup/paths.mjs";
import { Problem } from "./setup/problem.mjs";

/** @param {string} line */
const say = (line) => console.error(line); // npm pack --json wants standard output for itself
try {
  const did = await buildAlone(context({ say }), { force: process.argv.includes("--force") });
  if (did === null) say("dist: up to date");
  await buildAddonAlone(context({ say }));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  say(`dist: ${error.message}`);
  process.exitCode = 1;
}
