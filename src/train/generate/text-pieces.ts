import type { TextTokenizer } from "./options";

/** So many tokens may wait for the end of a character before the pieces look for a boundary among them. */
const MOST_PENDING = 16;

/** A half of a surrogate pair at the end; or what a decoder writes for bytes whose character has not ended. */
const UNFINISHED = /[\uD800-\uDBFF]$|\uFFFD$/;

/** Turns tokens into pieces of text as they come. */
export interface TextPieces {
  /** @returns what the tokens add to the text: whole characters only, so it may be empty */
  push(ids: Iterable<number>): string;
}

/**
 * Decodes tokens as they come. A token's text may depend on the one before (words are joined by spaces), and a token of
 * byte pairs may end inside a character. So tokens are decoded together with those before them, from the last place on where
 * a character ended, and what may change yet is held back. The pieces add up to the decoded whole.
 *
 * @param before the tokens before the first one, such as a prompt's
 */
export function textPieces(tokenizer: Pick<TextTokenizer, "decode">, before: readonly number[]): TextPieces {
  let context = before.slice(-MOST_PENDING);
  let contextText = tokenizer.decode(context);
  let pending: number[] = [];
  let given = 0; // characters of the pending tokens' text that were given
  const settle = (count: number, length: number) => {
    context = pending.slice(Math.max(0, count - MOST_PENDING), count);
    contextText = tokenizer.decode(context);
    pending = pending.slice(count);
    given -= length;
  };
  return {
    push(ids) {
      pending = [...pending, ...ids];
      const text = tokenizer.decode([...context, ...pending]).slice(contextText.length);
      const settled = text.replace(UNFINISHED, "");
      const piece = settled.slice(given);
      given = Math.max(given, settled.length);
      if (settled.length === text.length) settle(pending.length, text.length);
      else if (pending.length > MOST_PENDING) {
        const boundary = boundaryIn(tokenizer, pending);
        if (boundary !== undefined) settle(boundary.count, boundary.length);
      }
      return piece;
    },
  };
}

/**
 * Finds a place between the last tokens where a character begins, in tokens that do not end at one: bytes that are no text,
 * one after the other. A character has at most four bytes.
 */
function boundaryIn(tokenizer: Pick<TextTokenizer, "decode">, ids: readonly number[]) {
  const whole = tokenizer.decode(ids);
  for (let count = ids.length - 1; count >= ids.length - 4; count--) {
    const head = tokenizer.decode(ids.slice(0, count));
    if (head + tokenizer.decode(ids.slice(count)) === whole) return { count, length: head.length };
  }
  return undefined;
}
