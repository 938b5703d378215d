// Finds the project's own data folder, ../shared/data beside a clone, for tests and headless runs. Any folder may happen
// to have that name, so it counts only when MNIST's label files in it have the bytes that its README lists.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const CLONE = dirname(dirname(fileURLToPath(import.meta.url)));

/** Size and SHA-256 by name, as src/data/sources/mnist.ts has them; this runs before there is a build to import. */
export const PROOF = {
  "mnist/t10k-labels-idx1-ubyte.gz": [4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"],
  "mnist/train-labels-idx1-ubyte.gz": [28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"],
};

/** The folder's path, or undefined after one line that says why there is none. */
export function sharedFolder({ clone = CLONE, log = console.log } = {}) {
  const folder = resolve(clone, "..", "shared", "data");
  const problem = existsSync(folder) ? firstProblem(folder) : "it is not there";
  if (problem === undefined) return folder;
  log(`real data: ../shared/data beside this clone is not used: ${problem}`);
  return undefined;
}

function firstProblem(folder) {
  for (const [name, [size, sha256]] of Object.entries(PROOF)) {
    const problem = problemWith(join(folder, name), size, sha256);
    if (problem !== undefined) return `${name} ${problem}`;
  }
  return undefined;
}

function problemWith(path, size, sha256) {
  try {
    const found = statSync(path); // before reading: a pipe would wait for ever
    if (!found.isFile()) return "is not a file";
    if (found.size !== size) return `has ${found.size} bytes, not ${size}`;
    return createHash("sha256").update(readFileSync(path)).digest("hex") === sha256 ? undefined : "has other bytes";
  } catch (error) {
    return `cannot be read (${error.code ?? error.message})`;
  }
}
