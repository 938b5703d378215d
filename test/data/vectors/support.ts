import { readFileSync } from "node:fs";
import { join } from "node:path";
import { numericArray, readNpy, type WordVectors, withRank } from "../../../src/data";

export const GOLDEN = join(__dirname, "../../golden/vectors");

interface Found {
  readonly word: string;
  readonly similarity: number;
}

interface Score {
  readonly accuracy: number;
  readonly counts: Readonly<Record<string, readonly [correct: number, asked: number]>>;
}

/** What gensim, NumPy and SciPy gave: make_vectors.py. */
export interface Golden {
  readonly words: readonly string[];
  readonly similarity: readonly { a: string; b: string; value: number }[];
  readonly mostSimilar: readonly { word: string; found: readonly Found[] }[];
  readonly ofVector: { vector: readonly number[]; found: readonly Found[] };
  readonly analogy: readonly { abc: readonly [string, string, string]; found: readonly Found[] }[];
  readonly questions: readonly { category: string; a: string; b: string; c: string; d: string }[];
  readonly accuracy: { folded: Score; exact: Score };
  readonly pairs: readonly { first: string; second: string; score: number }[];
  readonly judgement: Record<"folded" | "exact", { correlation: number; skippedPercent: number }>;
  readonly spearman: Readonly<Record<string, { x: string[]; y: string[]; correlation: number }>>;
  readonly npy: Readonly<Record<string, { shape: number[]; values: number[] }>>;
}

export const golden: Golden = JSON.parse(readFileSync(join(GOLDEN, "vectors.json"), "utf8"));

/** All golden vectors, also the one of zeros. */
export const all: WordVectors = {
  words: golden.words,
  vectors: withRank(readNpy(readFileSync(join(GOLDEN, "words.npy"))) as typeof all.vectors, 2),
};

/** Word vectors of a record. */
export function vectorsOf(rows: Readonly<Record<string, readonly number[]>>): WordVectors {
  const values = Object.values(rows);
  const data = Float32Array.from(values.flat());
  return { words: Object.keys(rows), vectors: numericArray(data, [values.length, values[0]?.length ?? 0]) };
}
