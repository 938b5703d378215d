/**
 * The numbers in the notebooks' prose. A reader sees a quick run and the committed outputs a full one, so a number in Markdown
 * must be true of both. It is pinned when
 *
 * - it stands in the notebook's code: a hyperparameter, a size, the bound of a claim. A number with a unit of measurements (20 %,
 *   2.10 bits) has to stand in a call of `check` (20 % as 0.2 or 0.8);
 * - it is a reference: a chapter, an exercise, a notebook, a year of a publication, a version (forms.mts);
 * - it is 0 or 1, or the result of a sum that stands beside it and is right;
 * - its phrase is listed, with what makes it true (known.mts).
 *
 * All else comes from the run: a sentence of `say`.
 *
 *   node scripts/run.mjs checks/numbers/main [names…]     Default: all notebooks; ends with 1 when a number is not pinned
 */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NotebookDocument } from "#setup/jupyter/notebook-file.mjs";
import { joined } from "#setup/jupyter/notebook-file.mjs";
import { ROOT } from "#setup/paths.mjs";
import { findNotebooks, readNotebook } from "../../notebooks/find.mts";
import { isReference, isResult, isZeroOrOne } from "./forms.mts";
import { KNOWN, type Known } from "./known.mts";
import { type NumberInProse, numbersInCode, numbersInProse, proseOf } from "./prose.mts";

const AROUND = 40; // characters shown on each side

/** @returns what is wrong, a text each: "02-…, cell 15: 60,000 is not pinned: …" */
export function unpinnedNumbers(
  name: string,
  document: Pick<NotebookDocument, "cells">,
  known: readonly Known[] = KNOWN[name] ?? [],
): string[] {
  const { all, claims } = numbersInCode(document);
  // "98 of 100 cases" is 0.98 in a claim.
  const isShare = ({ index, text }: NumberInProse) =>
    [...text.matchAll(/(\d+) of ([\d,]+)/g)].some(({ 0: found, 1: part, 2: whole, index: start }) => {
      const share = Number(part) / Number(whole?.replaceAll(",", ""));
      return start <= index && index < start + found.length && claims.has(share);
    });
  const isInCode = ({ value, isPercent, isMeasure }: NumberInProse) => {
    const code = isMeasure ? claims : all;
    return code.has(value) || (isPercent && (code.has(value / 100) || code.has(1 - value / 100)));
  };
  const isKnown = ({ text, index }: NumberInProse) =>
    known.some(({ phrase }) => {
      for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
        if (at <= index && index < at + phrase.length) return true;
      }
      return false;
    });
  const open = numbersInProse(document).filter(
    (found) => ![isZeroOrOne, isReference, isResult, isInCode, isShare, isKnown].some((pins) => pins(found)),
  );
  const unpinned = open.map(({ cell, written, index, text }) => {
    const around = text.slice(Math.max(0, index - AROUND), index + written.length + AROUND);
    return `${name}, cell ${cell}: ${written} is not pinned: "${around}"`;
  });
  return [...unpinned, ...known.flatMap((each) => stale(name, document, each))];
}

/** What is wrong with an entry of the list: no cell has its phrase, or a number of it is not what it is said to be. */
function stale(name: string, { cells }: Pick<NotebookDocument, "cells">, { phrase, values }: Known): string[] {
  const texts = cells.map(({ source }) => proseOf(joined(source)));
  if (!texts.some((text) => text.includes(phrase))) return [`${name}: no cell says "${phrase}", which known.mts lists`];
  const numbers = numbersInProse({ cells: [{ cell_type: "markdown", source: phrase }] });
  return (values?.() ?? []).flatMap((value, i) => {
    const { written = "nothing", value: said = Number.NaN } = numbers[i] ?? {};
    const decimals = written.split(".")[1]?.length ?? 0;
    const is = Number(value.toFixed(decimals)) === said;
    return is ? [] : [`${name}: "${phrase}" says ${written}, and it is ${value}`];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const paths = findNotebooks(process.argv.slice(2), join(ROOT, "notebooks"));
  const problems = paths.flatMap((path) => unpinnedNumbers(basename(path, ".ipynb"), readNotebook(path)));
  for (const problem of problems) console.log(problem);
  if (problems.length === 0) console.log(`every number in the prose of ${paths.length} notebooks is pinned`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
