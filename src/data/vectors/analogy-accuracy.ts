import { checkBoolean, checkOptions } from "../check-options";
import { cosinesOf, unitOf } from "./cosine";
import { foldedRowsOf, rowsOf, type WordVectors } from "./word-vectors";

/** A question "a is to b as c is to …", and its answer d: "athens greece oslo norway". */
export interface AnalogyQuestion {
  readonly category: string;
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly d: string;
}

/** How many questions were answered, and how many rightly. */
export interface AnalogyScore {
  readonly correct: number;
  /** The questions that were asked: those whose four words have vectors. */
  readonly asked: number;
  /** The questions that were not asked. */
  readonly skipped: number;
  /** correct / asked; NaN where none was asked. */
  readonly accuracy: number;
}

/** The score over all questions, and that of each category, in the order of the questions. */
export interface AnalogyAccuracy extends AnalogyScore {
  readonly categories: readonly (AnalogyScore & { readonly category: string })[];
}

export interface WordListOptions {
  /** Compares words without regard to capital letters, as gensim does. Default: true. */
  caseInsensitive?: boolean;
}

/** @throws DataError for an option that is not known, and for what is neither true nor false */
export function ignoresCase(where: string, options: WordListOptions): boolean {
  checkOptions(where, options, ["caseInsensitive"]);
  const { caseInsensitive = true } = options;
  checkBoolean(where, "caseInsensitive", caseInsensitive);
  return caseInsensitive;
}

/** The words whose cosines are computed at a time, so that a large vocabulary needs little memory. */
const BLOCK = 256;

/** A question by the rows of its words. */
interface Asked {
  readonly category: string;
  readonly given: readonly [a: number, b: number, c: number];
  readonly answer: number;
  best: number;
  bestRow: number;
}

/**
 * Asks a list of analogies, as gensim's `evaluate_word_analogies` does: the answer to "a is to b as c is to …" is the word
 * nearest to b − a + c (3CosAdd), without the three given words. Questions with a word that has no vector are skipped and
 * counted.
 *
 * @example
 *   const table = numericArray(Float32Array.of(1, 0, 1, 1, 0.1, 0, 0.1, 1), [4, 2]);
 *   const vectors = { words: ["man", "king", "woman", "queen"], vectors: table };
 *   const family = { category: "family", a: "man", b: "king", c: "woman", d: "queen" };
 *   const { correct, asked } = analogyAccuracy(vectors, [family]); // 1 of 1
 *
 * @throws DataError when the vector of a word that is asked about is all zeros, or any is not finite
 */
export function analogyAccuracy(
  vectors: WordVectors,
  questions: Iterable<AnalogyQuestion>,
  options: WordListOptions = {},
): AnalogyAccuracy {
  const where = "analogyAccuracy";
  const caseInsensitive = ignoresCase(where, options);
  const fold = (word: string) => (caseInsensitive ? word.toUpperCase() : word);
  const rows = (caseInsensitive ? foldedRowsOf : rowsOf)(where, vectors);
  const all = [...questions].map(({ category, a, b, c, d }) => {
    const [x, y, z, answer] = [a, b, c, d].map((word) => rows.get(fold(word)));
    if (x === undefined || y === undefined || z === undefined || answer === undefined) return { category };
    return { category, given: [x, y, z], answer, best: Number.NEGATIVE_INFINITY, bestRow: -1 } as Asked;
  });
  const asked = all.filter((each): each is Asked => "given" in each);
  const sameWord = Int32Array.from(vectors.words, (word) => rows.get(fold(word)) as number);
  answerAll(where, vectors, asked, sameWord);
  const groups = new Map<string, (Asked | { category: string })[]>();
  for (const each of all) {
    const group = groups.get(each.category) ?? [];
    groups.set(each.category, group);
    group.push(each);
  }
  const score = (of: readonly (Asked | { category: string })[]): AnalogyScore => {
    const answered = of.filter((each): each is Asked => "given" in each);
    const correct = answered.filter(({ answer, bestRow }) => sameWord[bestRow] === answer).length;
    const skipped = of.length - answered.length;
    return { correct, asked: answered.length, skipped, accuracy: correct / answered.length };
  };
  return { ...score(all), categories: [...groups].map(([category, of]) => ({ category, ...score(of) })) };
}

/**
 * Finds the best row for each question. The cosine with b − a + c is a sum of three cosines, up to a factor that is the
 * same for every word; so the cosines of the words in the questions are enough, whatever the number of questions.
 */
function answerAll(where: string, vectors: WordVectors, asked: readonly Asked[], sameWord: Int32Array): void {
  const distinct = [...new Set(asked.flatMap(({ given }) => given))];
  const at = new Map(distinct.map((row, i) => [row, i]));
  const units = distinct.map((row) => unitOf(where, "word", vectors, vectors.words[row] as string));
  for (let begin = 0; begin < vectors.words.length; begin += BLOCK) {
    const end = Math.min(begin + BLOCK, vectors.words.length);
    const cosines = cosinesOf(where, vectors, units, begin, end);
    for (const question of asked) {
      const [a, b, c] = question.given;
      const [x, y, z] = question.given.map((row) => cosines[at.get(row) as number] as Float64Array);
      for (let row = begin; row < end; row++) {
        const i = row - begin;
        const score = (y?.[i] as number) - (x?.[i] as number) + (z?.[i] as number);
        if (!(score > question.best)) continue;
        const word = sameWord[row];
        if (word === a || word === b || word === c) continue;
        question.best = score;
        question.bestRow = row;
      }
    }
  }
}
