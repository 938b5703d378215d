import { ArgumentError, checkOptions, describe } from "../../arguments";
import type { Tokenizer } from "../../data";
import { checkCount, checkFunction } from "../checks";
import { checkSampling, SAMPLING_NAMES, type SamplingOptions } from "./next-token";

/** What a text function needs of a tokenizer. */
export type TextTokenizer = Pick<Tokenizer, "vocabularySize" | "special" | "encode" | "decode">;

/** Why a text ended. */
export type GenerationEnd = "length" | "stop" | "end" | "interrupted";

/** A text that a model made. */
export interface Generated {
  /** What follows the prompt, without the stop string. It is whole characters, also where the last token was not. */
  readonly text: string;
  /** The tokens that were chosen, those of a stop string and the end token among them. */
  readonly ids: number[];
  /**
   * "length": there are as many tokens as were asked for; "stop": a stop string came; "end": the tokenizer's end token came;
   * "interrupted": the signal, Ctrl-C or the notebook's stop button.
   */
  readonly reason: GenerationEnd;
}

/**
 * Gets a text piece by piece: whole characters, and no part of a stop string. The pieces add up to the text. `generate` awaits what it
 * returns, before the next token.
 */
export interface TextListener {
  /** @param row the number of the text, where there are several */
  (piece: string, row: number): unknown;
  /** Is called once when all texts have ended, also by an error. */
  end?(): void;
}

export interface GenerateOptions extends SamplingOptions {
  /** The text before. Default: an empty one, which is the tokenizer's begin token; a tokenizer without one needs a prompt. */
  prompt?: string;
  /** The most tokens to make. Default: 100. */
  length?: number;
  /** Fixes the choices: the same seed gives the same text. Default: another text at every call. */
  seed?: number;
  /** Texts that end the text, and are left out of it. They may begin and end inside of tokens; the prompt is not searched. Default: none. */
  stop?: string | readonly string[];
  /** Gets the text while it is made, such as `liveText()` of unroll/notebook. Default: none. */
  onText?: TextListener;
  /** Ends the text: what there is comes back, with the reason "interrupted". Default: none. */
  signal?: AbortSignal;
  /**
   * true: each token is one run of a native graph that keeps the state; false: one operation at a time, with the same
   * numbers up to rounding. Default: true with the native engine and 8 tokens or more.
   */
  compiled?: boolean;
}

/** @throws ArgumentError naming the option */
export function checkGenerateOptions(where: string, options: GenerateOptions & { count?: number }): void {
  const names = ["prompt", "length", "seed", "stop", "onText", "signal", "compiled", "count", ...SAMPLING_NAMES];
  checkOptions(where, options, names);
  const { prompt = "", length = 1, seed = 0, onText, count = 1 } = options;
  if (typeof prompt !== "string") throw new ArgumentError(where, "prompt", "a text", describe(prompt));
  checkCount(where, "length", length);
  checkCount(where, "count", count);
  if (!Number.isSafeInteger(seed)) throw new ArgumentError(where, "seed", "a whole number", describe(seed));
  if (onText !== undefined) checkFunction(where, "onText", onText);
  checkSampling(where, options);
  for (const stop of stopsOf(options)) {
    if (typeof stop === "string" && stop !== "") continue;
    throw new ArgumentError(where, "stop", "texts that are not empty", stop === "" ? "an empty one" : describe(stop));
  }
}

/** The stop strings as a list. */
export const stopsOf = ({ stop = [] }: Pick<GenerateOptions, "stop">): readonly string[] =>
  typeof stop === "string" ? [stop] : stop;

/** Refuses a value that is not a tokenizer. @throws ArgumentError */
export function checkTokenizer(where: string, tokenizer: TextTokenizer): void {
  const { vocabularySize, special, encode, decode } = (tokenizer ?? {}) as Partial<TextTokenizer>;
  const isTokenizer = typeof encode === "function" && typeof decode === "function";
  if (isTokenizer && special && Number.isSafeInteger(vocabularySize)) return;
  const expected = "a tokenizer, as characterTokenizer(text) of unroll/data makes";
  throw new ArgumentError(where, "tokenizer", expected, describe(tokenizer));
}
