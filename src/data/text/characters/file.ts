import { DataError } from "../../errors";
import { describeToken } from "../unicode/describe";
import { checkNormalization } from "../unicode/normalization";
import { readVocabulary } from "../vocabulary/file";
import { type CharacterTokenizer, charactersOf, checkUnit } from "./character-tokenizer";

/** The tokenizer of a file. @throws DataError */
export function readCharacters(content: Readonly<Record<string, unknown>>, file: string): CharacterTokenizer {
  const vocabulary = readVocabulary(content, file, ["kind", "by", "normalize"]);
  const { by, normalize } = content;
  checkUnit(file, by);
  checkNormalization(file, "normalize", normalize);
  const { length } = vocabulary.specialKeys;
  vocabulary.tokens.slice(length).forEach((token, i) => {
    const isLonger = by === "codePoint" && String.fromCodePoint(token.codePointAt(0) as number) !== token;
    if (isLonger) throw new DataError(file, `tokens[${i}]`, "one code point", describeToken(token));
  });
  return charactersOf(vocabulary, { by, normalize });
}
