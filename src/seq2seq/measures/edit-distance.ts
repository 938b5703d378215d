import { checkOptions } from "../../arguments";
import { checkLines, kindOf } from "./check-lines";
import { checkBoolean, checkOneOf } from "./check-options";
import { type LineScores, meanOf } from "./exact-match";
import { levenshtein } from "./levenshtein";
import { codePoints, splitWords } from "./python-text";

/** Options of `editDistance`. */
export interface EditDistanceOptions {
  /** What is inserted, deleted or put in another's place in a text: code points, or words between white space. Default: "characters". */
  unit?: "characters" | "words";
  /** Divides by the length of the longer one of the two: 0 for equal ones, 1 where nothing is the same. Default: false. */
  normalized?: boolean;
}

/**
 * How many insertions, deletions and substitutions make the hypothesis the reference (Levenshtein 1966), as a mean over the
 * lines: of code points, of words, or of token ids. Of several references the closest one counts.
 *
 * @example
 *   const { score, values } = editDistance(["kitten", "same"], ["sitting", "same"]); // 1.5; 3 and 0
 *   editDistance(["the cat"], ["the black cat"], { unit: "words" }).score; // 1
 *   editDistance(["kitten"], ["sitting"], { normalized: true }).score; // 3 / 7
 *
 * @param hypotheses a text, or the ids of its tokens, for each line
 * @param references for each line the right one, or a list of right ones
 * @throws ArgumentError where the lists differ in length, are empty, or hold what is neither text nor ids, or an option is
 *   unknown
 */
export function editDistance<T extends string | Int32Array>(
  hypotheses: readonly T[],
  references: readonly (T | readonly T[])[],
  options: EditDistanceOptions = {},
): LineScores {
  checkOptions("editDistance", options, ["unit", "normalized"]);
  const { unit = "characters", normalized = false } = options;
  checkOneOf("editDistance", "options.unit", unit, ["characters", "words"]);
  checkBoolean("editDistance", "options.normalized", normalized);
  const items = (line: string) => (unit === "words" ? splitWords(line) : codePoints(line));
  const lines = checkLines("editDistance", hypotheses, references, kindOf(hypotheses));
  const distance = (first: string | Int32Array, second: string | Int32Array): number => {
    const [a, b] = itemsOf(first, second, items);
    const edits = levenshtein(a, b);
    return normalized ? edits / Math.max(a.length, b.length, 1) : edits;
  };
  const values = lines.map(({ hypothesis, references: all }) => all.map((one) => distance(hypothesis, one)));
  return meanOf(values.map((each) => each.reduce((least, value) => Math.min(least, value))));
}

function itemsOf(
  first: string | Int32Array,
  second: string | Int32Array,
  split: (line: string) => string[],
): [ArrayLike<string | number>, ArrayLike<string | number>] {
  const items = (line: string | Int32Array) => (typeof line === "string" ? split(line) : line);
  return [items(first), items(second)];
}
