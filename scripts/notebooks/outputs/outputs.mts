/** What is committed with a notebook: the outputs of its last full run, and the fingerprint of the cells that made them. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { joined, type NotebookDocument } from "#setup/jupyter/notebook-file.mjs";
import { ROOT } from "#setup/paths.mjs";
import { findNotebooks, readNotebook } from "../find.mts";

/** The largest notebook that is committed; code hosts stop drawing bigger ones. */
export const MOST_BYTES = 500 * 1024;

/** SHA-256 of the code cells, in order. Prose makes no output, so a corrected sentence needs no new run. */
export function fingerprint(document: Pick<NotebookDocument, "cells">): string {
  const hash = createHash("sha256");
  for (const cell of document.cells) {
    if (cell.cell_type === "code") hash.update(`${joined(cell.source)}\0`);
  }
  return hash.digest("hex");
}

/** Why a notebook's outputs may not be committed as they are; undefined when they may. */
export function outputProblem(path: string): string | undefined {
  const document = readNotebook(path);
  const made = document.metadata?.unroll?.outputs;
  if (made === undefined) return "has no recorded outputs";
  if (made.fingerprint !== fingerprint(document)) return "has outputs that are older than its cells";
  if (made.profile !== "full") return `has outputs of the ${made.profile} profile`;
  const bytes = statSync(path).size;
  return bytes > MOST_BYTES ? `has ${bytes} bytes; ${MOST_BYTES} are the most` : undefined;
}

/**
 * Looks at the committed notebooks without running them and prints a line for each that is refused.
 *
 * @returns the exit code
 */
export function checkOutputs(names: readonly string[]): number {
  const paths = findNotebooks(names, join(ROOT, "notebooks"));
  const problems = paths.map((path) => ({ name: basename(path), problem: outputProblem(path) }));
  const refused = problems.filter(({ problem }) => problem !== undefined);
  for (const { name, problem } of refused) console.error(`  ✗ ${name} ${problem}`);
  if (refused.length > 0) console.error("npm run notebooks -- --full --write makes the outputs anew");
  console.log(`outputs: ${paths.length - refused.length} current, ${refused.length} refused`);
  return refused.length > 0 ? 1 : 0;
}
