import { type NumericArray, numericArray } from "../../array";
import type { DataError } from "../../errors";
import { checkText } from "../tokenizer";
import { eachGrapheme } from "../unicode/graphemes";
import { type Normalization, normalized, originalIndex } from "../unicode/normalization";
import { checkWellFormed, isPairAt } from "../unicode/well-formed";
import { notInVocabulary, type Vocabulary } from "../vocabulary/vocabulary";
import { codePointTable } from "./table";

/** What a character is: a code point, or an extended grapheme cluster. */
export type CharacterUnit = "codePoint" | "grapheme";

/** The function that encodes characters. Its errors name the place in the text that was given. */
export function characterEncoder(
  vocabulary: Vocabulary,
  by: CharacterUnit,
  form: Normalization,
): (text: string) => NumericArray<Int32Array, 1> {
  const write = by === "codePoint" ? codePointWriter(vocabulary) : graphemeWriter(vocabulary);
  return (text) => {
    checkText("encode", text);
    const clean = normalized(text, form);
    const ids = new Int32Array(clean.length);
    const length = write(clean, ids, (at, token) => {
      checkWellFormed("encode", text);
      return notInVocabulary("character", token, originalIndex(text, form, at));
    });
    return numericArray(length === ids.length ? ids : ids.slice(0, length), [length]);
  };
}

/** Writes the ids of a normalised text. @param error about a character that has no id. @returns how many ids there are */
type Writer = (text: string, ids: Int32Array, error: (at: number, token: string) => DataError) => number;

function codePointWriter(vocabulary: Vocabulary): Writer {
  const { units, pairAt } = codePointTable(vocabulary);
  const { unknown } = vocabulary.special;
  return (text, ids, error) => {
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      let id = units[unit] as number | undefined;
      if (id === -1) {
        const isPair = isPairAt(text, i);
        const isHalf = !isPair && unit >= 0xd800 && unit < 0xe000;
        id = isHalf ? undefined : ((isPair ? pairAt(text, i) : undefined) ?? unknown);
        if (id === undefined) throw error(i, text.slice(i, isPair ? i + 2 : i + 1));
        if (isPair) i++;
      }
      ids[length++] = id as number;
    }
    return length;
  };
}

function graphemeWriter(vocabulary: Vocabulary): Writer {
  const { units } = codePointTable(vocabulary);
  const { unknown } = vocabulary.special;
  return (text, ids, error) => {
    checkWellFormed("encode", text);
    let length = 0;
    eachGrapheme(text, (begin, end) => {
      const known = end - begin === 1 ? units[text.charCodeAt(begin)] : vocabulary.ids.get(text.slice(begin, end));
      const id = known === undefined || known < 0 ? unknown : known;
      if (id === undefined) throw error(begin, text.slice(begin, end));
      ids[length++] = id;
    });
    return length;
  };
}
