import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(__dirname, "..");

/** An `@example` of a docstring. */
export interface Example {
  /** The exported name that the docstring belongs to. */
  readonly symbol: string;
  /** The file below `src`, "rnn/cells/gru.ts". */
  readonly file: string;
  readonly code: string;
}

/**
 * The `@example` blocks of all docstrings of a folder below `src`, such as "rnn". A block ends at the next empty line.
 */
export function examplesOf(folder: string): Example[] {
  const files = readdirSync(join(ROOT, "src", folder), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((file) => examplesIn(`${folder}/${file.split(sep).join("/")}`));
}

function examplesIn(file: string): Example[] {
  const text = readFileSync(join(ROOT, "src", file), "utf8");
  const documented =
    /^\/\*\*(?<doc>(?:(?!\*\/)[\s\S])*)\*\/\n(?:\/\/.*\n)*export (?:abstract |async )?\w+\*? (?<symbol>\w+)/gm;
  return [...text.matchAll(documented)].flatMap(({ groups }) => {
    const { doc = "", symbol = "" } = groups ?? {};
    const lines = doc.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
    return codesIn(lines).map((code) => ({ symbol, file, code }));
  });
}

/** The lines that follow each `@example`. */
function codesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line, i) => {
    if (line.trim() !== "@example") return [];
    const rest = lines.slice(i + 1);
    const end = rest.findIndex((next) => next.trim() === "");
    return [(end < 0 ? rest : rest.slice(0, end)).map((next) => next.replace(/^ {2}/, "")).join("\n")];
  });
}

/** The names that the `index.ts` of a folder below `src` exports, types included. */
function exportedNames(folder: string): string[] {
  const text = readFileSync(join(ROOT, "src", folder, "index.ts"), "utf8");
  const lists = [...text.matchAll(/^export (?:type )?\{(?<names>[^}]*)\}/gm)].map(({ groups }) => groups?.names ?? "");
  return lists.flatMap((list) => list.match(/\w+(?=\s*(?:,|$))/g) ?? []);
}

/** The folders whose names an example may use without an import, first come first served. */
const FOLDERS = ["rnn", "train", "data", "compile", "seq2seq", "plot", "notebook"];

/** An example as a module of its own: with imports of `tf` and of the names that it and the preamble use. */
function moduleOf(example: string, preamble: string): string {
  const code = `${preamble}\n${example}`;
  const words = new Set(code.match(/[A-Za-z_]\w*/g));
  const declared = [...code.matchAll(/\b(?:const|let|function) (\w+)/g)].map(([, name]) => name as string);
  const known = new Set(declared); // a name is imported once, and never where the code declares it
  const imports = FOLDERS.map((folder) => {
    const names = exportedNames(folder).filter((name) => words.has(name) && !known.has(name));
    for (const name of names) known.add(name);
    return names.length > 0
      ? `import { ${names.join(", ")} } from ${JSON.stringify(join(ROOT, "src", folder))};\n`
      : "";
  });
  return `import * as tf from ${JSON.stringify(join(ROOT, "src/tf"))};\n${imports.join("")}\n${code}\n\nexport {};\n`;
}

const OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  target: "es2022",
  lib: ["es2022"],
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  skipLibCheck: true,
  noEmit: true,
  typeRoots: [join(ROOT, "node_modules/@types")],
  types: ["node"],
};

/** Writes each example as a module into a temporary folder, and removes the folder after `use`. */
async function withModules<T>(
  examples: readonly Example[],
  preamble: string,
  use: (folder: string, paths: string[]) => T,
): Promise<Awaited<T>> {
  const folder = mkdtempSync(join(tmpdir(), "unroll-examples-"));
  try {
    const paths = examples.map(({ symbol }, i) => join(folder, `${i}-${symbol}.ts`));
    for (const [i, { code }] of examples.entries()) writeFileSync(paths[i] as string, moduleOf(code, preamble));
    return await use(folder, paths);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiles all examples in one run of TypeScript, strictly, each as a module of its own.
 *
 * @param preamble code before each example, which declares the names that examples use. Default: none
 * @returns the compiler's messages, which begin with the example's symbol; none where all examples are correct
 */
export function compileErrors(examples: readonly Example[], preamble = ""): Promise<string[]> {
  return withModules(examples, preamble, (folder) => {
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: OPTIONS, include: ["*.ts"] }));
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, "-p", folder], {
      encoding: "utf8",
      cwd: folder,
    });
    return status === 0 ? [] : `${stdout}${stderr}`.trim().split("\n");
  });
}

/** Runs the examples one after the other. @returns the error of each example that throws, by its symbol */
export function runErrors(examples: readonly Example[]): Promise<string[]> {
  return withModules(examples, "", async (_, paths) => {
    const errors: string[] = [];
    for (const [i, path] of paths.entries()) {
      await import(path).catch((error: unknown) => errors.push(`${examples[i]?.symbol}: ${error}`));
    }
    return errors;
  });
}

/** The functions and classes among a room's exports that have no example in their own docstring. */
export function withoutExample(room: object, examples: readonly Example[]): string[] {
  const shown = new Set(examples.map(({ symbol }) => symbol));
  return Object.entries(room)
    .filter(([name, value]) => typeof value === "function" && !shown.has(name))
    .map(([name]) => name);
}

/** The tests that hold for every room's examples. @param preamble declares the names that the examples take as given */
export function testExamples(examples: readonly Example[], preamble?: string): void {
  test("an example has 1 to 8 lines", () => {
    const lengths = examples.map(({ symbol, code }) => ({ symbol, lines: code.split("\n").length }));
    expect(lengths.filter(({ lines }) => lines < 1 || lines > 8)).toEqual([]);
  });

  test("no example needs a cast", () => {
    const casts = examples.filter(({ code }) =>
      /\bas (?!const\b)[\w[{(]|@ts-|!;|\w!\./.test(code.replace(/\/\/.*|"[^"]*"/g, "")),
    );
    expect(casts.map(({ symbol, code }) => ({ symbol, code }))).toEqual([]);
  });

  test("every example compiles strictly, with its imports implied", async () => {
    expect(await compileErrors(examples, preamble)).toEqual([]);
  });
}
