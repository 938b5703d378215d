import { checkOptions } from "../../arguments";
import { checkLines, type Reference, TEXT } from "./check-lines";
import { checkOneOf } from "./check-options";
import { type LineScores, meanOf } from "./exact-match";
import { longestCommonSubsequence } from "./levenshtein";
import { type BleuTokenizer, TOKENIZERS, tokensOf } from "./n-grams/tokenizers";

/** Options of `rougeL`. */
export interface RougeOptions {
  /**
   * How a line is cut into tokens. `"rouge"` is the package rouge-score's: small letters a–z and digits; all else separates
   * tokens, also é and я. The other ones are `bleu`'s, and keep case. Default: "rouge".
   */
  tokenize?: "rouge" | BleuTokenizer;
}

/** The means over the lines; `score` is the mean F-measure, and `values` has the F-measure of each line. */
export interface RougeScores extends LineScores {
  /** Common tokens / tokens of the hypothesis. */
  readonly precision: number;
  /** Common tokens / tokens of the reference. */
  readonly recall: number;
  /** Lines where the hypothesis or all references have text, but no token is left of it. They score 0. */
  readonly withoutTokens: number;
}

/**
 * ROUGE-L (Lin 2004, W04-1013) with the numbers of the package rouge-score 0.1.2, without stemming: how much of the reference
 * the hypothesis has in the same order, as a mean over the lines, 0 to 1.
 *
 *   P = LCS / tokens of the hypothesis   R = LCS / tokens of the reference   F = 2 · P · R / (P + R)
 *
 * LCS is the length of the longest common subsequence. Of several references the one with the highest F counts. For a
 * language with letters other than a–z choose another tokenizer than rouge-score's.
 *
 * @example
 *   rougeL(["The dog jumps on the log."], ["The quick dog jumps over the log."]).score; // 10 / 13
 *   rougeL(["Il fait très froid."], ["Il fait froid."], { tokenize: "13a" }).score; // 8 / 9
 *
 * @param hypotheses a text for each line
 * @param references for each line a text, or a list of texts
 * @throws ArgumentError where the lists differ in length, are empty or hold what is no text, or an option is unknown
 */
export function rougeL(
  hypotheses: readonly string[],
  references: readonly Reference[],
  options: RougeOptions = {},
): RougeScores {
  checkOptions("rougeL", options, ["tokenize"]);
  const { tokenize = "rouge" } = options;
  checkOneOf("rougeL", "options.tokenize", tokenize, ["rouge", ...TOKENIZERS]);
  const tokens = (line: string) => (tokenize === "rouge" ? rougeTokens(line) : tokensOf(line, tokenize));
  const lines = checkLines("rougeL", hypotheses, references, TEXT);
  const best = lines.map(({ hypothesis, references: all }) => {
    const ours = tokens(hypothesis);
    const each = all.map((reference) => measuresOf(ours, tokens(reference)));
    return each.reduce((first, next) => (next.f > first.f ? next : first));
  });
  const isLost = (texts: readonly string[]) =>
    texts.some((text) => text.trim() !== "") && texts.every((text) => tokens(text).length === 0);
  return {
    ...meanOf(best.map(({ f }) => f)),
    precision: meanOf(best.map(({ precision }) => precision)).score,
    recall: meanOf(best.map(({ recall }) => recall)).score,
    withoutTokens: lines.filter(({ hypothesis, references: all }) => isLost([hypothesis]) || isLost(all)).length,
  };
}

const rougeTokens = (line: string): string[] => line.toLowerCase().match(/[a-z0-9]+/g) ?? [];

function measuresOf(hypothesis: readonly string[], reference: readonly string[]) {
  if (hypothesis.length === 0 || reference.length === 0) return { precision: 0, recall: 0, f: 0 };
  const common = longestCommonSubsequence(hypothesis, reference);
  const [precision, recall] = [common / hypothesis.length, common / reference.length];
  return { precision, recall, f: common === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}
