import { type NumericArray, numericArray } from "../../array";
import { DataError } from "../../errors";
import { checkText, idsOf, type TokenIds } from "../tokenizer";
import { normalized } from "../unicode/normalization";
import { checkWellFormed } from "../unicode/well-formed";
import { merger } from "./merger";
import type { BytePairModel } from "./model";
import { checkRun } from "./pre-tokens/boundary";
import { bytesOf } from "./pre-tokens/byte-alphabet";
import { preTokensOf } from "./pre-tokens/pre-tokens";

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
export function encoder(model: BytePairModel): (text: string) => NumericArray<Int32Array, 1> {
  const ids = new Map(model.tokens.map((token, id) => [token, id]));
  const special = new Set(model.special);
  const merge = merger(model, ids);
  const split = splitter(model.special);

  return (text) => {
    checkText("encode", text);
    checkWellFormed("encode", text);
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
      for (const preToken of preTokensOf(normalized(section, model.normalize))) {
        checkRun("encode", preToken);
        for (const id of merge(preToken)) add(id);
      }
    }
    return numericArray(found.slice(0, count), [count]);
  };
}

/** A function from ids of tokens to their text. Special tokens leave no text. */
export function decoder(model: BytePairModel): (ids: TokenIds) => string {
  const special = new Set(model.special);
  const bytes = model.tokens.map((token) => (special.has(token) ? new Uint8Array(0) : bytesOf(token)));

  return (given) => {
    const ids = idsOf("decode", given);
    const parts: Uint8Array[] = [];
    for (let at = 0; at < ids.length; at++) {
      const part = bytes[ids[at] as number];
      if (part === undefined) {
        throw new DataError(
          "decode",
          `ids[${at}]`,
          `an id, a whole number from 0 to ${bytes.length - 1}`,
          String(ids[at]),
        );
      }
      parts.push(part);
    }
    // A text may begin with U+FEFF: it is kept.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(parts));
  };
}
