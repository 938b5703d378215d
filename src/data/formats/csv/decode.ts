import { constants } from "node:buffer";
import { checkBytes, DataError } from "../../errors";
import { decodeUtf8 } from "../utf8";

/**
 * The text of a CSV file. Bytes that are not of the encoding are an error, never a replacement character (U+FFFD).
 *
 * @param encoding Default: UTF-8
 * @throws DataError naming the option to give
 */
export function decodeCsv(bytes: Uint8Array, file: string, encoding: string | undefined): string {
  checkBytes(file, bytes);
  if (encoding !== undefined) return decodeAs(bytes, file, encoding);
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff;
  if (utf16) {
    const name = utf16 === true ? "utf-16be" : utf16;
    throw new DataError(file, "encoding", `UTF-8, or the option { encoding: "${name}" }`, "UTF-16");
  }
  try {
    return decodeUtf8(bytes, file);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const { field, actual } = error;
    throw new DataError(file, field, 'UTF-8, or the option { encoding: "windows-1252" } or another', actual);
  }
}

/** What Windows-1252 has at 0x80 to 0x9f. Several versions of Node decode these bytes as Latin-1, whose controls they are. */
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

function decodeAs(bytes: Uint8Array, file: string, encoding: string): string {
  const most = constants.MAX_STRING_LENGTH; // Node ends the process where a text of one byte a character is longer
  if (bytes.length > most) throw new DataError(file, "size", `at most ${most} bytes`, `${bytes.length}`);
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    const text = decoder.decode(bytes);
    if (decoder.encoding !== "windows-1252") return text;
    return text.replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] as string);
  } catch (error) {
    if (error instanceof TypeError) throw new DataError(file, "encoding", encoding, "other bytes"); // what decode throws
    const expected = 'a name that TextDecoder knows, such as "utf-8", "windows-1252" or "utf-16le"';
    throw new DataError("readCsv", "encoding", expected, JSON.stringify(encoding) ?? typeof encoding);
  }
}
