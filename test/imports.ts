// Reads the imports of src as text, so that a test can say who imports whom.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SRC = join(ROOT, "src");

export interface Import {
  /** A path from src, "rnn/cells/gru.ts", and the room it is in: "rnn", or "tf" and "index" for the files at the top. */
  readonly file: string;
  readonly room: string;
  /** What is imported: a path from src without its ending ("data/array"), or a package's name ("node:fs"). */
  readonly from: string;
  readonly typesOnly: boolean;
}

/** Static, re-exported, dynamic and required modules of a source text. */
export function importsOf(file: string, text: string): Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const named = /^(?:import|export)\s(?<clause>[^;"']*?\sfrom\s+)?["'](?<module>[^"']+)["']/gm;
  const called = /\b(?:import|require|resolve|load)\(\s*["'](?<module>[^"']+)["']\s*\)/g;
  const found = [...code.matchAll(named), ...code.matchAll(called)];
  return found.map(({ groups }) => {
    const module = groups?.module ?? "";
    const from = module.startsWith(".") ? posix.join(posix.dirname(file), module) : module;
    return { file, room: roomOf(file), from, typesOnly: onlyTypes(groups?.clause ?? "") };
  });
}

function onlyTypes(clause: string): boolean {
  if (/^type\s/.test(clause)) return true;
  const names = /^\{(?<names>[^}]*)\}/.exec(clause.trim())?.groups?.names;
  const each = (names ?? "").split(",").map((name) => name.trim());
  return names !== undefined && each.filter(Boolean).every((name) => name.startsWith("type "));
}

export function roomOf(path: string): string {
  return (path.split("/")[0] ?? "").replace(/\.ts$/, "");
}

/** The files of src, as paths from there. */
export const files: readonly string[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((path) => path.split(sep).join("/"))
  .filter((path) => path.endsWith(".ts"));

export const source = (file: string): string => readFileSync(join(SRC, file), "utf8");

/** Every import in src. */
export const imports: readonly Import[] = files.flatMap((file) => importsOf(file, source(file)));
