import { ArgumentError, checkOptions } from "../../arguments";
import type { CorpusScore } from "../../train";
import { checkLines, TEXT } from "./check-lines";
import { checkOneOf } from "./check-options";
import { levenshtein } from "./levenshtein";
import { codePoints, splitWords } from "./python-text";
import { rowsOf, sumsOf } from "./sums";

/** Options of `wordErrorRate`. */
export interface WordErrorRateOptions {
  /** What counts as one: a word between white space, or a code point (then it is the character error rate). Default: "words". */
  unit?: "words" | "characters";
}

/** An error rate, and what `pairedBootstrap` needs. */
export interface ErrorRate extends CorpusScore {
  /** edits / referenceLength: 0 where all is right, above 1 where the hypotheses are much too long. */
  readonly score: number;
  /** Insertions, deletions and substitutions in all lines. */
  readonly edits: number;
  /** Words, or code points, of all references. */
  readonly referenceLength: number;
}

/**
 * The word error rate of speech recognition: the edits of all lines, divided by the words of all references. It is not the
 * mean of the lines' rates. Case and punctuation count, as in the package jiwer.
 *
 * @example
 *   wordErrorRate(["i am told", "go"], ["i am cold today", "go"]).score; // 0.4: two of five words
 *   wordErrorRate(["i am told"], ["i am cold"], { unit: "characters" }).score; // 1 of 9
 *
 * @param hypotheses a text for each line @param references the right text of each line, one
 * @throws ArgumentError where the lists differ in length, are empty or hold what is no text, where no reference has a word,
 *   or an option is unknown
 */
export function wordErrorRate(
  hypotheses: readonly string[],
  references: readonly string[],
  options: WordErrorRateOptions = {},
): ErrorRate {
  const where = "wordErrorRate";
  checkOptions(where, options, ["unit"]);
  const { unit = "words" } = options;
  checkOneOf(where, "options.unit", unit, ["words", "characters"]);
  const items = unit === "words" ? splitWords : codePoints;
  const rows = checkLines(where, hypotheses, references, TEXT).map(({ hypothesis, references: all }, i) => {
    const [reference] = all;
    if (reference === undefined || typeof references[i] !== "string") {
      throw new ArgumentError(where, `references[${i}]`, "one text", `a list of ${all.length}`);
    }
    const right = items(reference);
    return [levenshtein(items(hypothesis), right), right.length];
  });
  const statistics = rowsOf(rows, 2);
  const [edits = 0, referenceLength = 0] = sumsOf(statistics);
  if (referenceLength === 0)
    throw new ArgumentError(where, "references", `at least one ${unit.slice(0, -1)}`, "only empty lines");
  return { score: edits / referenceLength, edits, referenceLength, statistics, scoreOf };
}

const scoreOf = ([edits = 0, referenceLength = 0]: Float64Array): number => edits / Math.max(referenceLength, 1);
