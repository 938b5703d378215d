/** The four classes by which GPT-2's regular expression cuts a text. */
export const LETTER = 1;
export const NUMBER = 2;
export const BLANK = 3;
export const OTHER = 4;

/**
 * The class of each code point; 0: not asked yet. A text asks for few of them, so that the table fills as it is read.
 */
const table = new Uint8Array(0x110000);

/**
 * The class of a code point by Unicode's properties, as `\p{L}`, `\p{N}` and `\s` mean them in Python's `tokenizers`:
 * `\s` is White_Space. JavaScript's own `\s` differs at two code points: it lacks U+0085 and has U+FEFF.
 */
export function classOf(codePoint: number): number {
  const known = table[codePoint] as number;
  if (known !== 0) return known;
  const character = String.fromCodePoint(codePoint);
  const found = /\p{L}/u.test(character)
    ? LETTER
    : /\p{N}/u.test(character)
      ? NUMBER
      : /\p{White_Space}/u.test(character)
        ? BLANK
        : OTHER;
  table[codePoint] = found;
  return found;
}
