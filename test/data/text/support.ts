import fc from "fast-check";

/** Texts that are hard: families, flags, skin tones, marks, Hangul in parts, Indic conjuncts, right to left, line ends, NUL. */
export const HARD = [
  ..."aB 1.\n\r\t\0é",
  ...["\r\n", "e\u0301", "\u0301", "a\u0323\u0307", "\u0307\u0323", "Å", "\u212b", "ﬁ", "İ", "ß", "Σ"],
  ...["👨‍👩‍👧‍👦", "👍🏽", "🇩🇪", "🇫", "❤️", "\u200d", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣"],
  ...["\u1100\u1161\u11a8", "각", "가", "\u11a8", "ㅋ", "ㄱ", "㉠", "ﾊﾟ", "क्षि", "த்", "ನ", "เก", "\u0e33"],
  ...["שלום", "م", "\u0600", "\u202e", "\ufeff", "𝄞", "𐐷", "漢", "かが", "𖵩", "\u{10ffff}", "\u2028", "\u3000"],
];

/** A text of hard parts and any Unicode, whole characters only. */
export const hardText = fc
  .array(fc.oneof(fc.constantFrom(...HARD), fc.string({ unit: "binary", maxLength: 4 })), { maxLength: 40 })
  .map((parts) => parts.join(""));

/** A text, and places to cut it anywhere, between the halves of characters too. */
export const cutText = fc
  .tuple(hardText, fc.array(fc.nat({ max: 200 }), { maxLength: 5 }))
  .map(([text, places]) => ({ text, pieces: cutAt(text, places) }));

function cutAt(text: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => Math.min(place, text.length)))].sort((a, b) => a - b);
  return [0, ...at].map((begin, i) => text.slice(begin, at[i] ?? text.length));
}

/** The pieces of one text: a list would be texts of their own. */
export function* inPieces(...pieces: readonly string[]): Generator<string> {
  yield* pieces;
}
