import { checkOptions } from "../../check-options";
import { DataError } from "../../errors";
import { textLines } from "./lines";

/** A sentence and its translation. */
export interface SentencePair {
  readonly english: string;
  readonly french: string;
}

/** The pairs of a file, and how many of its lines were left out. */
export interface SentencePairs {
  readonly pairs: SentencePair[];
  readonly skipped: number;
}

export interface SentencePairsOptions {
  /** Prints the line about lines that were left out. Default: console.log. */
  log?: (line: string) => void;
}

/**
 * Reads a UTF-8 file of lines "English TAB French", as manythings.org has them; what follows a second tab, such as the names of
 * the authors, is no part of the sentence. A line without a tab, or with an empty sentence, is left out; all are counted, and
 * one line tells their number and the first of them. A line ends at \n, \r\n or \r, and blanks around a sentence are dropped.
 *
 * @example
 *   const { pairs, skipped } = readSentencePairs(new TextEncoder().encode("Go.\tVa !\nno tab\n"), "own.txt");
 *   console.log(pairs, skipped); // [{ english: "Go.", french: "Va !" }], 1
 *
 * @param file the name of the bytes in messages
 * @throws DataError for bytes that are not UTF-8, also for UTF-16 without a mark at its beginning
 */
export function readSentencePairs(bytes: Uint8Array, file: string, options: SentencePairsOptions = {}): SentencePairs {
  checkOptions("readSentencePairs", options, ["log"]);
  const { log = console.log } = options;
  const pairs: SentencePair[] = [];
  const skipped: number[] = [];
  const lines = textLines(bytes, file).flatMap((line) => line.replace(/\r+$/, "").split("\r"));
  lines.forEach((line, i) => {
    if (line.includes("\0")) throw new DataError(file, `line ${i + 1}`, "UTF-8 text", "U+0000, as in UTF-16");
    const [english = "", french = ""] = line.split("\t").map((part) => part.trim());
    if (english === "" || french === "") skipped.push(i + 1);
    else pairs.push({ english, french });
  });
  if (skipped.length > 0) {
    const [lines, have] =
      skipped.length === 1 ? ["1 line was", "it has"] : [`${skipped.length} lines were`, "they have"];
    log(
      `${file}: ${lines} left out, because ${have} no two sentences with a tab between them: the first is line ${skipped[0]}`,
    );
  }
  return { pairs, skipped: skipped.length };
}
