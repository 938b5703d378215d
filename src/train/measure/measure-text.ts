import { ArgumentError, describe } from "../../arguments";
import { type NumericArray, numericArray } from "../../data";
import { checkCount, checkOptions } from "../checks";
import { type LanguageModel, languageReader } from "../generate/language-model";
import { checkTokenizer, type TextTokenizer } from "../generate/options";
import { evaluate } from "./evaluate";
import { crossEntropy } from "./losses";
import type { PassOptions } from "./pass";
import { sizesOf } from "./text-sizes";
import { type StoredIds, wholeStream } from "./whole-stream";

export interface MeasureTextOptions extends Pick<PassOptions, "compiled" | "signal"> {
  /**
   * The text is cut into so many parts of equal length, which are read side by side. Each part but the first begins with the
   * last token of the part before it and without its state, so the bits are a little more, and the pass is much faster.
   * Default: 1, one stream.
   */
  batchSize?: number;
  /** Tokens that are read in one call; it changes no value. Default: 100. */
  nSteps?: number;
}

/** How well a model predicts a text. */
export interface TextMeasures {
  /** Σ −log₂ p(token) / characters (code points). */
  readonly bitsPerCharacter: number;
  /** Σ −log₂ p(token) / bytes of UTF-8. */
  readonly bitsPerByte: number;
  /** Σ −log₂ p(token) / tokens. */
  readonly bitsPerToken: number;
  /** 2 to the power of the bits per token. */
  readonly perplexity: number;
  /** How many tokens were predicted: all but the first. */
  readonly tokens: number;
  /** Code points of the text without those of the first token. */
  readonly characters: number;
  /** The same in bytes of UTF-8. */
  readonly bytes: number;
  /** How many of the predicted tokens are unknown to the vocabulary. The bits do not pay for what stood there. */
  readonly unknown: number;
}

/** A text; its tokens; or its tokens in a file. */
export type MeasuredText = string | NumericArray<Int32Array, 1> | StoredIds;

/**
 * Measures how well a language model predicts a text. Its state goes on from the first token to the last, and each token but the
 * first is predicted once. Bits per character and per byte compare models with different tokens, such as characters and byte pairs,
 * as long as their tokens keep the whole text.
 *
 *   nats = Σ −ln p(tokenₜ | token₀ … tokenₜ₋₁)
 *   bitsPerCharacter = nats / ln 2 / characters        bitsPerByte = nats / ln 2 / bytes        perplexity = e^(nats / tokens)
 *
 * What a tokenizer drops costs no bits: a tokenizer that lowers letters, joins words by one space, changes the normal form or has
 * unknown tokens makes the bits per character and per byte something else than those of the text. A warning says so: it names the number
 * of unknown tokens, or the place from which the tokens decode to another text. (Of tokens alone the text is not known: their bits are
 * those of the decoded text.)
 *
 * @example
 *   const { bitsPerCharacter } = await measureText(languageModel, tokenizer, "To be, or not to be");
 *
 * @param text a text; or its tokens, in memory or in a file (`tokenFile`), whose text is then what the tokenizer decodes
 * @throws ArgumentError for a model without a state, a tokenizer of another vocabulary, or fewer than two tokens; DataError of the
 *   tokenizer for characters that it does not know; the signal's reason when it is aborted, an AbortError at Ctrl-C
 */
export async function measureText(
  model: LanguageModel,
  tokenizer: TextTokenizer,
  text: MeasuredText,
  options: MeasureTextOptions = {},
): Promise<TextMeasures> {
  const where = "measureText";
  checkOptions(where, options, ["batchSize", "nSteps", "compiled", "signal"]);
  const { batchSize = 1, nSteps = 100, ...more } = options;
  checkCount(where, "batchSize", batchSize);
  checkCount(where, "nSteps", nSteps);
  checkTokenizer(where, tokenizer);
  const ids = idsOf(where, tokenizer, text);
  languageReader(where, model, tokenizer); // checks that they go together
  const tokens = ids.length - 1;
  const given = typeof text === "string" ? text : undefined;
  const { characters, bytes, unknown, differs } = sizesOf(tokenizer, ids, given);
  warnOfLoss(unknown, tokens, given, differs);
  const { loss = Number.NaN } = await evaluate(model, wholeStream(ids, batchSize, nSteps), {
    loss: crossEntropy,
    ...more,
  });
  const bits = (loss * tokens) / Math.LN2;
  return {
    ...{ bitsPerCharacter: bits / characters, bitsPerByte: bits / bytes, bitsPerToken: bits / tokens },
    ...{ perplexity: Math.exp(loss), tokens, characters, bytes, unknown },
  };
}

/** Says that the bits pay for less than the text. */
function warnOfLoss(unknown: number, tokens: number, text = "", differs?: number): void {
  const few = "bits per character and per byte are not those of the text";
  if (unknown > 0) {
    console.warn(
      `unroll: measureText: ${unknown} of ${tokens} predicted tokens are unknown to the vocabulary, and the bits do not pay for ` +
        `what stood there: ${few}`,
    );
  } else if (differs !== undefined) {
    const place = JSON.stringify(text.slice(differs, differs + 20));
    console.warn(
      `unroll: measureText: the tokens do not keep the whole text, from text[${differs}] on (${place}): ${few}`,
    );
  }
}

/** @throws ArgumentError for what is no text and no tokens, and for fewer than two tokens */
function idsOf(where: string, tokenizer: TextTokenizer, text: MeasuredText): StoredIds {
  const given = typeof text === "string" ? tokenizer.encode(text) : text;
  const ids = isArray(given) ? inMemory(given.data) : given;
  if (typeof ids?.read !== "function" || !Number.isSafeInteger(ids.length)) {
    const expected = "a text; or its tokens, as tokenizer.encode(text) or tokenFile gives";
    throw new ArgumentError(where, "text", expected, describe(text));
  }
  if (ids.length > 1) return ids;
  throw new ArgumentError(where, "text", "two tokens or more, as the first one is not predicted", `${ids.length}`);
}

const isArray = (given: unknown): given is NumericArray<Int32Array, 1> =>
  (given as Partial<NumericArray> | null)?.data instanceof Int32Array;

const inMemory = (data: Int32Array): StoredIds => ({
  length: data.length,
  read: (begin, end) => numericArray(data.subarray(begin, end), [end - begin]),
});
