import type { TextSource } from "../contract";
import { copyOf } from "../pre-tokens/copy-of";
import { normalizedPieces, preTokensOfPieces, wellFormedPieces } from "../pre-tokens/text-pieces";

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
export function countPreTokens(text: TextSource, nfc: boolean, most: number, where: string): PreTokenCounts {
  const counts = new Map<string, number>();
  let dropped = 0;
  let droppedUpTo = 0;
  const pieces = wellFormedPieces(text, where);
  for (const preToken of preTokensOfPieces(nfc ? normalizedPieces(pieces, where) : pieces, where)) {
    const count = counts.get(preToken);
    if (count !== undefined) {
      counts.set(preToken, count + 1);
      continue;
    }
    counts.set(copyOf(preToken), 1);
    // Half of the room is made at once: to look through all pre-tokens for a few would take too long.
    for (let times = 1; counts.size > most / 2 && (times > 1 || counts.size > most); times++) {
      for (const [each, occurred] of counts) if (occurred <= times && counts.delete(each)) dropped++;
      droppedUpTo = Math.max(droppedUpTo, times);
    }
  }
  return { counts, dropped, droppedUpTo };
}
