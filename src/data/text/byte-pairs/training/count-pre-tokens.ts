import type { TextSource } from "../../tokenizer";
import { type Normalization, normalized } from "../../unicode/normalization";
import { piecesOf } from "../../unicode/pieces";
import { checkWellFormed } from "../../unicode/well-formed";
import { owned } from "../../vocabulary/owned";
import { boundaryOrError, checkRun } from "../pre-tokens/boundary";
import { preTokensOf } from "../pre-tokens/pre-tokens";

export interface PreTokenCounts {
  readonly counts: ReadonlyMap<string, number>;
  /** How many distinct pre-tokens were left out, because there were too many. */
  readonly dropped: number;
  /** Each of these occurred at most so often when it was left out. */
  readonly droppedUpTo: number;
}

/**
 * How often each pre-token occurs in a text. The text is read once, in pieces; only distinct pre-tokens are kept, at
 * most `most` of them: when there are more, those that occurred once are left out, then those that occurred twice, and
 * so on.
 */
export function countPreTokens(
  where: string,
  text: TextSource,
  normalize: Normalization,
  most: number,
): PreTokenCounts {
  const counts = new Map<string, number>();
  let [offset, dropped, droppedUpTo] = [0, 0, 0];
  for (const piece of piecesOf(where, text, boundaryOrError(where, normalize))) {
    checkWellFormed(where, piece, offset);
    offset += piece.length;
    for (const preToken of preTokensOf(normalized(piece, normalize))) {
      const count = counts.get(preToken);
      if (count !== undefined) {
        counts.set(preToken, count + 1);
      } else {
        checkRun(where, preToken);
        counts.set(owned(preToken), 1);
      }
    }
    // Half of the room is made at once: to look through all pre-tokens for a few would take too long.
    for (let times = 1; counts.size > most / 2 && (times > 1 || counts.size > most); times++) {
      for (const [each, occurred] of counts) if (occurred <= times && counts.delete(each)) dropped++;
      droppedUpTo = Math.max(droppedUpTo, times);
    }
  }
  return { counts, dropped, droppedUpTo };
}
