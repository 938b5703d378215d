import { ArgumentError, describe } from "../../arguments";
import { type NumericArray, numericArray } from "../../data";
import { checkCount, checkOptions } from "../checks";
import type { StreamsOf } from "../examples/stream-source";
import { type LanguageModel, languageReader } from "../generate/language-model";
import { checkTokenizer, type TextTokenizer } from "../generate/options";
import { evaluate } from "./evaluate";
import { crossEntropy } from "./losses";
import type { PassOptions } from "./pass";

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

/**
 * Measures how well a language model predicts a text. Its state goes on from the first token to the last, and each token but the
 * first is predicted once. Bits per character and per byte compare models with different tokens, such as characters and byte pairs,
 * as long as their tokens keep the whole text.
 *
 *   nats = Σ −ln p(tokenₜ | token₀ … tokenₜ₋₁)
 *   bitsPerCharacter = nats / ln 2 / characters        bitsPerByte = nats / ln 2 / bytes        perplexity = e^(nats / tokens)
 *
 * What a tokenizer drops costs no bits: a tokenizer that lowers letters or has unknown tokens makes the bits per character of the text
 * too few. Unknown tokens are counted, and a warning names their number.
 *
 * @example
 *   const { bitsPerCharacter } = await measureText(languageModel, tokenizer, "To be, or not to be");
 *
 * @param text a text; or its tokens, whose text is then what the tokenizer decodes
 * @throws ArgumentError for a model without a state, a tokenizer of another vocabulary, or fewer than two tokens; DataError of the
 *   tokenizer for characters that it does not know; the signal's reason when it is aborted, an AbortError at Ctrl-C
 */
export async function measureText(
  model: LanguageModel,
  tokenizer: TextTokenizer,
  text: string | NumericArray<Int32Array, 1>,
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
  const unknown = ids.subarray(1).filter((id) => id === tokenizer.special.unknown).length;
  if (unknown > 0) {
    console.warn(
      `unroll: measureText: ${unknown} of ${tokens} predicted tokens are unknown to the vocabulary, and the bits do not pay for ` +
        "what stood there: bits per character and per byte are too few",
    );
  }
  const { loss = Number.NaN } = await evaluate(model, wholeStream(ids, batchSize, nSteps), {
    loss: crossEntropy,
    ...more,
  });
  const bits = (loss * tokens) / Math.LN2;
  const { characters, bytes } = sizesOf(tokenizer, typeof text === "string" ? text : tokenizer.decode(ids), ids);
  return {
    ...{ bitsPerCharacter: bits / characters, bitsPerByte: bits / bytes, bitsPerToken: bits / tokens },
    ...{ perplexity: Math.exp(loss), tokens, characters, bytes, unknown },
  };
}

/** @throws ArgumentError for what is no text and no tokens, and for fewer than two tokens */
function idsOf(where: string, tokenizer: TextTokenizer, text: string | NumericArray<Int32Array, 1>): Int32Array {
  const given: unknown = typeof text === "string" ? tokenizer.encode(text).data : text?.data;
  if (!(given instanceof Int32Array)) {
    throw new ArgumentError(where, "text", "a text, or tokens, as tokenizer.encode(text) gives", describe(text));
  }
  if (given.length > 1) return given;
  throw new ArgumentError(where, "text", "two tokens or more, as the first one is not predicted", `${given.length}`);
}

/** Sizes of what is predicted: the text without its first token. A character that this token only begins is predicted. */
function sizesOf(tokenizer: TextTokenizer, text: string, ids: Int32Array) {
  const first = tokenizer.decode(ids.subarray(0, 1)).replace(/\uFFFD$/, "");
  return {
    characters: codePoints(text) - codePoints(first),
    bytes: Buffer.byteLength(text) - Buffer.byteLength(first),
  };
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/**
 * A stream in which each token but the first is a target once. Its rows are parts of equal length, the last one may be shorter; what is
 * beyond a row's end is masked.
 */
function wholeStream(ids: Int32Array, batchSize: number, mostSteps: number) {
  const targets = ids.length - 1;
  const rows = Math.min(batchSize, targets);
  const length = Math.ceil(targets / rows);
  const nSteps = Math.min(mostSteps, length);
  const batch = (number: number) => {
    const [x, y, mask] = [0, 1, 2].map(() => new Int32Array(rows * nSteps)) as [Int32Array, Int32Array, Int32Array];
    for (let row = 0; row < rows; row++) {
      const begin = row * length + number * nSteps;
      const count = Math.max(0, Math.min(nSteps, (row + 1) * length - begin, targets - begin));
      x.set(ids.subarray(begin, begin + count), row * nSteps);
      y.set(ids.subarray(begin + 1, begin + 1 + count), row * nSteps);
      mask.fill(1, row * nSteps, row * nSteps + count);
    }
    const reset = numericArray(new Int32Array(rows).fill(number === 0 ? 1 : 0), [rows]);
    const shaped = (data: Int32Array) => numericArray(data, [rows, nSteps]);
    return { x: shaped(x), y: shaped(y), mask: shaped(mask), reset };
  };
  type Tokens = NumericArray<Int32Array, 2>;
  const streams: StreamsOf<Tokens, Tokens> = { batchSize: rows, nSteps, count: Math.ceil(length / nSteps), batch };
  return streams;
}
