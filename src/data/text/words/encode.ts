import { type NumericArray, numericArray } from "../../array";
import { checkText } from "../tokenizer";
import { piecesOf, spaceBoundary } from "../unicode/pieces";
import { checkWellFormed } from "../unicode/well-formed";
import { notInVocabulary, type Vocabulary } from "../vocabulary/vocabulary";
import { type WordSettings, wordsIn } from "./pattern";

/** The function that encodes words. It works on pieces, so that a long text has few strings for words at once. */
export function wordEncoder(
  { ids: idOf, special: { unknown } }: Vocabulary,
  settings: WordSettings,
): (text: string) => NumericArray<Int32Array, 1> {
  return (text) => {
    checkText("encode", text);
    checkWellFormed("encode", text);
    const ids: number[] = [];
    let offset = 0;
    for (const piece of piecesOf("encode", text, spaceBoundary)) {
      for (const word of wordsIn("encode", piece, settings)) {
        const id = idOf.get(word) ?? unknown;
        if (id === undefined) throw notInVocabulary("word", word, offset + placeOf(word, piece, settings));
        ids.push(id);
      }
      offset += piece.length;
    }
    return numericArray(Int32Array.from(ids), [ids.length]);
  };
}

/** Where a word stands in a piece of the text that was given, which is not cleaned. */
function placeOf(word: string, piece: string, settings: WordSettings): number {
  for (const { index, 0: part } of piece.matchAll(/\S+/g)) {
    if (wordsIn("encode", part, settings).includes(word)) return index + Math.max(0, part.indexOf(word));
  }
  return 0;
}
