// The examples of README and docs/, put together in a project of a user's, type-checked and run.
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ROOT } from "../../scripts/setup/paths.mjs";
import { temporaryFolder, write } from "../scripts/support";
import { blocksOf, programOf } from "./documents";

/** The TypeScript of some documents, one under the other. @param names "README.md", or a page of docs/: "training" */
export function examples(...names: string[]): string {
  const paths = names.map((name) => (name.endsWith(".md") ? name : `docs/${name}.md`));
  const found = paths.map(blocksOf);
  for (const [i, blocks] of found.entries()) expect(blocks.length, paths[i]).toBeGreaterThan(0);
  return programOf(found.flat()).replaceAll("epochs: 20", "epochs: 2");
}

/** The compiler's options. */
export const TSC = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node"];

/** A project of a user's, with unroll installed. @returns its folder, and what runs a program in it */
export function project(code: string) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(ROOT, join(folder, "node_modules/unroll"));
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
  write(folder, { "package.json": { type: "module" }, "example.ts": code });
  const env = { ...process.env, UNROLL_DATA: "", UNROLL_OFFLINE: "1", XDG_CACHE_HOME: folder }; // digits are drawn
  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env });
  return { folder, node };
}
