import { type NumericArray, numericArray } from "../../array";
import { DataError } from "../../errors";
import { merger } from "./merger";
import type { BytePairModel } from "./model";
import { bytesOf } from "./pre-tokens/byte-alphabet";
import { preTokensOf } from "./pre-tokens/pre-tokens";
import { checkWellFormed, LONGEST_RUN } from "./pre-tokens/text-pieces";

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/**
 * Cuts a text at its special tokens, which stay as pieces: the first that begins, and of those that begin there the
 * longest.
 */
function splitter(special: readonly string[]): (text: string) => readonly string[] {
  if (special.length === 0) return (text) => [text];
  const longestFirst = [...special].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(${longestFirst.map(escaped).join("|")})`, "u");
  return (text) => text.split(pattern);
}

/** A function from a text to the ids of its tokens. */
export function encoder(model: BytePairModel, where: string): (text: string) => NumericArray<Int32Array, 1> {
  const ids = new Map(model.tokens.map((token, id) => [token, id]));
  const special = new Set(model.special);
  const merge = merger(model, ids, where);
  const split = splitter(model.special);

  return (text) => {
    if (typeof text !== "string") throw new DataError(where, "text", "a string", typeof text);
    checkWellFormed(text, where);
    let found = new Int32Array(Math.max(16, text.length >> 1));
    let count = 0;
    const add = (id: number): void => {
      if (count === found.length) {
        const longer = new Int32Array(2 * count);
        longer.set(found);
        found = longer;
      }
      found[count++] = id;
    };
    for (const section of split(text)) {
      if (special.has(section)) {
        add(ids.get(section) as number);
        continue;
      }
      for (const preToken of preTokensOf(model.nfc ? section.normalize("NFC") : section)) {
        if (preToken.length > LONGEST_RUN) {
          const begin = JSON.stringify(preToken.slice(0, 20));
          throw new DataError(where, "text", `runs of at most ${LONGEST_RUN} characters`, `one that begins ${begin}`);
        }
        for (const id of merge(preToken)) add(id);
      }
    }
    return numericArray(found.slice(0, count), [count]);
  };
}

/** A function from ids of tokens to their text. Special tokens leave no text. */
export function decoder(model: BytePairModel, where: string): (ids: ArrayLike<number>) => string {
  const special = new Set(model.special);
  const bytes = model.tokens.map((token) => (special.has(token) ? new Uint8Array(0) : bytesOf(token)));

  return (ids) => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < ids.length; at++) {
      const part = bytes[ids[at] as number];
      if (part === undefined) {
        throw new DataError(where, `ids[${at}]`, `a whole number from 0 to ${bytes.length - 1}`, String(ids[at]));
      }
      parts.push(part);
    }
    // A text may begin with U+FEFF: it is kept.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(parts));
  };
}
