import { DataError } from "../../../errors";
import type { BytePairModel } from "../model";
import { byteAlphabet, bytesOf } from "../pre-tokens/byte-alphabet";
import { checkParts, isRecord, type JsonObject } from "./check-parts";

/**
 * Reads `tokenizer.json`, Hugging Face's format, of byte pairs as GPT-2 has them. Files of other tokenizers have the
 * same form; what we do not run is refused by name, because a part that is left out would change ids without a word.
 *
 * @throws DataError naming the part that is damaged or not supported
 */
export function readTokenizerJson(file: JsonObject, where: string): BytePairModel {
  const { special, normalize } = checkParts(file, where);
  const model = file.model as JsonObject;
  const tokens = orderedTokens(model.vocab, file.added_tokens, where);
  const known = new Set(tokens);
  const specials = new Set(special);
  const wrong = tokens.find((token) => !specials.has(token) && bytesOf(token) === undefined);
  if (wrong !== undefined) {
    throw new DataError(where, "model.vocab", "tokens in GPT-2's alphabet of bytes", JSON.stringify(wrong));
  }
  const missing = byteAlphabet.find((character) => !known.has(character));
  if (missing !== undefined && (model.unk_token ?? "") !== "") {
    throw new DataError(where, "model.unk_token", `none, as the byte ${missing} has no token`, String(model.unk_token));
  }
  return { tokens, merges: mergesOf(model.merges, known, where), special, normalize };
}

/** All tokens, each at the place of its id. */
function orderedTokens(vocabulary: unknown, added: unknown, where: string): string[] {
  if (!isRecord(vocabulary)) throw new DataError(where, "model.vocab", "tokens with their ids", typeof vocabulary);
  const ids = new Map<string, unknown>(Object.entries(vocabulary));
  for (const each of (added ?? []) as JsonObject[]) {
    const content = String(each.content);
    const own = ids.get(content);
    if (own !== undefined && own !== each.id) {
      throw new DataError(where, `added_tokens: ${JSON.stringify(content)}`, `the id ${own}`, String(each.id));
    }
    ids.set(content, each.id);
  }
  const tokens: string[] = [];
  for (const [token, id] of ids) {
    const isId = typeof id === "number" && Number.isInteger(id) && id >= 0 && id < ids.size;
    if (!isId || tokens[id] !== undefined) {
      const expected = `each id from 0 to ${ids.size - 1} once`;
      throw new DataError(where, "model.vocab", expected, `${JSON.stringify(token)}: ${JSON.stringify(id)}`);
    }
    tokens[id] = token;
  }
  return tokens;
}

/** The merges: pairs, or texts with a blank between the two, as older files have them. */
function mergesOf(merges: unknown, known: ReadonlySet<string>, where: string): [string, string][] {
  if (!Array.isArray(merges)) throw new DataError(where, "model.merges", "a list of pairs", typeof merges);
  return merges.map((merge: unknown, at) => {
    const pair: unknown = typeof merge === "string" ? merge.split(" ") : merge;
    if (Array.isArray(pair) && pair.length === 2) {
      const [first, second] = pair;
      if (known.has(first) && known.has(second) && known.has(first + second)) return [first, second];
    }
    throw new DataError(where, `model.merges[${at}]`, "two tokens whose pair is a token", JSON.stringify(merge));
  });
}
