import type { NumericArray } from "../../../data";
import type { CheckedLine } from "../check-lines";
import { codePoints, splitWords } from "../python-text";
import { rowsOf } from "../sums";
import { matches, type NGrams, nGramsOf, total } from "./n-grams";

/** `ChrFOptions` with all defaults filled in. */
export interface ChrFFormula {
  readonly charOrder: number;
  readonly wordOrder: number;
  readonly beta: number;
  readonly lowercase: boolean;
  readonly whitespace: boolean;
  readonly epsSmoothing: boolean;
}

const EPS = 1e-16; // sacreBLEU's

/**
 * What chrF counts in each line, a row a line: for each order the n-grams of the hypothesis, those of the reference, and
 * the matches. Of several references the one with the highest score counts, of equal ones the first.
 */
export function statisticsOf(lines: readonly CheckedLine<string>[], formula: ChrFFormula): NumericArray<Int32Array, 2> {
  const rows = lines.map(({ hypothesis, references }) => {
    const grams = gramsOf(hypothesis, formula);
    const each = references.map((reference) => countsOf(grams, gramsOf(reference, formula)));
    const scores = each.map((counts) => chrFOfSums(counts, formula));
    return each[scores.indexOf(Math.max(...scores))] ?? [];
  });
  return rowsOf(rows, 3 * (formula.charOrder + formula.wordOrder));
}

function gramsOf(line: string, { charOrder, wordOrder, lowercase, whitespace }: ChrFFormula): NGrams[] {
  const text = lowercase ? line.toLowerCase() : line;
  const characters = codePoints(whitespace ? text : splitWords(text).join(""));
  return [...nGramsOf(characters, charOrder, ""), ...nGramsOf(wordsOf(text), wordOrder, " ")];
}

const countsOf = (hypothesis: readonly NGrams[], reference: readonly NGrams[]): number[] =>
  hypothesis.flatMap((grams, order) => {
    const others: NGrams = reference[order] ?? new Map();
    return [others.size > 0 ? total(grams) : 0, total(others), matches(grams, others)];
  });

const PUNCTUATION = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

/** The words, with one mark of ASCII's punctuation cut off at the end, else at the beginning: "(hi)" is "(hi" and ")". */
const wordsOf = (text: string): string[] =>
  splitWords(text).flatMap((word) => {
    if (codePoints(word).length === 1) return [word];
    if (PUNCTUATION.has(word.slice(-1))) return [word.slice(0, -1), word.slice(-1)];
    return PUNCTUATION.has(word.slice(0, 1)) ? [word.slice(0, 1), word.slice(1)] : [word];
  });

/** chrF from the sums of the rows, 0 to 100. */
export function chrFOfSums(sums: ArrayLike<number>, { charOrder, wordOrder, beta, epsSmoothing }: ChrFFormula): number {
  const orders = charOrder + wordOrder;
  const factor = beta ** 2;
  let [meanOfOrders, precisions, recalls, effective] = [0, 0, 0, 0];
  for (let i = 0; i < orders; i++) {
    const [ours = 0, theirs = 0, both = 0] = [sums[3 * i], sums[3 * i + 1], sums[3 * i + 2]];
    const precision = ours > 0 ? both / ours : EPS;
    const recall = theirs > 0 ? both / theirs : EPS;
    const below = factor * precision + recall;
    meanOfOrders += below > 0 ? ((1 + factor) * precision * recall) / below : EPS;
    if (ours === 0 || theirs === 0) continue;
    precisions += precision;
    recalls += recall;
    effective++;
  }
  if (epsSmoothing) return (100 * meanOfOrders) / orders;
  const [precision, recall] = effective === 0 ? [0, 0] : [precisions / effective, recalls / effective];
  if (precision + recall === 0) return 0;
  return 100 * (((1 + factor) * precision * recall) / (factor * precision + recall));
}
