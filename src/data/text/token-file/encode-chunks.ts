import { DataError } from "../../errors";
import { textChunks } from "../files/text-chunks";
import type { Tokenizer } from "../tokenizer";
import { boundaryFor, piecesOf } from "../unicode/pieces";

/**
 * The ids of a file's text, piece by piece: those of the whole text. @throws DataError naming the line of a token that
 * the vocabulary lacks
 */
export function* encodeChunks(path: string, tokenizer: Tokenizer): Generator<Int32Array> {
  let offset = 0;
  for (const piece of piecesOf(path, textChunks(path), boundaryFor(tokenizer))) {
    yield encode(path, tokenizer, piece, offset);
    offset += piece.length;
  }
}

/** @param offset where the piece begins in the text */
function encode(path: string, tokenizer: Tokenizer, piece: string, offset: number): Int32Array {
  try {
    return tokenizer.encode(piece).data;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const index = Number(/\d+/.exec(error.field)?.[0] ?? 0);
    throw new DataError(path, `line ${lineOf(path, offset + index)}`, error.expected, error.actual);
  }
}

/** The number of the line that holds a code unit of a file's text. */
function lineOf(path: string, index: number): number {
  let [line, offset] = [1, 0];
  for (const chunk of textChunks(path)) {
    for (let at = chunk.indexOf("\n"); at >= 0 && offset + at < index; at = chunk.indexOf("\n", at + 1)) line++;
    offset += chunk.length;
    if (offset > index) break;
  }
  return line;
}
