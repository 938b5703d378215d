import { DataError } from "../../errors";
import { saveFile } from "../../files/save-file";
import { isBytePairs } from "../byte-pairs/byte-pair-tokenizer";
import type { Tokenizer } from "../tokenizer";

/**
 * Writes a tokenizer to a JSON file, which is there whole or not at all: one of characters or words in a format of this
 * library, one of byte pairs as the `tokenizer.json` of Hugging Face. `loadTokenizer` reads it. Keep it beside the model, and `digest` with
 * the model's data: `loadTokenizer(path, { digest })` refuses the file of another model.
 *
 * @example
 *   const tokenizer = characterTokenizer("hello");
 *   await saveTokenizer(tokenizer, "model/characters.json");
 *   const same = await loadTokenizer("model/characters.json", { kind: "chars", digest: tokenizer.digest });
 *
 * @throws DataError for an empty path, and for a file that cannot be written
 */
export async function saveTokenizer(tokenizer: Tokenizer, path: string): Promise<void> {
  if (typeof tokenizer?.toJSON !== "function") {
    throw new DataError("saveTokenizer", "tokenizer", "a tokenizer", tokenizer === null ? "null" : typeof tokenizer);
  }
  const text = isBytePairs(tokenizer) ? tokenizer.json() : `${JSON.stringify(tokenizer)}\n`;
  await saveFile("saveTokenizer", path, new TextEncoder().encode(text));
}
