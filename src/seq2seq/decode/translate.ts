import { checkCount, checkOptions, describe, withoutUndefined } from "../../arguments";
import { type NumericArray, type Tokenizer, unknownCount } from "../../data";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import type { Encoded } from "../model/decoder";
import type { Seq2seqModel } from "../model/seq2seq-model";
import { checkTargetTokenizer, textlessTokens } from "../model/target-tokenizer";
import { decode } from "./decode";
import { DECODE_OPTIONS, type DecodeOptions } from "./options";
import type { Decoded } from "./results";

/** The tokenizers of both languages. */
export interface TranslationTokenizers {
  readonly source: Tokenizer;
  readonly target: Tokenizer;
}

/** The options of `translate`: those of `decode`, and a limit. */
export interface TranslateOptions extends DecodeOptions<Int32Array> {
  /**
   * The most tokens of a sentence. A longer one is refused, because a model of short sentences translates it badly without a word.
   * Default: sentences of any length are read.
   */
  maximumSourceLength?: number;
}

/** A text that the model wrote for a source sentence. */
export interface TranslationHypothesis {
  readonly text: string;
  readonly score: number;
}

/** A translated sentence. */
export interface Translation {
  /** The sentence in the target's language. */
  readonly text: string;
  /** The tokens that the model read, as texts. A word that the tokenizer does not know is "<unk>". */
  readonly sourceTokens: readonly string[];
  /** The tokens that the model wrote, without the end token. */
  readonly targetTokens: readonly string[];
  /** How many of the source's tokens the tokenizer does not know. The model read `<unk>` in their place. */
  readonly unknown: number;
  /** As `decode`'s: the sum of the tokens' log probabilities, or its beam's score. */
  readonly score: number;
  /** "end" where the model ended the sentence, "length" where `maximumLength` cut it. */
  readonly reason: Decoded["reason"];
  /** Where the decoder looked: `[target tokens, source tokens]`, for each token that it wrote. Only with attention. */
  readonly alignments?: NumericArray<Float32Array, 2>;
  /** The best sentences with their scores, the best one first, where `nBest` asked for several. */
  readonly hypotheses?: readonly TranslationHypothesis[];
}

/**
 * Translates sentences: text in, text out. The source tokenizer makes ids of each sentence, `decode` writes the target's ids, and
 * the target tokenizer makes text of them.
 *
 * A word that the source tokenizer does not know is read as its `<unk>` and counted in `unknown`; a tokenizer without
 * `<unk>` refuses it. The model never writes the target's `<unk>` and `<pad>`, unless `allowed` says otherwise: they
 * have no text. A sentence that is longer than those of the training is read as it is, whatever comes of it;
 * `maximumSourceLength` refuses it. Scripts of both directions are read in the order in which they are stored, and so
 * are the tokens that come back.
 *
 * @example
 *   const tokenizers = { source: english, target: french }; // those that made the ids of the training
 *   const [cold] = await translate(seq2seqModel, tokenizers, ["I am cold."], { maximumLength: 12, beamWidth: 4 });
 *   console.log(cold?.text, cold?.score, cold?.unknown);
 *
 * @param sentences one text each
 * @returns a translation for each sentence, in their order
 * @throws ArgumentError when a sentence is no text, empty or blank, or has more tokens than `maximumSourceLength`, or
 *   the target tokenizer is not the model's; `DataError` where a tokenizer refuses a sentence, such as one with half of
 *   a character
 */
export async function translate<E extends Encoded>(
  model: Seq2seqModel<tf.Tensor2D, E>,
  tokenizers: TranslationTokenizers,
  sentences: readonly string[],
  options: TranslateOptions,
): Promise<Translation[]> {
  checkOptions(WHERE, options, [...DECODE_OPTIONS, "maximumSourceLength"]);
  const { maximumSourceLength, ...decoding } = options;
  if (maximumSourceLength !== undefined) checkCount(WHERE, "maximumSourceLength", maximumSourceLength);
  const { source, target } = tokenizers ?? {};
  checkTokenizers(model, source, target);
  const ids = idsOf(source, sentences, maximumSourceLength);
  const decoded = await decode(model, ids, { allowed: textTokens(target), ...withoutUndefined(decoding) });
  return decoded.map((each, i) => translationOf({ source, target }, ids[i] as Int32Array, each));
}

const WHERE = "translate";

/** Which tokens are text, or end it. */
function textTokens(target: Tokenizer): Uint8Array {
  const mask = new Uint8Array(target.vocabularySize).fill(1);
  for (const id of textlessTokens(target)) mask[id] = 0;
  return mask;
}

function translationOf({ source, target }: TranslationTokenizers, read: Int32Array, decoded: Decoded): Translation {
  const { ids, score, reason, alignments, hypotheses } = decoded;
  return {
    text: target.decode(ids),
    sourceTokens: Array.from(read, (id) => tokenText(source, id)),
    targetTokens: Array.from(ids, (id) => tokenText(target, id)),
    unknown: unknownCount(source, read),
    score,
    reason,
    ...(alignments && { alignments }),
    ...(hypotheses && {
      hypotheses: hypotheses.map((each) => ({ text: target.decode(each.ids), score: each.score })),
    }),
  };
}

/** A token as text; a special token by its name. A token that is a part of a character is U+FFFD. */
const tokenText = (tokenizer: Tokenizer, id: number): string => tokenizer.decode([id]) || tokenizer.token(id);

function idsOf(source: Tokenizer, sentences: readonly string[], most = Number.POSITIVE_INFINITY): Int32Array[] {
  if (!Array.isArray(sentences) || sentences.length === 0) {
    throw new ArgumentError(WHERE, "sentences", "a list of at least one text", describe(sentences));
  }
  return sentences.map((sentence, i) => {
    const argument = `sentences[${i}]`;
    if (typeof sentence !== "string") throw new ArgumentError(WHERE, argument, "a text", describe(sentence));
    const { data } = source.encode(sentence);
    if (data.length === 0 || sentence.trim() === "")
      throw new ArgumentError(WHERE, argument, "a sentence", "a text without a word");
    if (data.length > most) {
      throw new ArgumentError(WHERE, argument, `at most ${most} tokens, maximumSourceLength`, `${data.length}`);
    }
    return data;
  });
}

function checkTokenizers(
  model: Pick<Seq2seqModel, "embedding" | "begin" | "end">,
  source: Tokenizer,
  target: Tokenizer,
): void {
  for (const [name, tokenizer] of Object.entries({ source, target })) {
    if (typeof tokenizer?.encode === "function" && typeof tokenizer.decode === "function") continue;
    throw new ArgumentError(WHERE, `tokenizers.${name}`, "a tokenizer", describe(tokenizer));
  }
  checkTargetTokenizer(WHERE, model, target);
}
