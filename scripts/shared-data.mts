/**
 * Finds the project's own data folder, ../shared/data beside a clone, for tests and headless runs. Any folder may happen to
 * have that name. It counts only when MNIST's label files in it have the bytes that its README lists.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "#setup/paths.mjs";

/** Size and SHA-256 by name, as src/data/sources/mnist.ts has them; a test holds them equal. */
export const PROOF: Readonly<Record<string, readonly [bytes: number, sha256: string]>> = {
  "mnist/t10k-labels-idx1-ubyte.gz": [4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"],
  "mnist/train-labels-idx1-ubyte.gz": [28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"],
};

export interface SharedFolderOptions {
  /** The folder that the data folder stands beside. Default: this clone. */
  readonly clone?: string;
  readonly log?: (line: string) => void;
}

/** The folder's path, or undefined after one line that says why there is none. */
export function sharedFolder({ clone = ROOT, log = console.log }: SharedFolderOptions = {}): string | undefined {
  const folder = resolve(clone, "..", "shared", "data");
  const problem = existsSync(folder) ? firstProblem(folder) : "it is not there";
  if (problem === undefined) return folder;
  log(`real data: ../shared/data beside this clone is not used: ${problem}`);
  return undefined;
}

function firstProblem(folder: string): string | undefined {
  for (const [name, [size, sha256]] of Object.entries(PROOF)) {
    const problem = problemWith(join(folder, name), size, sha256);
    if (problem !== undefined) return `${name} ${problem}`;
  }
  return undefined;
}

function problemWith(path: string, size: number, sha256: string): string | undefined {
  try {
    const found = statSync(path); // before reading: reading a pipe would wait for ever
    if (!found.isFile()) return "is not a file";
    if (found.size !== size) return `has ${found.size} bytes, not ${size}`;
    return createHash("sha256").update(readFileSync(path)).digest("hex") === sha256 ? undefined : "has other bytes";
  } catch (error) {
    return `cannot be read (${reasonOf(error)})`;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}
