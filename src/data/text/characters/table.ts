import { isPairAt } from "../unicode/well-formed";
import type { Vocabulary } from "../vocabulary/vocabulary";

/** The ids of single code points: fast, and without a string for each character. */
export interface CodePointTable {
  /** The ids by code unit; −1 where there is none, and for halves of pairs. */
  readonly units: Int32Array;
  /** The id of the pair of surrogates at an index of a text; undefined where it has none. */
  pairAt(text: string, index: number): number | undefined;
}

export function codePointTable({ ids }: Vocabulary): CodePointTable {
  const units = new Int32Array(1 << 16).fill(-1);
  const pairs = new Map<number, number>();
  for (const [token, id] of ids) {
    if (token.length === 1) units[token.charCodeAt(0)] = id;
    else if (token.length === 2 && isPairAt(token, 0)) pairs.set(token.codePointAt(0) as number, id);
  }
  return { units, pairAt: (text, index) => pairs.get(text.codePointAt(index) as number) };
}
