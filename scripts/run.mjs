/**
 * node scripts/run.mjs NAME [arguments]: runs scripts/NAME.mts, which is written in TypeScript. Builds dist first when a
 * source has changed, and runs the whole setup first in a new clone.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildAlone } from "./setup/build.mjs";
import { setup } from "./setup/index.mjs";
import { context, ROOT } from "./setup/paths.mjs";
import { Problem } from "./setup/problem.mjs";

/**
 * @param {string[]} args the script's name and its arguments
 * @returns {Promise<boolean>} whether the script has begun
 */
async function runScript([name = "", ...args]) {
  const isNew = !existsSync(join(ROOT, "node_modules", "typescript"));
  if (isNew && (await setup()).length > 0) return false;
  if (!isNew) await buildAlone(context({ say: (line) => console.error(line) }));
  const script = join(ROOT, "dist", "scripts", `${name}.mjs`);
  if (!existsSync(script)) throw new Problem(`there is no script "${name}"`, "name one of scripts/*.mts");
  process.argv.splice(1, process.argv.length, script, ...args);
  await import(pathToFileURL(script).href);
  return true;
}

try {
  if (!(await runScript(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
