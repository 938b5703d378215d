import { decodeUtf8 } from "../../formats/utf8";

/**
 * The lines of a UTF-8 text. A line ends at \n only, because Unicode counts further characters as ends of lines that are
 * part of a sentence here.
 *
 * @throws DataError for bytes that are not UTF-8
 */
export function textLines(bytes: Uint8Array, file: string): string[] {
  const lines = decodeUtf8(bytes, file).split("\n");
  if (lines.at(-1) === "") lines.pop(); // the last line ends with \n
  return lines;
}
