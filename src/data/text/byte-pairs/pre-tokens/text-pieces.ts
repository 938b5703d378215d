import { DataError } from "../../../errors";
import type { TextSource } from "../contract";
import { preTokenEnd } from "./pre-tokens";

/** UTF-16 code units that are read at once, so that a long string is never copied as a whole. */
const PIECE = 65_536;

/**
 * A run without a place to cut that is longer than this is no text: it is refused, because it would fill the memory.
 */
export const LONGEST_RUN = 1 << 20;

/** How far a pre-token must end before the end of what was read, so that nothing that follows can change it. */
const MARGIN = 3;

/** Refuses half of a surrogate pair: it is no character, and UTF-8 has no bytes for it. @throws DataError */
export function checkWellFormed(text: string, where: string, before = 0): void {
  const at = text.search(/\p{Surrogate}/u);
  if (at < 0) return;
  const unit = text.charCodeAt(at).toString(16);
  throw new DataError(where, `character ${before + at}`, "whole characters", `half of a surrogate pair (U+${unit})`);
}

/** A text in short pieces that never end within a surrogate pair. @throws DataError for half of a pair */
export function* wellFormedPieces(text: TextSource, where: string): Generator<string, void, undefined> {
  if (typeof text !== "string" && typeof text?.[Symbol.iterator] !== "function") {
    throw new DataError(where, "text", "a string, or pieces of one", typeof text);
  }
  let before = 0;
  let rest = "";
  for (const whole of typeof text === "string" ? [text] : text) {
    if (typeof whole !== "string") throw new DataError(where, "text", "a string, or pieces of one", typeof whole);
    for (let at = 0; at < whole.length; at += PIECE) {
      const read = rest + whole.slice(at, at + PIECE);
      const last = read.charCodeAt(read.length - 1);
      const end = last >= 0xd800 && last < 0xdc00 ? read.length - 1 : read.length;
      const piece = read.slice(0, end);
      checkWellFormed(piece, where, before);
      before += end;
      rest = read.slice(end);
      yield piece;
    }
  }
  checkWellFormed(rest, where, before);
}

function checkRun(rest: string, where: string): void {
  if (rest.length <= LONGEST_RUN) return;
  const begin = JSON.stringify(rest.slice(0, 20));
  throw new DataError(
    where,
    "text",
    `runs of one kind of character of at most ${LONGEST_RUN}`,
    `a longer one, which begins ${begin}`,
  );
}

/**
 * The pieces in Unicode's normal form C. Each is cut before an ASCII character: none of these joins with what stands
 * before it, so that the pieces together are the normal form of the whole text.
 */
export function* normalizedPieces(pieces: Iterable<string>, where: string): Generator<string, void, undefined> {
  let rest = "";
  for (const piece of pieces) {
    rest += piece;
    let end = rest.length - 1;
    while (end > 0 && rest.charCodeAt(end) > 0x7f) end--;
    checkRun(end > 0 ? "" : rest, where);
    if (end > 0) yield rest.slice(0, end).normalize("NFC");
    rest = rest.slice(Math.max(0, end));
  }
  if (rest !== "") yield rest.normalize("NFC");
}

/** The pre-tokens of a text in pieces: those of the whole text, however it is cut. */
export function* preTokensOfPieces(pieces: Iterable<string>, where: string): Generator<string, void, undefined> {
  let rest = "";
  for (const piece of pieces) {
    rest += piece;
    let at = 0;
    while (at < rest.length) {
      const end = preTokenEnd(rest, at);
      if (end > rest.length - MARGIN) break;
      yield rest.slice(at, end);
      at = end;
    }
    rest = rest.slice(at);
    checkRun(rest, where);
  }
  for (let at = 0; at < rest.length; ) {
    const end = preTokenEnd(rest, at);
    yield rest.slice(at, end);
    at = end;
  }
}
