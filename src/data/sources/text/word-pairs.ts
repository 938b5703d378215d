import { DataError } from "../../errors";
import { csvColumn, readCsv } from "../../formats/csv/read-csv";
import type { WordPair } from "../../vectors/word-similarity";
import { textLines } from "./lines";

/**
 * Reads lines "word TAB word TAB score"; lines that begin with # are comments.
 *
 * @param most the highest score
 * @throws DataError naming the line
 */
export function pairsByTabs(bytes: Uint8Array, file: string, most: number): WordPair[] {
  return textLines(bytes, file).flatMap((text, i) => {
    if (text.startsWith("#")) return [];
    const [first, second, score, ...more] = text.split("\t");
    const line = `line ${i + 1}`;
    if (!first || !second || score === undefined || more.length > 0) {
      throw new DataError(file, line, "two words and a score, with tabs between them", JSON.stringify(text));
    }
    return [{ first, second, score: scoreOf(score, file, line, most) }];
  });
}

/**
 * Reads MEN's CSV: an index, two words with their part of speech ("sun-n"), the score.
 *
 * @param most the highest score
 * @throws DataError naming the line
 */
export function pairsOfMen(bytes: Uint8Array, file: string, most: number): WordPair[] {
  const table = readCsv(bytes, file);
  const [firsts = [], seconds = []] = ["word1", "word2"].map((name) => csvColumn(table, name, file));
  return csvColumn(table, "similarity", file).map((score, i) => {
    const line = `line ${i + 2}`; // the first line is the header
    const wordOf = (tagged = "") => {
      const word = /^(.+)-[nvj]$/.exec(tagged)?.[1];
      if (word !== undefined) return word;
      throw new DataError(file, line, "a word that ends in -n, -v or -j", JSON.stringify(tagged));
    };
    return { first: wordOf(firsts[i]), second: wordOf(seconds[i]), score: scoreOf(score, file, line, most) };
  });
}

function scoreOf(text: string, file: string, line: string, most: number): number {
  const score = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (score >= 0 && score <= most) return score;
  throw new DataError(file, line, `a score from 0 to ${most}`, JSON.stringify(text));
}
