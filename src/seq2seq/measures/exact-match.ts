import { checkLines, kindOf } from "./check-lines";

/** A measure that is a mean over the lines. */
export interface LineScores {
  /** The mean of `values`. */
  readonly score: number;
  /** The value of each line, for `pairedBootstrap`. */
  readonly values: Float64Array;
}

/**
 * The share of lines that are right from the first to the last character, 0 to 1. Texts match when they have the same code
 * points: case, white space at the ends and the form of accents count (`text.normalize()` makes one form of them).
 *
 * @example
 *   exactMatch(["2019-04-22", "2019-05-01"], ["2019-04-22", "2019-05-02"]).score; // 0.5
 *   exactMatch([Int32Array.of(5, 2)], [[Int32Array.of(5, 7, 2), Int32Array.of(5, 2)]]).score; // 1: one of two is right
 *
 * @param hypotheses a text, or the ids of its tokens, for each line
 * @param references for each line the right one, or a list of right ones
 * @throws ArgumentError where the lists differ in length, are empty, or hold what is neither text nor ids
 */
export function exactMatch<T extends string | Int32Array>(
  hypotheses: readonly T[],
  references: readonly (T | readonly T[])[],
): LineScores {
  const lines = checkLines("exactMatch", hypotheses, references, kindOf(hypotheses));
  return meanOf(lines.map(({ hypothesis, references: all }) => (all.some((one) => isSame(hypothesis, one)) ? 1 : 0)));
}

function isSame(first: string | Int32Array, second: string | Int32Array): boolean {
  if (typeof first === "string" || typeof second === "string") return first === second;
  return first.length === second.length && first.every((id, i) => id === second[i]);
}

/** The values with their mean. */
export function meanOf(values: readonly number[]): LineScores {
  return { score: values.reduce((sum, value) => sum + value, 0) / values.length, values: Float64Array.from(values) };
}
