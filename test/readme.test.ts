// The README's examples of training, checkpoints and exported models, put together, type-checked and run: twice, so that
// the second run goes on from the first one's checkpoints.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../scripts/setup/paths.mjs";
import { canCompile } from "../src/compile";
import { buildFirst } from "./scripts/built";
import { temporaryFolder, write } from "./scripts/support.mjs";

buildFirst();

/** The TypeScript of some sections, one under the other. */
function examples(...sections: string[]): string {
  const text = readFileSync(join(ROOT, "README.md"), "utf8");
  const found = sections.flatMap((section) => {
    const [, body = ""] = text.split(`\n## ${section}\n`);
    const [own = ""] = body.split("\n## ");
    return [...own.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  });
  expect(found.length).toBeGreaterThanOrEqual(sections.length);
  return found.join("\n").replaceAll("epochs: 20", "epochs: 2");
}

const SECTIONS = ["Training", "Checkpoints", "Take your model elsewhere"];
const TSC = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node"];

/** A project of a user's, with unroll installed. @returns its folder, and what runs a program in it */
function project(code: string) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(ROOT, join(folder, "node_modules/unroll"));
  symlinkSync(join(ROOT, "node_modules/@types/node"), join(folder, "node_modules/@types/node"));
  write(folder, { "package.json": { type: "module" }, "example.ts": code });
  const env = { ...process.env, UNROLL_DATA: "", UNROLL_OFFLINE: "1", XDG_CACHE_HOME: folder }; // digits are drawn
  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env });
  return { folder, node };
}

test.skipIf(!canCompile())(
  "First lines: the examples are typed and run; eager and compiled steps, scan and stream",
  () => {
    const { node } = project(examples("First lines"));
    expect(node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts").stdout).toBe("");
    const { status, stdout, stderr } = node("example.js");
    expect(status, stderr).toBe(0);
    expect(stdout.match(/^\d\.\d+$/gm)).toHaveLength(20); // the losses of two loops of ten steps
    expect(stdout.match(/^Float32Array\(10\)/gm)).toHaveLength(28);
  },
  60_000,
);

test.skipIf(!canCompile())(
  "the examples are typed, train, write checkpoints, go on, and export models",
  () => {
    const { folder, node } = project(examples(...SECTIONS));
    const { stdout: trouble } = node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts");
    expect(trouble).toBe("");
    const first = node("example.js");
    expect(first.status, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/epoch 2\/2: loss [\d.]+, val_loss/);
    expect(first.stdout).toMatch(/\{ value: [\d.]+, mode: 'min' \}/);
    const kept = () => ["mnist", "own"].map((name) => readdirSync(join(folder, "runs", name)).sort());
    const [mnist, own] = kept();
    expect(mnist?.length).toBeGreaterThan(0);
    expect(own).toEqual(["checkpoint-000000020", "checkpoint-000000040", "checkpoint-000000060"]);
    expect(readdirSync(join(folder, "exports")).sort()).toEqual(["mnist", "mnist-web", "mnist.safetensors"]);
    const second = node("example.js");
    expect(second.status, second.stderr).toBe(0);
    expect(second.stdout).toMatch(/going on from .*runs.mnist/);
    expect(kept()).toEqual([mnist, own]);
  },
  180_000,
);
