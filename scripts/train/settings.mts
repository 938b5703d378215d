/** From flags and a config file to settings. An unknown flag or field is an error that names those that there are. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config, ModelName, Settings } from "./config.mts";
import { FIELDS, flagOf } from "./fields.mts";
import { DEFAULTS, MODELS } from "./models.mts";
import { parse } from "./parse.mts";
import { readConfig } from "./read-config.mts";

/** Fields that only some models have. */
const OF_SOME = ["sample", "temperature"] as const;

/** The file in a run's folder that has the settings it was started with. */
export const CONFIG = "config.json";

/** @throws Error for a flag or field that is unknown or has a wrong value */
export function settingsOf(args: readonly string[]): Settings | { readonly help: true } {
  const { config, resume, help, given: flags } = parse(args);
  if (help) return { help };
  const given = { ...(config === undefined ? {} : readConfig(config)), ...flags };
  const kept = resume ? keptOf(given) : {};
  const model = given.model ?? kept.model;
  if (model === undefined) throw new Error(`--model: expected ${FIELDS.model.expected}, got none (--help tells more)`);
  const { defaults, quick } = MODELS[model];
  checkMeant(model, given, kept);
  const isQuick = given.quick ?? kept.quick ?? false;
  const settings = { ...DEFAULTS, ...defaults, ...(isQuick && quick), ...kept, ...given, model };
  const name = settings.name ?? `${model}-${settings.cell}`;
  return { ...settings, name, folder: join(settings.runs, name), resume };
}

/** Refuses a flag that would change nothing: another model's, or a learning rate where the checkpoint has its own. */
function checkMeant(model: ModelName, given: Config, kept: Config): void {
  const stray = OF_SOME.find((name) => given[name] !== undefined && !(name in MODELS[model].defaults));
  if (stray !== undefined) throw new Error(`${flagOf(stray)}: expected a model that writes text, char, got ${model}`);
  const { learningRate: rate } = kept;
  if (rate === undefined || given.learningRate === undefined || given.learningRate === rate) return;
  throw new Error(`--learning-rate: expected ${rate}, which the run goes on with, got ${given.learningRate}`);
}

/** The settings of the run to go on with. */
function keptOf({ runs = DEFAULTS.runs, name, model, cell }: Config): Config {
  const run = name ?? (model && `${model}-${cell ?? MODELS[model].defaults.cell}`);
  if (run === undefined) throw new Error("--resume: expected --name, the run to go on with, got none");
  const path = join(runs, run, CONFIG);
  if (!existsSync(path)) throw new Error(`--resume: expected a run in ${join(runs, run)}, got no ${path}`);
  return readConfig(path);
}
