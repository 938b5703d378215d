/**
 * node scripts/run.mjs NAME [arguments]: runs scripts/NAME.mts, which is written in TypeScript. Builds dist first where a
 * source has changed.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildAlone } from "./setup/build.mjs";
import { context, ROOT } from "./setup/paths.mjs";
import { Problem } from "./setup/problem.mjs";

const [name = "", ...args] = process.argv.slice(2);
const script = join(ROOT, "dist", "scripts", `${name}.mjs`);
try {
  await buildAlone(context({ say: (line) => console.error(line) }));
  if (!existsSync(script)) throw new Problem(`there is no script "${name}"`, "name one of scripts/*.mts");
  process.argv.splice(1, process.argv.length, script, ...args);
  await import(pathToFileURL(script).href);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
