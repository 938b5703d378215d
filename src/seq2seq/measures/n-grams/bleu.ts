import type { CorpusScore } from "../../../train";
import { checkLines, type Reference, TEXT } from "../check-lines";
import { trimEnd } from "../python-text";
import { sumsOf } from "../sums";
import { type BleuOptions, checkBleuOptions } from "./bleu-options";
import { type BleuParts, bleuOfSums, bleuText } from "./bleu-score";
import { statisticsOf } from "./bleu-statistics";
import { signatureOf } from "./signature";
import { tokensOf } from "./tokenizers";

/** A BLEU, its parts, and what `pairedBootstrap` needs. */
export interface BleuScore extends BleuParts, CorpusScore {
  /** Matched n-grams of each order, without smoothing. */
  readonly counts: number[];
  /** N-grams of the hypotheses of each order, without smoothing. */
  readonly totals: number[];
  /** sacreBLEU's line, "BLEU = 45.07 75.0/60.0/50.0/33.3 (BP = …". */
  readonly text: string;
  /** sacreBLEU's signature, to be printed beside the score. */
  readonly signature: string;
}

/**
 * Compares translations with right ones: BLEU (Papineni et al. 2002, P02-1040), with the numbers of sacreBLEU 2.6 (Post 2018,
 * W18-6319). It is a score of a corpus, not a mean over its lines.
 *
 *   BLEU = BP · exp(1/4 · Σₙ log pₙ)     pₙ = matched n-grams / n-grams of all hypotheses, n = 1 … 4
 *   BP   = min(1, exp(1 − r/h))           h, r: tokens of all hypotheses and references
 *
 * An n-gram matches at most as often as it occurs in one of the line's references. The last bits of a score may differ from
 * sacreBLEU's, whose logarithm is another library's; `"intl"` knows the punctuation that Node's Unicode has. `pairedBootstrap(bleu(…), bleu(…))` compares two systems.
 *
 * @example
 *   const hypotheses = ["The cat sat on the mat.", "I am cold."];
 *   const references = ["The cat sat on a mat.", ["I am cold.", "I feel cold."]]; // an entry for each hypothesis
 *   const { score, signature } = bleu(hypotheses, references); // 63.40, nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp|…
 *
 * @param hypotheses a text for each line
 * @param references for each line a text, or a list of texts: an entry a hypothesis, unlike sacreBLEU's list of files
 * @throws ArgumentError where the lists differ in length, are empty or hold what is no text, or an option is unknown
 */
export function bleu(
  hypotheses: readonly string[],
  references: readonly Reference[],
  options: BleuOptions = {},
): BleuScore {
  return scoreLines("bleu", hypotheses, references, options, false);
}

/**
 * BLEU of one line, for a look at single sentences: sacreBLEU's `sentence_bleu`. The orders that the hypothesis is too
 * short for do not count. The mean of such scores is not the corpus's BLEU.
 *
 * @example
 *   sentenceBleu("I am cold.", "I feel cold.").score; // 35.36
 *   sentenceBleu("I am cold.", ["I feel cold.", "I am cold."]).score; // 100
 *
 * @param hypothesis the text @param reference the right text, or several
 * @throws ArgumentError as `bleu`
 */
export function sentenceBleu(hypothesis: string, reference: Reference, options: BleuOptions = {}): BleuScore {
  return scoreLines("sentenceBleu", [hypothesis], [reference], options, true);
}

function scoreLines(
  where: string,
  hypotheses: readonly string[],
  references: readonly Reference[],
  options: BleuOptions,
  sentence: boolean,
): BleuScore {
  const { tokenize, lowercase, formula, smooth } = checkBleuOptions(where, options, sentence);
  const lines = checkLines(where, hypotheses, references, TEXT);
  const tokens = (line: string) => tokensOf(trimEnd(lowercase ? line.toLowerCase() : line), tokenize);
  const statistics = statisticsOf(lines, tokens, formula.maxNgramOrder);
  const sums = sumsOf(statistics);
  const parts = bleuOfSums(sums, formula);
  const orders = formula.maxNgramOrder;
  return {
    ...parts,
    counts: Array.from(sums.slice(2, 2 + orders)),
    totals: Array.from(sums.slice(2 + orders)),
    text: bleuText(parts),
    signature: signatureOf(lines, {
      case: lowercase ? "lc" : "mixed",
      eff: formula.effectiveOrder,
      tok: tokenize,
      smooth,
    }),
    statistics,
    scoreOf: (resampled) => bleuOfSums(resampled, formula).score,
  };
}
