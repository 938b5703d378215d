import { existsSync } from "node:fs";
import { checkBoolean, checkOptions } from "../../check-options";
import { DataError } from "../../errors";
import type { Tokenizer } from "../tokenizer";
import { checkTokenizer, headerOf, isOfText, openTokenFile, type TokenFile } from "./open";
import { identityOf, statOf, writeTokenFile } from "./write";

export interface TokenFileOptions {
  /** The path of the file with the ids. Required. */
  to: string;
  /** Write the ids anew where `to` has those of another text or another tokenizer. Default: false, they are refused. */
  overwrite?: boolean;
}

/**
 * The ids of a text file, written to a file once, so that a text which is larger than the memory can train a network:
 * `streams` reads each batch from the disk when `fit` asks for it. Text, vocabulary and ids are never in memory as a
 * whole, and an id takes 1 byte for a vocabulary of up to 256, 2 up to 65,536, else 4.
 *
 * Where `to` exists already with the ids of this text and this tokenizer, nothing is encoded. A text counts as the same
 * with its size and its time of change, or else its SHA-256.
 *
 * @example
 *   const tokenizer = characterTokenizer(textChunks("corpus.txt"));
 *   const tokens = await tokenFile("corpus.txt", tokenizer, { to: "corpus.tokens" });
 *   const trained = Math.floor(0.9 * tokens.length);
 *   const options = { batchSize: 32, nSteps: 100, targets: "next" } as const;
 *   const training = tokens.slice(0, trained).streams(options); // for fit
 *   const validationData = tokens.slice(trained).streams(options);
 *
 * @param path of the text, UTF-8
 * @throws DataError naming the line of a token that the vocabulary lacks; for a text that `textChunks` refuses; for a
 *   `to` with the ids of another text or tokenizer, without `overwrite`; for a `to` that is another file, which is never
 *   overwritten
 */
export async function tokenFile(path: string, tokenizer: Tokenizer, options: TokenFileOptions): Promise<TokenFile> {
  checkOptions("tokenFile", options, ["to", "overwrite"]);
  const { to, overwrite = false } = options;
  if (typeof to !== "string" || to === "") throw new DataError("tokenFile", "to", "a path", typeof to);
  checkBoolean("tokenFile", "overwrite", overwrite);
  const found = await statOf(path);
  if (existsSync(to)) {
    const header = headerOf(to);
    const isSame = await isOfText(header, found, () => identityOf(path));
    if (!overwrite) {
      checkTokenizer(to, header, tokenizer);
      if (!isSame)
        throw new DataError(to, "text", `the ids of ${path} (overwrite: true writes them)`, "those of another text");
    }
    if (isSame && header.digest === tokenizer.digest) return openTokenFile(to, tokenizer);
  }
  await writeTokenFile(path, tokenizer, to);
  return openTokenFile(to, tokenizer);
}
