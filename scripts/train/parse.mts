/** The command line of npm run train, flag by flag. */
import { parseArgs } from "node:util";
import { nearestName } from "#spelling";
import type { Config } from "./config.mts";
import { ACTIONS, FIELDS, type Flag, flagOf, isField } from "./fields.mts";
import { put } from "./read-config.mts";

const FLAGS: Readonly<Record<string, Flag>> = { ...FIELDS, ...ACTIONS };

export interface Flags {
  /** The settings among the flags. */
  readonly given: Config;
  /** A config file. */
  config?: string;
  resume: boolean;
  /** The begin of a text to go on with. */
  generate?: string;
  help: boolean;
}

/** @throws Error at the first flag that is unknown or has a wrong value */
export function parse(args: readonly string[]): Flags {
  const flags: Flags = { given: {}, resume: false, help: false };
  for (const token of tokensOf(args)) {
    if (token.kind !== "option") {
      const got = token.kind === "positional" ? token.value : "--";
      throw new Error(`expected flags, got ${got} (npm passes flags on after "--": npm run train -- --model series)`);
    }
    const { rawName, value } = token;
    const name = Object.keys(FLAGS).find((each) => flagOf(each) === `--${token.name}`);
    const flag = FLAGS[name ?? ""];
    if (name === undefined || flag === undefined) {
      const meant = nearestName(token.name, Object.keys(FLAGS));
      const hint = meant === undefined ? "" : ` (did you mean ${flagOf(meant)}?)`;
      throw new Error(`unknown flag ${rawName}${hint}; there are ${Object.keys(FLAGS).map(flagOf).join(", ")}`);
    }
    const given = readValue(rawName, flag, value);
    if (isField(name)) put(flags.given, name, given, rawName);
    else if (name === "config") flags.config = value;
    else if (name === "generate") flags.generate = value;
    else if (name === "resume" || name === "help") flags[name] = true;
  }
  return flags;
}

function tokensOf(args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(FLAGS).map(([name, { takes }]) => {
      const type: "boolean" | "string" = takes === "none" ? "boolean" : "string";
      return [flagOf(name).slice(2), { type, ...(name === "help" && { short: "h" }) }];
    }),
  );
  return parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true }).tokens;
}

function readValue(rawName: string, { takes, expected }: Flag, value: string | undefined): unknown {
  if (takes === "none") {
    if (value !== undefined) throw new Error(`${rawName}: expected no value, got ${value}`);
    return true;
  }
  if (value === undefined) throw new Error(`${rawName}: expected ${expected}, got none`);
  return takes === "number" ? numberOf(value) : value;
}

/** A text that is no number stays a text, for the error to show. */
const numberOf = (text: string): unknown => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));
