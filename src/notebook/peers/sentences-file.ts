import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How many characters are written at once. */
const PIECE = 1 << 20;

/** Calls `use` with the path of a temporary file that has one sentence a line, and removes the file. */
export async function withSentencesFile<T>(
  sentences: Iterable<string | readonly string[]>,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "unroll-peer-"));
  try {
    const path = join(folder, "sentences.txt");
    writeLines(path, sentences);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeLines(path: string, sentences: Iterable<string | readonly string[]>): void {
  const file = openSync(path, "w");
  try {
    let text = "";
    for (const sentence of sentences) {
      text += `${(typeof sentence === "string" ? sentence : sentence.join(" ")).replace(/\s+/g, " ")}\n`;
      if (text.length < PIECE) continue;
      writeSync(file, text);
      text = "";
    }
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}
