import { readFile, stat } from "node:fs/promises";
import { DataError } from "../../errors";
import { checkIsFile, readError } from "../../files/data-file";
import { jsonProblem } from "../../formats/json-keys";
import { decodeUtf8 } from "../../formats/utf8";
import { short } from "../vocabulary/file";

/** Enough for a vocabulary of some ten million words. */
const MOST_BYTES = 256 * 2 ** 20;
/** More levels than the file of any tokenizer needs. */
const DEEPEST = 32;

/** Reads a JSON file from anyone. @throws DataError for a file that cannot be read, is too large, or is no JSON */
export async function readJson(path: string): Promise<unknown> {
  const text = decodeUtf8(await readBytes(path), path);
  try {
    const problem = jsonProblem(text, DEEPEST);
    if (problem === undefined) return JSON.parse(text);
    throw new DataError(path, "text", `each key once, at most ${DEEPEST} levels`, problem);
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(path, "text", "JSON", short((error as Error).message));
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path); // before opening: a pipe would block for ever
    checkIsFile(path, found);
    if (found.size > MOST_BYTES) throw new DataError(path, "size", `at most ${MOST_BYTES} bytes`, `${found.size}`);
    return await readFile(path);
  } catch (error) {
    throw readError(path, error);
  }
}
