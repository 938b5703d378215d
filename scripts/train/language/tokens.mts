/** The text of a run as tokens on the disk, in its folder. */
import { join } from "node:path";
import { DataError, type TokenFile, type Tokenizer, tokenFile } from "unroll/data";
import type { Settings } from "../config.mts";

/** @throws Error where a run that goes on was trained with another text */
export async function tokensOf(
  path: string,
  tokenizer: Tokenizer,
  { folder, resume }: Pick<Settings, "folder" | "resume">,
): Promise<TokenFile> {
  const to = join(folder, "tokens.bin");
  try {
    return await tokenFile(path, tokenizer, { to, overwrite: !resume });
  } catch (error) {
    if (!(error instanceof DataError && error.file === to && error.field === "text")) throw error;
    throw new Error(`${path}: expected the text that the run was trained with, got another one`);
  }
}
