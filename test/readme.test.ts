// The README's first lines are typed and run.
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../scripts/setup/paths.mjs";
import { canCompile } from "../src/compile";
import { examples, project, TSC } from "./readme-project";
import { buildFirst } from "./scripts/built";

buildFirst();

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
);
