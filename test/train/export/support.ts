import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import * as tf from "../../../src/tf";
import type { Structure } from "../../../src/train";
import { temporaryFolder } from "../../temporary-folder";
import type { ExportedModel } from "./models";

export { temporaryFolder };

const ROOT = join(__dirname, "../../..");

export const onNative = describe.runIf(tf.engineInUse.name === "tensorflow");

/** The inputs of a model in a folder, and the outputs that this library computes from them. */
export interface Case {
  readonly folder: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly dtypes: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A structure as the graph's inputs or outputs, by their names there. */
const named = (structure: Structure<tf.Tensor> | undefined, single: string, ending = ""): [string, tf.Tensor][] =>
  structure === undefined
    ? []
    : structure instanceof tf.Tensor
      ? [[single, structure]]
      : Object.entries(structure).map(([name, tensor]) => [`${name}${ending}`, tensor]);

/** @param sizes batch and number of time steps of each case */
export function casesOf(
  { model, give }: ExportedModel,
  folder: string,
  sizes: readonly (readonly [number, number])[],
): Case[] {
  return sizes.map(([batch, steps]) =>
    tf.tidy(() => {
      const given = give(batch, steps);
      const entries = [...named(given.x, "x"), ...named(given.lengths, "lengths", "_lengths")];
      const made = named(model.call(given.x, undefined, given.lengths), "output");
      const values = (of: typeof made) => Object.fromEntries(of.map(([name, tensor]) => [name, tensor.arraySync()]));
      const dtypes = Object.fromEntries(entries.map(([name, { dtype }]) => [name, dtype]));
      return { folder, inputs: values(entries), dtypes, outputs: values(made) };
    }),
  );
}

/** Runs a program with a file of cases, and expects that no output differs by more than `most`. */
export function expectSame(program: string, script: string, cases: readonly Case[], most = 1e-5): void {
  const file = join(temporaryFolder(), "cases.json");
  writeFileSync(file, JSON.stringify(cases));
  const { stdout, stderr, status } = spawnSync(program, [join(__dirname, script), file], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const differences = JSON.parse(stdout.trim().split("\n").at(-1) as string) as number[];
  expect(differences).toHaveLength(cases.length);
  for (const difference of differences) expect(difference).toBeLessThanOrEqual(most);
}

/** A Python that has a package: the one that UNROLL_TEST_PYTHON names, the project's, or one in `.peers`. */
export function pythonWith(module: string): string | undefined {
  const candidates = [process.env.UNROLL_TEST_PYTHON, ".venv/bin/python", ".peers/tf/bin/python"];
  const found = candidates.flatMap((path) => (path ? [join(path.startsWith("/") ? "" : ROOT, path)] : []));
  const has = (python: string) =>
    existsSync(python) &&
    spawnSync(python, ["-c", `import importlib.util as u, sys; sys.exit(u.find_spec("${module}") is None)`]).status ===
      0;
  return found.find(has);
}
