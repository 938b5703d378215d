import { ArgumentError, checkCount, checkOptions } from "../../../arguments";
import type { CorpusScore } from "../../../train";
import { checkLines, type Reference, TEXT } from "../check-lines";
import { checkBoolean } from "../check-options";
import { fixed } from "../python-text";
import { sumsOf } from "../sums";
import { type ChrFFormula, chrFOfSums, statisticsOf } from "./chrf-statistics";
import { signatureOf } from "./signature";

/** Options of `chrF`: sacreBLEU's, with its defaults. */
export interface ChrFOptions {
  /** The longest n-grams of characters. Default: 6. */
  charOrder?: number;
  /** The longest n-grams of words: 1 is chrF+, 2 is chrF++. Default: 0. */
  wordOrder?: number;
  /** How many times as much recall counts as precision. Default: 2. */
  beta?: number;
  /** Compares without case. Default: false. */
  lowercase?: boolean;
  /** Counts white space as characters. Default: false. */
  whitespace?: boolean;
  /** Takes the mean of the F-scores of all orders, as Popović's program does, NLTK and Moses. Default: false. */
  epsSmoothing?: boolean;
}

/** A chrF, and what `pairedBootstrap` needs. */
export interface ChrFScore extends CorpusScore {
  /** chrF, 0 to 100. */
  readonly score: number;
  /** sacreBLEU's line, "chrF2++ = 61.23". */
  readonly text: string;
  /** sacreBLEU's signature, to be printed beside the score. */
  readonly signature: string;
}

const NAMES = ["charOrder", "wordOrder", "beta", "lowercase", "whitespace", "epsSmoothing"];

/**
 * Compares translations with right ones character by character: chrF (Popović 2015, W15-3049), chrF+ and chrF++ (Popović
 * 2017, W17-4770), with the numbers of sacreBLEU 2.6. It needs no tokenizer, so it suits every script, and half a right word
 * counts.
 *
 *   chrF = 100 · (1 + β²) · P · R / (β² · P + R)
 *   P, R = the mean over the orders of: matched n-grams / n-grams of the hypotheses, of the references
 *
 * A character is a code point. Of several references the one with the highest score counts, line by line.
 * `pairedBootstrap(chrF(…), chrF(…))` compares two systems.
 *
 * @example
 *   const [hypotheses, references] = [["The cat sat on the mat."], ["The cat sat on a mat."]];
 *   chrF(hypotheses, references).text; // chrF2 = 71.42
 *   chrF(hypotheses, references, { wordOrder: 2 }).text; // chrF2++ = 72.66
 *
 * @param hypotheses a text for each line
 * @param references for each line a text, or a list of texts
 * @throws ArgumentError where the lists differ in length, are empty or hold what is no text, or an option is unknown
 */
export function chrF(
  hypotheses: readonly string[],
  references: readonly Reference[],
  options: ChrFOptions = {},
): ChrFScore {
  const formula = checkChrFOptions(options);
  const lines = checkLines("chrF", hypotheses, references, TEXT);
  const statistics = statisticsOf(lines, formula);
  const scoreOf = (sums: ArrayLike<number>) => chrFOfSums(sums, formula);
  const score = scoreOf(sumsOf(statistics));
  const { charOrder: nc, wordOrder: nw, whitespace: space, lowercase, epsSmoothing, beta } = formula;
  return {
    score,
    text: `chrF${beta}${"+".repeat(nw)} = ${fixed(score, 2)}`,
    signature: signatureOf(lines, { case: lowercase ? "lc" : "mixed", eff: !epsSmoothing, nc, nw, space }),
    statistics,
    scoreOf,
  };
}

function checkChrFOptions(options: ChrFOptions): ChrFFormula {
  checkOptions("chrF", options, NAMES);
  const { charOrder = 6, wordOrder = 0, beta = 2 } = options;
  const { lowercase = false, whitespace = false, epsSmoothing = false } = options;
  checkCount("chrF", "options.charOrder", charOrder, 0);
  checkCount("chrF", "options.wordOrder", wordOrder, 0);
  checkCount("chrF", "options.beta", beta);
  for (const [name, value] of Object.entries({ lowercase, whitespace, epsSmoothing })) {
    checkBoolean("chrF", `options.${name}`, value);
  }
  if (charOrder + wordOrder > 0) return { charOrder, wordOrder, beta, lowercase, whitespace, epsSmoothing };
  throw new ArgumentError("chrF", "options.charOrder", "at least one order of characters or words", "0 of both");
}
