import type { NumericArray } from "../../../data";
import type { CheckedLine } from "../check-lines";
import { rowsOf } from "../sums";
import { matches, mostOf, nGramsOf, total } from "./n-grams";

/**
 * What BLEU counts in each line, a row a line: the tokens of the hypothesis and of the closest reference, the matches of
 * each order, the n-grams of each order.
 */
export function statisticsOf(
  lines: readonly CheckedLine<string>[],
  tokensOf: (line: string) => string[],
  maxOrder: number,
): NumericArray<Int32Array, 2> {
  const rows = lines.map(({ hypothesis, references }) => {
    const tokens = tokensOf(hypothesis);
    const others = references.map(tokensOf);
    const grams = nGramsOf(tokens, maxOrder, " ");
    const each = others.map((other) => nGramsOf(other, maxOrder, " "));
    const correct = grams.map((order, n) => matches(order, mostOf(each.map((of) => of[n] ?? new Map()))));
    return [
      tokens.length,
      closestTo(
        tokens.length,
        others.map(({ length }) => length),
      ),
      ...correct,
      ...grams.map(total),
    ];
  });
  return rowsOf(rows, 2 + 2 * maxOrder);
}

/** The length that is closest to `length`; of two, the shorter one. */
const closestTo = (length: number, lengths: readonly number[]): number =>
  lengths.reduce((best, next) => {
    const [near, far] = [Math.abs(next - length), Math.abs(best - length)];
    return near < far || (near === far && next < best) ? next : best;
  });
