import { BLANK, classOf } from "./character-class";

/** Endings that GPT-2's regular expression cuts off behind an apostrophe, in its order. */
const ENDINGS = ["s", "t", "re", "ve", "m", "ll", "d"];

const widthOf = (codePoint: number) => (codePoint > 0xffff ? 2 : 1);

/** Where the run of one class that begins at `start` ends. */
function runEnd(text: string, start: number): number {
  const first = text.codePointAt(start) as number;
  const kind = classOf(first);
  let at = start + widthOf(first);
  while (at < text.length) {
    const next = text.codePointAt(at) as number;
    if (classOf(next) !== kind) break;
    at += widthOf(next);
  }
  return at;
}

/**
 * Where the pre-token that begins at `start` ends, if the text ends with `text`. It is what GPT-2's regular expression
 * finds
 *
 *   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *
 * (Radford et al. 2019, `encoder.py`), written as a loop, because a regular expression's engine may run out of its
 * stack in a run of millions of characters. So a blank belongs to the word behind it, and a run of blanks leaves its
 * last one there.
 */
export function preTokenEnd(text: string, start: number): number {
  const first = text.codePointAt(start) as number;
  if (first === 0x27) {
    const ending = ENDINGS.find((each) => text.startsWith(each, start + 1));
    if (ending !== undefined) return start + 1 + ending.length;
  }
  if (classOf(first) !== BLANK) return runEnd(text, start);
  if (first === 0x20 && start + 1 < text.length && classOf(text.codePointAt(start + 1) as number) !== BLANK) {
    return runEnd(text, start + 1);
  }
  const end = runEnd(text, start);
  // Behind the run stands something else: its last blank is left over, unless it is the only one.
  return end < text.length && end - start > 1 ? end - 1 : end;
}

/** The pre-tokens of a whole text. */
export function* preTokensOf(text: string): Generator<string, void, undefined> {
  for (let at = 0; at < text.length; ) {
    const end = preTokenEnd(text, at);
    yield text.slice(at, end);
    at = end;
  }
}
