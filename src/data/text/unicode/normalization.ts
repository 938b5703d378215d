import { DataError } from "../../errors";

/**
 * A normal form of Unicode, or "none" for texts as they are. NFC makes one code point of a letter and its accent where
 * there is one, so that "é" is one token however it was typed.
 */
export type Normalization = "NFC" | "NFD" | "NFKC" | "NFKD" | "none";

const FORMS: readonly Normalization[] = ["NFC", "NFD", "NFKC", "NFKD", "none"];

/** @throws DataError for anything else */
export function checkNormalization(where: string, field: string, value: unknown): asserts value is Normalization {
  if (FORMS.includes(value as Normalization)) return;
  throw new DataError(where, field, FORMS.map((form) => JSON.stringify(form)).join(", "), JSON.stringify(value));
}

/** Code units from U+0300 on. Without one, a text is in NFC; the test is faster than the normalisation. */
const BEYOND_LATIN = /[\u0300-\uffff]/;

export function normalized(text: string, form: Normalization): string {
  return form === "none" || (form === "NFC" && !BEYOND_LATIN.test(text)) ? text : text.normalize(form);
}

/**
 * Code points that may change with those before them: marks; vowels and final consonants of Hangul, also the compatible
 * and the narrow ones; am of Thai and Lao; voiced sound marks of kana; vowels of Kirat Rai. Before any other code point a text can be cut,
 * and the normalised parts are the normalised text (a test tries all code points).
 */
const JOINS_PREVIOUS =
  /^[\p{M}\p{Cs}\u0E33\u0EB3\u1160-\u11FF\u3131-\u318E\uD7B0-\uD7FF\uFF9E-\uFFDC\u{16D40}-\u{16D7F}]/u;

/** Whether a text can be cut before the code point at `index`, in every normal form. */
export function isNormalizationBoundary(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  if (unit < 0x300) return true;
  return !isLowSurrogate(unit) && !JOINS_PREVIOUS.test(String.fromCodePoint(text.codePointAt(index) as number));
}

/** The largest index from 1 up at which a text can be cut, so that its normal form is that of its parts; else 0. */
export function normalizationBoundary(text: string): number {
  let at = text.length - 1;
  while (at > 0 && !isNormalizationBoundary(text, at)) at--;
  return Math.max(0, at);
}

export const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
export const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

/** Where in a text something stands whose place in its normal form is known: the begin of the part that holds it. */
export function originalIndex(text: string, form: Normalization, index: number): number {
  if (form === "none") return index;
  let [begin, length] = [0, 0];
  for (let end = 1; end <= text.length; end++) {
    if (end < text.length && !isNormalizationBoundary(text, end)) continue;
    length += text.slice(begin, end).normalize(form).length;
    if (length > index) break;
    begin = end;
  }
  return begin;
}
