// The README's examples, put together in a project of a user's, type-checked and run.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ROOT } from "../scripts/setup/paths.mjs";
import { temporaryFolder, write } from "./scripts/support";

/** The TypeScript of some sections, one under the other. */
export function examples(...sections: string[]): string {
  const text = readFileSync(join(ROOT, "README.md"), "utf8");
  const found = sections.flatMap((section) => {
    const [, body = ""] = text.split(`\n## ${section}\n`);
    const [own = ""] = body.split("\n## ");
    return [...own.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  });
  expect(found.length).toBeGreaterThanOrEqual(sections.length);
  return found.join("\n").replaceAll("epochs: 20", "epochs: 2");
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
