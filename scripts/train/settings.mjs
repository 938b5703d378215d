/** From flags and a config file to settings. Whatever is not known is an error that names what is. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ACTIONS, FIELDS, flagOf } from "./fields.mjs";
import { DEFAULTS, MODELS } from "./models.mjs";

/** Fields that some models lack. */
const OF_SOME = ["sample", "temperature"];

/** What a run was started with, in its folder. */
export const CONFIG = "config.json";

/**
 * @returns `{ help: true }`, or settings with all fields, `folder` and `resume`
 * @throws Error for a flag or field that is unknown or has a wrong value
 */
export function settingsOf(args) {
  const { config, resume = false, help = false, ...flags } = parse(args);
  if (help) return { help };
  const given = { ...(config === undefined ? {} : readConfig(config)), ...flags };
  const kept = resume ? keptOf(given) : {};
  const model = given.model ?? kept.model;
  if (model === undefined) throw new Error(`--model: expected ${FIELDS.model.expected}, got none (--help tells more)`);
  const { defaults, quick } = MODELS[model];
  checkMeant(model, given, kept);
  const isQuick = given.quick ?? kept.quick ?? false;
  const settings = { ...DEFAULTS, ...defaults, ...(isQuick && quick), ...kept, ...given, model };
  settings.name ??= `${model}-${settings.cell}`;
  return { ...settings, folder: join(settings.runs, settings.name), resume };
}

function parse(args) {
  const names = { ...FIELDS, ...ACTIONS };
  const options = Object.fromEntries(
    Object.entries(names).map(([name, { flag }]) => [flagOf(name).slice(2), { type: flag ? "boolean" : "string" }]),
  );
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true, allowPositionals: true });
  const entries = tokens.map(({ kind, rawName, value, name: flag }) => {
    if (kind !== "option") throw new Error(`expected flags, got ${value ?? "--"}`);
    const name = Object.keys(names).find((each) => flagOf(each) === `--${flag}`);
    if (name === undefined)
      throw new Error(`unknown flag ${rawName}; there are ${Object.keys(names).map(flagOf).join(", ")}`);
    const field = names[name];
    if (field.flag && value !== undefined) throw new Error(`${rawName}: expected no value, got ${value}`);
    if (!field.flag && value === undefined)
      throw new Error(`${rawName}: expected ${field.expected ?? "a file"}, got none`);
    return [name, checked(rawName, field, field.flag ? true : field.number ? numberOf(value) : value)];
  });
  return Object.fromEntries(entries);
}

/** Refuses what would change nothing: a flag of another model, and a rate that the checkpoint has its own of. */
function checkMeant(model, given, kept) {
  const stray = OF_SOME.find((name) => given[name] !== undefined && !(name in MODELS[model].defaults));
  if (stray !== undefined) throw new Error(`${flagOf(stray)}: expected a model that writes text, char, got ${model}`);
  const { learningRate: rate } = kept;
  if (rate === undefined || given.learningRate === undefined || given.learningRate === rate) return;
  throw new Error(`--learning-rate: expected ${rate}, which the run goes on with, got ${given.learningRate}`);
}

/** A text that is no number stays one, for the error to show. */
const numberOf = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));

/** The settings in a JSON file. */
export function readConfig(path) {
  let config;
  try {
    config = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path}: expected a JSON file with settings: ${error.message}`);
  }
  if (config === null || typeof config !== "object" || Array.isArray(config)) {
    throw new Error(`${path}: expected a JSON object, say {"model": "mnist"}`);
  }
  const unknown = Object.keys(config).find((name) => !Object.hasOwn(FIELDS, name));
  if (unknown !== undefined) {
    throw new Error(`${path}: unknown field "${unknown}"; there are ${Object.keys(FIELDS).join(", ")}`);
  }
  for (const [name, value] of Object.entries(config)) checked(`${path}: ${name}`, FIELDS[name], value);
  return config;
}

function checked(where, { check = () => true, expected }, value) {
  if (check(value)) return value;
  throw new Error(`${where}: expected ${expected}, got ${JSON.stringify(value)}`);
}

/** The settings of the run to go on with. */
function keptOf({ runs = DEFAULTS.runs, name, model, cell }) {
  const run = name ?? (model && `${model}-${cell ?? MODELS[model].defaults.cell}`);
  if (run === undefined) throw new Error("--resume: expected --name, the run to go on with, got none");
  const path = join(runs, run, CONFIG);
  if (!existsSync(path)) throw new Error(`--resume: expected a run in ${join(runs, run)}, got no ${path}`);
  return readConfig(path);
}
