import { DataError } from "../../errors";
import { checkText, type TextSource, type Tokenizer } from "../tokenizer";

/** Code units that are worked on at once. */
const PIECE = 1 << 16;
/** The longest part without a place to cut. Longer ones would fill the memory. */
const LONGEST = 1 << 24;

/**
 * A source as pieces of some 10,000 code units that are cut at boundaries, so that what is done with each piece is what
 * would be done with the whole text.
 *
 * The elements of a list, and the lines of `textLines`, are texts of their own: nothing goes from one into the next.
 *
 * @param boundary the largest index at which a text can be cut, or 0
 * @throws DataError for a source that gives something else than strings, and for a part without a boundary that is
 *   longer than 16,777,216 code units
 */
export function* piecesOf(where: string, source: TextSource, boundary: (text: string) => number): Generator<string> {
  let rest = "";
  let tried = 0; // a part without a boundary is searched again when it is twice as long, not with each piece
  for (const piece of stringsOf(where, source)) {
    if (piece === undefined) {
      if (rest !== "") yield rest;
      rest = "";
      tried = 0;
      continue;
    }
    rest += piece;
    if (rest.length < 2 * tried || rest === "") continue;
    const at = boundary(rest);
    if (at > 0) yield rest.slice(0, at);
    rest = rest.slice(at);
    tried = at > 0 ? 0 : rest.length;
    if (rest.length <= LONGEST) continue;
    const expected = `a place to cut it (white space, or a character that is no mark) in each ${LONGEST} code units`;
    throw new DataError(where, "text", expected, "none");
  }
  if (rest !== "") yield rest;
}

/** Iterables that give texts of their own, and not the pieces of one. */
const listsOfTexts = new WeakSet<object>();

/** Says that an iterable gives texts of their own. */
export function asTexts(texts: Iterable<string>): Iterable<string> {
  listsOfTexts.add(texts);
  return texts;
}

/** A source as strings of limited length, with undefined where a text ends. @throws DataError */
function* stringsOf(where: string, source: TextSource): Generator<string | undefined> {
  if (typeof (source as Partial<Iterable<string>> | null)?.[Symbol.iterator] !== "function") {
    throw new DataError(where, "text", "a string, or an iterable of strings", typeof source);
  }
  const isList = typeof source !== "string" && (Array.isArray(source) || listsOfTexts.has(source));
  for (const text of typeof source === "string" ? [source] : source) {
    checkText(where, text);
    for (let begin = 0; begin < text.length; begin += PIECE) yield text.slice(begin, begin + PIECE);
    if (isList) yield undefined;
  }
}

/** The last white space that follows another character: no word goes over it. 0 where there is none. */
export function spaceBoundary(text: string): number {
  for (let at = text.length - 1; at > 0; at--) {
    if (isSpaceAt(text, at) && !isSpaceAt(text, at - 1)) return at;
  }
  return 0;
}

function isSpaceAt(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit < 0x80 ? unit === 0x20 || (unit >= 9 && unit <= 0x0d) : /\s/.test(String.fromCharCode(unit));
}

/** Where a text can be cut for a tokenizer. */
export const boundaryFor = (tokenizer: Tokenizer): ((text: string) => number) =>
  tokenizer.boundary ? (text) => tokenizer.boundary?.(text) ?? 0 : spaceBoundary;
