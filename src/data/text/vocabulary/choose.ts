import { checkWhole, DataError } from "../../errors";
import { SPECIAL_NAMES, type SpecialKey, specialKeys } from "./special";
import { type Vocabulary, vocabularyOf } from "./vocabulary";

/** The options of a vocabulary. */
export interface VocabularyOptions {
  /** Leave out tokens that come fewer times in the text. Default: 1, all tokens stay. */
  minCount?: number;
  /** The most ids, the special tokens among them: the tokens that come most often stay. Default: no limit. */
  maxSize?: number;
  /**
   * Have a token `<unk>`, which stands for all that are not in the vocabulary. Without it `encode` refuses them. Default:
   * false for characters, true for words.
   */
  unknown?: boolean;
  /** Have a token `<pad>`, with id 0. Default: false. */
  padding?: boolean;
  /** Have a token `<bos>`, which stands before a text. Default: false. */
  begin?: boolean;
  /** Have a token `<eos>`, which stands after a text. Default: false. */
  end?: boolean;
}

export const VOCABULARY_OPTIONS = ["minCount", "maxSize", "unknown", "padding", "begin", "end"] as const;

/** A token and how often it came. */
export type Counted = readonly [token: string, count: number];

const MOST = 2 ** 31 - 1;

/** Checks options before a text is counted, which may take long. @throws DataError */
export function checkVocabularyOptions(where: string, options: VocabularyOptions): SpecialKey[] {
  const keys = specialKeys(where, options);
  checkWhole(where, "minCount", options.minCount ?? 1, 1);
  checkWhole(where, "maxSize", options.maxSize ?? MOST, keys.length + 1);
  return keys;
}

/**
 * Chooses the tokens of a vocabulary.
 *
 * @param counted all tokens of the text, in the order of their first occurrence
 * A token of the text that is spelled like a special token which the vocabulary has is left out, so that no text becomes
 * `<eos>`; where there is `unknown`, such a token stands for `<unk>`.
 *
 * @param order of the ids: "first" occurrence, or falling "count", ties in the order of first occurrence
 * @throws DataError when no token is left, or when tokens are left out and there is no `unknown`
 */
export function chooseVocabulary(
  where: string,
  counted: readonly Counted[],
  { order, ...options }: VocabularyOptions & { readonly order: "first" | "count" },
): Vocabulary {
  const keys = checkVocabularyOptions(where, options);
  const { minCount = 1, maxSize = MOST } = options;
  if (counted.length === 0) throw new DataError(where, "text", "at least one token", "none");
  const byCount = [...counted].sort(([, a], [, b]) => b - a); // the sort is stable
  const isSpecial = (token: string) => keys.some((key) => SPECIAL_NAMES[key] === token);
  const may = byCount.filter(([token, count]) => count >= minCount && !isSpecial(token));
  const kept = may.slice(0, maxSize - keys.length);
  if (kept.length === 0) {
    throw new DataError(
      where,
      "minCount",
      `at most ${byCount[0]?.[1]}, the count of the most frequent token`,
      `${minCount}`,
    );
  }
  const [[, most]] = kept as [Counted];
  if (most > MOST) throw new DataError(where, "text", `at most ${MOST} occurrences of a token`, `${most}`);
  const left = counted.length - kept.length;
  if (left > 0 && !keys.includes("unknown")) {
    const expected = "unknown: true, because minCount, maxSize or the name of a special token leaves out tokens";
    throw new DataError(where, "unknown", expected, `false, and ${left} different tokens left out`);
  }
  const names = new Set(kept.map(([token]) => token));
  const chosen = order === "count" ? kept : counted.filter(([token]) => names.has(token));
  const total = (list: readonly Counted[]) => list.reduce((sum, [, count]) => sum + count, 0);
  const counts = Int32Array.from([
    ...keys.map((key) => (key === "unknown" ? Math.min(MOST, total(counted) - total(kept)) : 0)),
    ...chosen.map(([, count]) => count),
  ]);
  const tokens = chosen.map(([token]) => token);
  return vocabularyOf(keys, tokens, counts);
}
