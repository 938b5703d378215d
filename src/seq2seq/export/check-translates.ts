import type { Tokenizer } from "../../data";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import { decode } from "../decode/decode";
import type { Encoded } from "../model/decoder";
import type { Seq2seqModel } from "../model/seq2seq-model";

/**
 * Writes one token for the last word of the source's vocabulary: a page would read a word that the encoder's table does not have as
 * a vector of zeros, without a word.
 *
 * @throws ArgumentError for a source tokenizer with more tokens than the encoder's table, and for a model that is disposed or not finite
 */
export async function checkTranslates<E extends Encoded>(
  where: string,
  model: Seq2seqModel<tf.Tensor2D, E>,
  { vocabularySize }: Tokenizer,
): Promise<void> {
  try {
    await decode(model, [Int32Array.of(vocabularySize - 1)], { maximumLength: 1, compiled: false });
  } catch (error) {
    if (!(error instanceof ArgumentError) || error.where !== "decode") throw error;
    if (!error.argument.startsWith("sources")) {
      throw new ArgumentError(where, error.argument, error.expected, error.actual);
    }
    const expected = `tokens that the model's encoder can read: ${error.expected}`;
    throw new ArgumentError(where, "tokenizers.source", expected, `${vocabularySize} tokens`);
  }
}
