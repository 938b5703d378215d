/**
 * npm run train -- --model mnist|series|char [flags]: trains a model and keeps it in runs/; --name RUN --generate "TEXT" lets a model
 * of characters, words or byte pairs go on with a text. `--help` says what else there is.
 *
 * Ends with 0, 1 when a training failed, 2 for a wrong flag or config, 130 after Ctrl-C.
 */
import { sharedFolder } from "./shared-data.mts";
import type { Settings } from "./train/config.mts";
import { help } from "./train/help.mts";
import { DEFAULTS } from "./train/models.mts";
import { settingsOf } from "./train/settings.mts";

const say = (line: string) => console.log(line);
const write = (text: string) => process.stdout.write(text);

function complain(error: unknown): void {
  console.error(`train: ${error instanceof Error ? error.message : error}`);
}

async function main(args: string[]): Promise<number> {
  let settings: ReturnType<typeof settingsOf>;
  try {
    settings = settingsOf(args);
  } catch (error) {
    complain(error);
    return 2;
  }
  if ("help" in settings) {
    say(help());
    return 0;
  }
  try {
    return await train(settings);
  } catch (error) {
    complain(error);
    return 1;
  }
}

async function train(settings: Settings): Promise<number> {
  if (settings.generate !== undefined) {
    const { writeOn } = await import("./train/language/write.mts");
    return (await writeOn(settings, { tell: console.error, write })) ? 0 : 130;
  }
  const { run } = await import("./train/run.mts"); // which loads the tensor engine
  const dataFolder = process.env.UNROLL_DATA || sharedFolder({ log: () => undefined });
  say(`training ${settings.model}, in ${settings.folder}`);
  const { stopped } = await run(settings, { dataFolder, say, write });
  if (stopped === undefined) return 0;
  const runs = settings.runs === DEFAULTS.runs ? "" : ` --runs ${settings.runs}`;
  say(`to go on: npm run train -- --name ${settings.name}${runs} --resume`);
  return stopped === "interrupted" ? 130 : 1;
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
