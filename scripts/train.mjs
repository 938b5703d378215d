/**
 * npm run train -- --model mnist|series|char [flags]: trains a model and keeps it in runs/. `--help` teaches the rest.
 *
 * Ends with 0, 1 when a training failed, 2 for a wrong flag or config, 130 after Ctrl-C.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { sharedFolder } from "./shared-data.mjs";
import { help } from "./train/help.mjs";
import { settingsOf } from "./train/settings.mjs";

const say = (line) => console.log(line);
const complain = (error) => console.error(`train: ${error.message}`);

async function main(args) {
  let settings;
  try {
    settings = settingsOf(args);
  } catch (error) {
    complain(error);
    return 2;
  }
  if (settings.help) {
    say(help());
    return 0;
  }
  if (!built()) return 1;
  const { run } = await import("./train/run.mjs");
  const dataFolder = process.env.UNROLL_DATA || sharedFolder({ log: () => undefined });
  try {
    say(`training ${settings.model}, in ${settings.folder}`);
    const { stopped } = await run(settings, { dataFolder, say });
    if (stopped === undefined) return 0;
    say(
      `to go on: npm run train -- --name ${settings.name}${settings.runs === "runs" ? "" : ` --runs ${settings.runs}`} --resume`,
    );
    return stopped === "interrupted" ? 130 : 1;
  } catch (error) {
    complain(error);
    return 1;
  }
}

/** What is trained with is the library as it stands. */
function built() {
  const script = fileURLToPath(new URL("build.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  if (status !== 0) console.error(stderr.trim());
  return status === 0;
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
