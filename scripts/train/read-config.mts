/** A config file: settings as JSON. */
import { readFileSync } from "node:fs";
import { didYouMean } from "#spelling";
import type { Config, Fields } from "./config.mts";
import { FIELDS, isField } from "./fields.mts";

/** @throws Error naming the file and the field for what is no config */
export function readConfig(path: string): Config {
  const fields = Object.entries(objectIn(path));
  const [unknown] = fields.find(([name]) => !isField(name)) ?? [];
  if (unknown !== undefined) {
    throw new Error(
      `${path}: unknown field "${unknown}"${didYouMean(unknown, Object.keys(FIELDS))}; there are ${Object.keys(FIELDS).join(", ")}`,
    );
  }
  const config: Config = {};
  for (const [name, value] of fields) if (isField(name)) put(config, name, value, `${path}: ${name}`);
  return config;
}

function objectIn(path: string): object {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`${path}: expected a JSON file with settings: ${reason}`);
  }
  if (found === null || typeof found !== "object" || Array.isArray(found)) {
    throw new Error(`${path}: expected a JSON object, say {"model": "mnist"}`);
  }
  return found;
}

/** Puts a value that may be wrong into a config. @throws Error naming `where`, what was expected and what came */
export function put<Name extends keyof Fields>(config: Config, name: Name, value: unknown, where: string): void {
  const field = FIELDS[name];
  if (!field.check(value)) throw new Error(`${where}: expected ${field.expected}, got ${JSON.stringify(value)}`);
  config[name] = value;
}
