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

/** Counts graphemes. A table by code unit serves those of one unit. */
export function countGraphemes(): CharacterCounter {
  const order: string[] = [];
  const units = new Float64Array(1 << 16);
  const longer = new Map<string, number>();
  return {
    add: (piece) =>
      eachGrapheme(piece, (begin, end) => {
        if (end - begin === 1) {
          const unit = piece.charCodeAt(begin);
          if (units[unit] === 0) order.push(String.fromCharCode(unit));
          units[unit] = (units[unit] as number) + 1;
          return;
        }
        const token = piece.slice(begin, end);
        const count = longer.get(token) ?? 0;
        if (count === 0) order.push(owned(token));
        longer.set(count === 0 ? (order.at(-1) as string) : token, count + 1);
      }),
    counted: () => order.map((token) => [token, longer.get(token) ?? (units[token.charCodeAt(0)] as number)]),
  };
}
