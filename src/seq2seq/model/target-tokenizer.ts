import type { Tokenizer } from "../../data";
import { ArgumentError } from "../../rnn";
import type { Seq2seqModel } from "./seq2seq-model";

/** @throws ArgumentError where the tokens that the model writes are not those of the target's tokenizer */
export function checkTargetTokenizer(
  where: string,
  { embedding, begin, end }: Pick<Seq2seqModel, "embedding" | "begin" | "end">,
  { vocabularySize, special }: Tokenizer,
): void {
  const size = embedding.vocabularySize;
  if (vocabularySize === size && special.begin === begin && special.end === end) return;
  const expected = `the model's: ${size} tokens, begin ${begin} and end ${end}`;
  const got = `${vocabularySize} tokens, begin ${special.begin} and end ${special.end}`;
  throw new ArgumentError(where, "tokenizers.target", expected, got);
}

/** The tokens that are no text, neither do they end it: a written `<unk>` or `<pad>` would vanish from the text without a word. */
export const textlessTokens = ({ special }: Tokenizer): number[] =>
  [special.padding, special.unknown].filter((id) => id !== undefined);
