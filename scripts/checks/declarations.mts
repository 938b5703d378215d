/**
 * The built declarations must be readable by the TypeScript inside the notebook kernel (5.0): a program that imports
 * every entry compiles there, strictly and without skipLibCheck, and so do the files of test/types, which say what types
 * must accept and refuse. Only errors in our files count: tensor packages' own declarations do not all pass.
 * (test/package.slow.test.ts tries the other compilers and ways of finding modules.)
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "#setup/paths.mjs";

/** A compiler, and its way of finding modules. */
export interface Combination {
  readonly compiler: string;
  readonly module: string;
  readonly moduleResolution: string;
}

/** The only combination that the kernel knows. The newest TypeScript has no node10 any more. */
const KERNEL: Combination = { compiler: "typescript-5.0", module: "commonjs", moduleResolution: "node10" };

/** The combinations under which the package has types. */
export const COMBINATIONS: readonly Combination[] = [
  KERNEL,
  { compiler: "typescript-5.0", module: "node16", moduleResolution: "node16" },
  { compiler: "typescript-5.0", module: "esnext", moduleResolution: "bundler" },
  { compiler: "typescript", module: "node16", moduleResolution: "node16" },
  { compiler: "typescript", module: "esnext", moduleResolution: "bundler" },
];

/** The package's entries, as a user names them. */
export function entries(root: string): string[] {
  const { exports }: { exports: object } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.keys(exports)
    .filter((key) => key !== "./package.json")
    .map((key) => `unroll${key.slice(1)}`);
}

/** A program that names every entry: the import must resolve, and must have types. */
export function consumer(names: readonly string[]): string {
  const imports = names.map((name, index) => `import * as entry${index} from "${name}";`);
  return `${imports.join("\n")}\nexport const all: object[] = [${names.map((_, index) => `entry${index}`)}];\n`;
}

/** The files of test/types as a user's, which import the package by its name. @returns their names and texts */
function typeTests(): Map<string, string> {
  const folder = join(ROOT, "test", "types");
  const textOf = (name: string) => readFileSync(join(folder, name), "utf8").replaceAll('"../../src/', '"unroll/');
  return new Map(readdirSync(folder).map((name) => [name, textOf(name)]));
}

/** @returns the lines about our own files */
export function checkDeclarations(root = ROOT): string[] {
  const folder = join(root, ".cache", "declarations"); // inside the project, so that "unroll" is found by its name
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = typeTests().set("consumer.ts", consumer(entries(root)));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  const compilerOptions = {
    target: "es2022",
    lib: ["es2022", "dom"],
    types: ["node"],
    strict: true,
    noEmit: true,
    module: KERNEL.module,
    moduleResolution: KERNEL.moduleResolution,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [...files.keys()] }));
  const tsc = join(root, "node_modules", KERNEL.compiler, "bin", "tsc");
  const args = [tsc, "--pretty", "false", "-p", folder];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (status === null) return ["TypeScript 5.0 did not run"];
  const errors = stdout.split("\n").filter((line) => /error TS/.test(line));
  return errors.filter((line) => !/^(\.\.\/)*node_modules\/(?!unroll\/)/.test(line));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const errors = checkDeclarations();
  for (const line of errors.slice(0, 20)) console.log(line);
  process.exitCode = errors.length === 0 ? 0 : 1;
}
