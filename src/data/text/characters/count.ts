import { eachGrapheme } from "../unicode/graphemes";
import { isPairAt } from "../unicode/well-formed";
import type { Counted } from "../vocabulary/choose";
import { owned } from "../vocabulary/owned";

/** Counts characters piece by piece. */
export interface CharacterCounter {
  /** @param piece normalised, and without lone surrogates */
  add(piece: string): void;
  /** All characters, in the order of their first occurrence. */
  counted(): Counted[];
}

/** Counts code points. A table by code unit serves all but those beyond the basic plane. */
export function countCodePoints(): CharacterCounter {
  const order: string[] = [];
  const units = new Float64Array(1 << 16);
  const pairs = new Map<string, number>();
  return {
    add: (piece) => {
      for (let i = 0; i < piece.length; i++) {
        const unit = piece.charCodeAt(i);
        if (isPairAt(piece, i)) {
          const pair = String.fromCharCode(unit, piece.charCodeAt(++i));
          const count = pairs.get(pair) ?? 0;
          if (count === 0) order.push(pair);
          pairs.set(pair, count + 1);
        } else {
          if (units[unit] === 0) order.push(String.fromCharCode(unit));
          units[unit] = (units[unit] as number) + 1;
        }
      }
    },
    counted: () => order.map((token) => [token, pairs.get(token) ?? (units[token.charCodeAt(0)] as number)]),
  };
}

/** Counts graphemes. */
export function countGraphemes(): CharacterCounter {
  const counts = new Map<string, { count: number }>();
  return {
    add: (piece) => {
      eachGrapheme(piece, (begin, end) => {
        const token = piece.slice(begin, end);
        const known = counts.get(token);
        if (known) known.count++;
        else counts.set(owned(token), { count: 1 });
      });
    },
    counted: () => Array.from(counts, ([token, { count }]) => [token, count]),
  };
}
