import { constants } from "node:buffer";
import { checkBytes, DataError } from "../errors";
import { errorCode } from "../files/data-file";

/**
 * Decodes UTF-8 strictly: bytes that are not UTF-8 are an error, never a replacement character (U+FFFD). A byte order
 * mark at the beginning is dropped.
 *
 * @param file the name of the bytes in errors
 * @param offset where the bytes begin in the file; only at 0 is there a byte order mark. Default: 0
 * @throws DataError naming the first byte of the first character that is wrong; for a text longer than JavaScript has
 */
export function decodeUtf8(bytes: Uint8Array, file: string, offset = 0): string {
  checkBytes(file, bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: offset > 0 }).decode(bytes);
  } catch (error) {
    if (errorCode(error) === "ERR_STRING_TOO_LONG") {
      throw new DataError(
        file,
        "size",
        `a text of at most ${constants.MAX_STRING_LENGTH} characters`,
        `${bytes.length} bytes`,
      );
    }
    const good = longestBeginning(bytes);
    let position = good; // the character that goes wrong may begin up to three bytes before
    while (!decodes(bytes.subarray(0, position), false)) position--;
    const byte = `0x${(bytes[position] as number).toString(16).padStart(2, "0")}`;
    throw new DataError(file, `byte ${offset + position}`, "UTF-8", good < bytes.length ? byte : `${byte} and the end`);
  }
}

/** How many bytes can be the beginning of a text, whose last character may still be incomplete. */
function longestBeginning(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (decodes(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  return good;
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}
