import { fixed } from "../python-text";

/**
 * What `bleu` puts in place of the precision of an order without any match, which would make the whole score 0 (Chen and
 * Cherry 2014, W14-3346): `"exp"` halves the share of one match at each such order (NIST's), `"floor"` counts `smoothValue`
 * matches, `"add-k"` adds `smoothValue` to matches and totals of the orders above 1, `"none"` leaves the 0.
 */
export type BleuSmoothing = "exp" | "floor" | "add-k" | "none";

/** How the score follows from the sums, with all defaults filled in. */
export interface BleuFormula {
  readonly maxNgramOrder: number;
  readonly smoothing: BleuSmoothing;
  readonly smoothValue: number;
  readonly effectiveOrder: boolean;
}

/** The parts of a BLEU. */
export interface BleuParts {
  /** BLEU, 0 to 100. */
  readonly score: number;
  /** The smoothed precision of each order, 0 to 100. */
  readonly precisions: number[];
  /** The factor, 0 to 1, for hypotheses that are shorter than the references. */
  readonly brevityPenalty: number;
  /** Tokens of all hypotheses. */
  readonly hypothesisLength: number;
  /** Tokens of all references; of several, those of the one whose length is closest to the hypothesis's. */
  readonly referenceLength: number;
}

const LOG_OF_ZERO = -9999999999; // sacreBLEU's: e to the power of a quarter of it is 0

/**
 * BLEU from sums over the lines.
 *
 * @param sums tokens of hypotheses and references, then the matches of each order, then the n-grams of each order
 */
export function bleuOfSums(sums: ArrayLike<number>, formula: BleuFormula): BleuParts {
  const { maxNgramOrder, smoothing, smoothValue, effectiveOrder } = formula;
  const [hypothesisLength = 0, referenceLength = 0] = [sums[0], sums[1]];
  const brevityPenalty = brevityPenaltyOf(hypothesisLength, referenceLength);
  const precisions: number[] = new Array(maxNgramOrder).fill(0);
  const parts = { precisions, brevityPenalty, hypothesisLength, referenceLength };
  const correct = Array.from(precisions, (_, n) => sums[2 + n] ?? 0);
  if (correct.every((count) => count === 0)) return { score: 0, ...parts };
  let order = maxNgramOrder;
  let halving = 1;
  for (let n = 0; n < maxNgramOrder; n++) {
    const added = smoothing === "add-k" && n > 0 ? smoothValue : 0;
    const total = (sums[2 + maxNgramOrder + n] ?? 0) + added;
    const right = (correct[n] ?? 0) + added;
    if (total === 0) break;
    if (effectiveOrder) order = n + 1;
    if (right !== 0) precisions[n] = (100 * right) / total;
    else if (smoothing === "exp") {
      halving *= 2;
      precisions[n] = 100 / (halving * total);
    } else if (smoothing === "floor") precisions[n] = (100 * smoothValue) / total;
  }
  const logs = precisions.slice(0, order).map((precision) => (precision === 0 ? LOG_OF_ZERO : Math.log(precision)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / order;
  return { score: brevityPenalty * Math.exp(mean), ...parts };
}

function brevityPenaltyOf(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength > 0 ? Math.exp(1 - referenceLength / hypothesisLength) : 0;
}

/** The line that sacreBLEU prints: score, precisions, brevity penalty, lengths. */
export function bleuText(parts: BleuParts): string {
  const { score, precisions, brevityPenalty, hypothesisLength, referenceLength } = parts;
  const each = precisions.map((precision) => fixed(precision, 1)).join("/");
  const ratio = fixed(referenceLength === 0 ? 0 : hypothesisLength / referenceLength, 3);
  const lengths = `hyp_len = ${hypothesisLength} ref_len = ${referenceLength}`;
  return `BLEU = ${fixed(score, 2)} ${each} (BP = ${fixed(brevityPenalty, 3)} ratio = ${ratio} ${lengths})`;
}
