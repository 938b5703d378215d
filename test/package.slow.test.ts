// The package as a user gets it: the tarball's files beside its dependencies, in an empty project elsewhere. No network:
// the dependencies are links to this clone's.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { COMBINATIONS, consumer, entries } from "../scripts/checks/declarations.mts";
import { ROOT } from "../scripts/setup/paths.mjs";
import { buildFirst } from "./scripts/built";
import { temporaryFolderOfFile } from "./temporary-folder";

interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

const project = temporaryFolderOfFile();
const installed = (...path: string[]) => join(project, "node_modules", "unroll", ...path);

function node(args: string[]) {
  return spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
}

const manifest = (): Manifest => JSON.parse(readFileSync(installed("package.json"), "utf8"));

function link(name: string): void {
  mkdirSync(dirname(join(project, "node_modules", name)), { recursive: true });
  symlinkSync(join(ROOT, "node_modules", name), join(project, "node_modules", name));
}

buildFirst();
beforeAll(() => {
  const packed = spawnSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], {
    cwd: ROOT,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  expect(packed.status, packed.stderr).toBe(0);
  const tarball = readdirSync(project).find((name) => name.endsWith(".tgz")) ?? "no tarball";
  mkdirSync(installed(), { recursive: true });
  const unpacked = spawnSync("tar", ["-xzf", tarball, "-C", installed(), "--strip-components=1"], { cwd: project });
  expect(unpacked.status).toBe(0);
  const { dependencies, optionalDependencies } = manifest();
  for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), "@types/node"]) link(name);
  writeFileSync(join(project, "package.json"), '{ "name": "a-project", "version": "1.0.0" }');
}, 120_000);

test("the tarball holds what runs, its types, setup and the addon's sources, and no other sources, tests or notebooks", () => {
  expect(readdirSync(installed()).sort()).toEqual(
    expect.arrayContaining(
      ["LICENSE", "README.md", "dist", "docs", "package.json", "scripts"].filter((name) =>
        existsSync(join(ROOT, name)),
      ),
    ),
  );
  expect(readdirSync(installed("scripts")).sort()).toEqual(["cli.mjs", "setup"]);
  const sources = readdirSync(installed("src"), { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.\w+$/.test(name),
  );
  expect(sources.length).toBeGreaterThan(5); // those of the addon, which setup compiles
  expect(sources.filter((name) => !/^native[\\/].*\.(cc|h)$/.test(name))).toEqual([]);
  for (const absent of ["test", "notebooks", "tsconfig.json", "package-lock.json"])
    expect(existsSync(installed(absent)), absent).toBe(false);
  const { exports, main, types, bin } = manifest();
  const named = [
    main,
    types,
    ...Object.values(bin),
    ...Object.values(exports).flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry))),
  ];
  for (const file of named) expect(existsSync(installed(file)), file).toBe(true);
});

test("CommonJS requires every entry and computes", () => {
  const requires = entries(ROOT).map((name) => `require("${name}");`);
  writeFileSync(
    join(project, "user.cjs"),
    `${requires.join("\n")}
    const tf = require("unroll/tf"); tf.ready().then(() => console.log(String(tf.matMul([[1, 2]], [[3], [4]]).dataSync())));`,
  );
  const { stdout, stderr, status } = node(["user.cjs"]);
  expect([stdout.trim(), status], stderr).toEqual(["11", 0]);
});

test("an ES module imports by name", () => {
  writeFileSync(
    join(project, "user.mjs"),
    `import { tf } from "unroll"; import { BasicRNNCell, dynamicRnn } from "unroll/rnn"; import * as data from "unroll/data";
    import { matMul, ready } from "unroll/tf"; await ready();
    console.log(typeof BasicRNNCell, typeof dynamicRnn, typeof data, tf.matMul === matMul, String(matMul([[1, 2]], [[3], [4]]).dataSync()));`,
  );
  const { stdout, stderr, status } = node(["user.mjs"]);
  expect([stdout.trim(), status], stderr).toEqual(["function function object true 11", 0]);
});

test.each(COMBINATIONS)(
  "types under $compiler with $moduleResolution, strict; a wrong type is an error",
  ({ compiler, module, moduleResolution }) => {
    const options = {
      target: "es2022",
      lib: ["es2022", "dom"],
      types: ["node"],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module,
      moduleResolution,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["user.ts"] }));
    writeFileSync(
      join(project, "user.ts"),
      `${consumer(entries(ROOT))}import { BasicRNNCell } from "unroll/rnn";
const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3 });
export const size: number = cell.outputSize;
// @ts-expect-error: with types, a number is no string; without types this comment is the error
export const wrong: string = cell.outputSize;`,
    );
    const args = [join(ROOT, "node_modules", compiler, "bin/tsc"), "--pretty", "false", "-p", "."];
    const { stdout, status } = node(args);
    expect([stdout, status]).toEqual(["", 0]);
  },
);

test("without the native engine WebAssembly computes, and one plain line says what would make it fast", () => {
  rmSync(join(project, "node_modules/@tensorflow/tfjs-node"));
  try {
    const { stdout, stderr, status } = node(["user.cjs"]);
    expect([stdout.trim(), status]).toEqual(["11", 0]);
    expect(stderr).toBe(
      "unroll: computing in WebAssembly; 'npx unroll setup' installs the native engine, many times faster.\n",
    );
  } finally {
    link("@tensorflow/tfjs-node");
  }
});

test("the command answers from inside the project", () => {
  expect(node([installed("scripts/cli.mjs"), "--help"]).stdout).toContain("unroll setup");
});
