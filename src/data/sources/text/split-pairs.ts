import { createHash } from "node:crypto";
import { checkOptions } from "../../check-options";
import { checkWhole, DataError } from "../../errors";
import { Random } from "../../random";
import type { SentencePair } from "./sentence-pairs";

export interface SplitPairsOptions {
  /** How many different English sentences go, with all their pairs, into the test part. Required. */
  testSize: number;
  /** How many go into the validation part. Default: 0. */
  validationSize?: number;
  /** Fixes which sentences go where, and the order of the pairs in each part. Default: 0. */
  seed?: number;
  /**
   * What makes two English sentences one, such as `(english) => english.toLowerCase()` for a model that reads lower case.
   * Default: the sentence as it is.
   */
  sameSentence?: (english: string) => string;
}

/** The parts of a split. */
export interface PairsSplit {
  readonly train: SentencePair[];
  readonly validation: SentencePair[];
  readonly test: SentencePair[];
  /** The SHA-256 of all pairs of the three parts in their order: two splits with the same one are the same. */
  readonly sha256: string;
}

/**
 * Splits sentence pairs so that all pairs of one English sentence are in one part: a test sentence with another translation in the
 * training data would be no test. The seed shuffles the sentences; the pairs of one sentence stay together, in their order.
 *
 * @example
 *   const { pairs } = await loadEnglishFrench();
 *   const { train, test, sha256 } = splitPairs(pairs, { testSize: 1000, seed: 42 });
 *   const known = new Set(train.map(({ english }) => english));
 *   console.log(test.some(({ english }) => known.has(english)), sha256.length); // false, 64
 *
 * @throws DataError when an option is wrong or unknown, or there are too few sentences for a training part
 */
export function splitPairs(pairs: readonly SentencePair[], options: SplitPairsOptions): PairsSplit {
  checkOptions("splitPairs", options, ["testSize", "validationSize", "seed", "sameSentence"]);
  const { testSize, validationSize = 0, seed = 0, sameSentence = (english: string) => english } = options;
  if (typeof sameSentence !== "function") {
    throw new DataError("splitPairs", "sameSentence", "a function", typeof sameSentence);
  }
  if (!Array.isArray(pairs)) throw new DataError("splitPairs", "pairs", "a list of pairs", typeof pairs);
  const groups = new Map<string, SentencePair[]>();
  pairs.forEach((pair, i) => {
    const { english, french } = (pair ?? {}) as Partial<SentencePair>;
    if (typeof english !== "string" || typeof french !== "string") {
      throw new DataError("splitPairs", `pairs[${i}]`, "{ english, french }, two texts", typeof pair);
    }
    const key = sameSentence(english);
    if (typeof key !== "string")
      throw new DataError("splitPairs", `sameSentence(${JSON.stringify(english)})`, "a text", typeof key);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pair]);
    else group.push(pair);
  });
  const most = groups.size - 1; // one sentence must be left to train on
  checkWhole("splitPairs", "testSize", testSize, 0, Math.max(0, most));
  checkWhole("splitPairs", "validationSize", validationSize, 0, Math.max(0, most - testSize));
  const sentences = new Random(seed).shuffle([...groups.values()]);
  const part = (begin: number, end?: number) => sentences.slice(begin, end).flat();
  const [test, validation] = [part(0, testSize), part(testSize, testSize + validationSize)];
  const train = part(testSize + validationSize);
  return { train, validation, test, sha256: digestOf({ train, validation, test }) };
}

function digestOf(parts: Readonly<Record<string, readonly SentencePair[]>>): string {
  const hash = createHash("sha256");
  for (const [name, pairs] of Object.entries(parts)) {
    hash.update(JSON.stringify([name, pairs.map(({ english, french }) => [english, french])]));
  }
  return hash.digest("hex");
}
