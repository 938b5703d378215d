import { ArgumentError, checkCount, checkOptions, describe } from "../../../arguments";
import { checkBoolean, checkOneOf } from "../check-options";
import { fixed } from "../python-text";
import type { BleuFormula, BleuSmoothing } from "./bleu-score";
import { type BleuTokenizer, TOKENIZERS } from "./tokenizers";

/** Options of `bleu` and `sentenceBleu`: sacreBLEU's, with its defaults. */
export interface BleuOptions {
  /** How a line is cut into tokens. Default: "13a". */
  tokenize?: BleuTokenizer;
  /** What stands in for the precision of an order without a match. Default: "exp". */
  smoothing?: BleuSmoothing;
  /** The k of `"add-k"`, Default: 1; the matches of `"floor"`, Default: 0.1. Only for these two. */
  smoothValue?: number;
  /** Compares without case. Default: false. */
  lowercase?: boolean;
  /** Leaves out orders that the hypotheses are too short for. Default: false; of `sentenceBleu`: true. */
  effectiveOrder?: boolean;
  /** The longest n-grams that are compared. Default: 4. */
  maxNgramOrder?: number;
}

const NAMES = ["tokenize", "smoothing", "smoothValue", "lowercase", "effectiveOrder", "maxNgramOrder"];

/** Chen and Cherry's values; undefined where a method needs none. */
const SMOOTH_VALUES: Readonly<Record<BleuSmoothing, number | undefined>> = {
  none: undefined,
  floor: 0.1,
  "add-k": 1,
  exp: undefined,
};

/** Options that are checked, with all defaults filled in. */
export interface BleuSettings {
  readonly tokenize: BleuTokenizer;
  readonly lowercase: boolean;
  readonly formula: BleuFormula;
  /** The method in the signature: "exp", "floor[0.10]". */
  readonly smooth: string;
}

/** @throws ArgumentError naming the option */
export function checkBleuOptions(where: string, options: BleuOptions, sentence: boolean): BleuSettings {
  checkOptions(where, options, NAMES);
  const { tokenize = "13a", smoothing = "exp", lowercase = false } = options;
  const { effectiveOrder = sentence, maxNgramOrder = 4 } = options;
  checkOneOf(where, "options.tokenize", tokenize, TOKENIZERS);
  checkOneOf(where, "options.smoothing", smoothing, Object.keys(SMOOTH_VALUES));
  checkBoolean(where, "options.lowercase", lowercase);
  checkBoolean(where, "options.effectiveOrder", effectiveOrder);
  checkCount(where, "options.maxNgramOrder", maxNgramOrder);
  const byMethod = SMOOTH_VALUES[smoothing];
  const { smoothValue = byMethod } = options;
  if (byMethod === undefined && smoothValue !== undefined) {
    const expected = `no value with smoothing: "${smoothing}"`;
    throw new ArgumentError(where, "options.smoothValue", expected, describe(smoothValue));
  }
  if (smoothValue !== undefined && !(Number.isFinite(smoothValue) && smoothValue >= 0)) {
    throw new ArgumentError(where, "options.smoothValue", "a number from 0 up", describe(smoothValue));
  }
  const smooth = smoothValue === undefined ? smoothing : `${smoothing}[${fixed(smoothValue, 2)}]`;
  const formula = { maxNgramOrder, smoothing, smoothValue: smoothValue ?? 0, effectiveOrder };
  return { tokenize, lowercase, formula, smooth };
}
