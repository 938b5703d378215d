/** The tokenizer of a run: made of its text, kept in its folder, read from there when the run goes on. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  bytePairTokenizer,
  type Checkpoint,
  characterTokenizer,
  loadTokenizer,
  saveTokenizer,
  type Tokenizer,
  textChunks,
  wordTokenizer,
} from "unroll/data";
import type { Settings } from "../config.mts";
import { digestIn } from "./vocabulary.mts";

/** The file in the run's folder. */
const FILE = "tokenizer.json";

/** Makes the tokenizer of a text, and keeps it. */
export async function makeTokenizer(path: string, settings: Settings): Promise<Tokenizer> {
  const tokenizer = tokenizerOf(path, settings);
  await saveTokenizer(tokenizer, join(settings.folder, FILE));
  return tokenizer;
}

function tokenizerOf(path: string, { tokenizer = "chars", vocabularySize }: Settings): Tokenizer {
  if (tokenizer === "chars") return characterTokenizer(textChunks(path));
  if (tokenizer === "words") return wordTokenizer(textChunks(path), { maxSize: vocabularySize ?? 10_000 });
  return bytePairTokenizer(textChunks(path), { vocabularySize: vocabularySize ?? 2_000 });
}

/**
 * The tokenizer that a run keeps.
 *
 * @param checkpoint of the run, whose vocabulary it must have; undefined where there is none yet
 * @throws Error where the folder has no tokenizer, or that of another run
 */
export async function keptTokenizer({ folder }: Settings, checkpoint: Checkpoint | undefined): Promise<Tokenizer> {
  const path = join(folder, FILE);
  if (!existsSync(path)) throw new Error(`expected ${path}, the vocabulary of the run, got none`);
  const tokenizer = await loadTokenizer(path);
  if (checkpoint === undefined || digestIn(checkpoint) === tokenizer.digest) return tokenizer;
  throw new Error(`${path}: expected the vocabulary that the run was trained with, got that of another run`);
}
