// The compiler checks every line that we write: TypeScript, and JavaScript with JSDoc types where there may be no build yet.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../imports";

const slashes = (path: string) => path.split(sep).join("/");

/** Every file of code, by its path from the project. */
const files = ["src", "scripts", "test"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${slashes(path)}`)
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path)),
);

/** The files that the compiler reads for a configuration, by their paths from the project. */
function filesOf(config: string): ReadonlySet<string> {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "--listFilesOnly", "-p", join(ROOT, config)], {
    encoding: "utf8",
  });
  expect(status, stdout).toBe(0);
  return new Set(stdout.split("\n").map((path) => slashes(relative(ROOT, path))));
}

test("npm run types checks every file of src, scripts and test", () => {
  const checked = filesOf("tsconfig.test.json");
  expect(files.filter((path) => !checked.has(path))).toEqual([]);
});

test("JavaScript is checked as strictly as TypeScript", () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, "tsconfig.test.json"), "utf8"));
  expect(compilerOptions).toMatchObject({ allowJs: true, checkJs: true });
  const { compilerOptions: base } = JSON.parse(readFileSync(join(ROOT, "tsconfig.json"), "utf8"));
  expect(base.strict).toBe(true);
});

test("types stand beside the code: no file of declarations only, no line left out of the check", () => {
  expect(files.filter((path) => /\.d\.[cm]?ts$/.test(path))).toEqual([]);
  const leavesOut = (path: string) =>
    /^\s*(\/\/|\/\*\*?) *@ts-(nocheck|ignore)/m.test(readFileSync(join(ROOT, path), "utf8"));
  expect(files.filter(leavesOut)).toEqual([]);
});
