/** From flags and a config file to settings. An unknown flag or field is an error that names those that there are. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Config, type ModelName, OF_TEXT, type Settings } from "./config.mts";
import { FIELDS, flagOf } from "./fields.mts";
import { DEFAULTS, MODELS } from "./models.mts";
import { parse } from "./parse.mts";
import { readConfig } from "./read-config.mts";

/** The file in a run's folder that has the settings it was started with. */
export const CONFIG = "config.json";

/** @throws Error for a flag or field that is unknown or has a wrong value */
export function settingsOf(args: readonly string[]): Settings | { readonly help: true } {
  const { config, resume, generate, help, given: flags } = parse(args);
  if (help) return { help };
  const given = { ...(config === undefined ? {} : readConfig(config)), ...flags };
  if (resume && generate !== undefined)
    throw new Error("--generate: expected no --resume, as nothing is trained, got it");
  const action = generate !== undefined ? "--generate" : "--resume";
  const kept = resume || generate !== undefined ? keptOf(given, action) : {};
  const model = given.model ?? kept.model;
  if (model === undefined) throw new Error(`--model: expected ${FIELDS.model.expected}, got none (--help tells more)`);
  const { defaults, quick } = MODELS[model];
  if (generate !== undefined && model !== "char") {
    throw new Error(`--generate: expected a run of a model that writes text, char, got ${model}`);
  }
  checkMeant(model, given, kept);
  const isQuick = given.quick ?? kept.quick ?? false;
  const settings = { ...DEFAULTS, ...defaults, ...(isQuick && quick), ...kept, ...given, model };
  const name = settings.name ?? `${model}-${settings.cell}`;
  return { ...settings, name, folder: join(settings.runs, name), resume, ...(generate !== undefined && { generate }) };
}

/** Fields that a run keeps as they are: its checkpoints were made with them. */
const FIXED = ["learningRate", "text", "tokenizer", "vocabularySize"] as const;

/** Refuses a flag that would change nothing: another model's, or one that says other than the run that goes on. */
function checkMeant(model: ModelName, given: Config, kept: Config): void {
  const stray = OF_TEXT.find((name) => given[name] !== undefined);
  if (stray !== undefined && model !== "char") {
    throw new Error(`${flagOf(stray)}: expected a model that writes text, char, got ${model}`);
  }
  const { tokenizer = MODELS[model].defaults.tokenizer } = { ...kept, ...given };
  if (given.vocabularySize !== undefined && tokenizer === "chars") {
    throw new Error(`${flagOf("vocabularySize")}: expected --tokenizer words or bpe, got chars`);
  }
  if (kept.model === undefined) return;
  for (const name of FIXED) {
    if (given[name] === undefined || given[name] === kept[name]) continue;
    const own = kept[name] ?? "its default";
    throw new Error(`${flagOf(name)}: expected ${own}, which the run goes on with, got ${given[name]}`);
  }
}

/** The settings of the run to go on with. */
function keptOf({ runs = DEFAULTS.runs, name, model, cell }: Config, action: string): Config {
  const run = name ?? (model && `${model}-${cell ?? MODELS[model].defaults.cell}`);
  if (run === undefined) throw new Error(`${action}: expected --name, the run to go on with, got none`);
  const path = join(runs, run, CONFIG);
  if (!existsSync(path)) throw new Error(`${action}: expected a run in ${join(runs, run)}, got no ${path}`);
  return readConfig(path);
}
