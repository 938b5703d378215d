import { DataError } from "../../../errors";
import type { Normalization } from "../../unicode/normalization";

/** Normalizers by their types, which are the names of the forms. */
const FORMS = ["NFC", "NFD", "NFKC", "NFKD"] as const;

export type JsonObject = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value of the file in a few words. */
function shown(value: unknown): string {
  if (isRecord(value) && typeof value.type === "string") return value.type;
  return JSON.stringify(value)?.slice(0, 60) ?? "nothing";
}

const isNothing = (value: unknown) => value === undefined || value === null || value === "" || value === false;

function refuse(where: string, part: string, expected: string, value: unknown): never {
  throw new DataError(where, `${part} (not supported)`, expected, shown(value));
}

/** Parts of the model that change what a text's ids are; each must be absent. */
const MODEL_EXTRAS = ["continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges"];

const TOKEN_EXTRAS = ["single_word", "lstrip", "rstrip"];

/**
 * Refuses a `tokenizer.json` that has parts which we do not run.
 *
 * @returns the special tokens, and the normal form of texts
 * @throws DataError naming the part
 */
export function checkParts(file: JsonObject, where: string): { special: string[]; normalize: Normalization } {
  const { model, normalizer, pre_tokenizer, post_processor, decoder } = file;
  if (!isRecord(model) || model.type !== "BPE") refuse(where, "model", "BPE", model);
  for (const part of MODEL_EXTRAS) {
    if (!isNothing(model[part])) refuse(where, `model.${part}`, "none", model[part]);
  }
  if (!isNothing(model.dropout) && model.dropout !== 0) refuse(where, "model.dropout", "none", model.dropout);
  for (const part of ["truncation", "padding"]) if (!isNothing(file[part])) refuse(where, part, "none", file[part]);

  const normalize = FORMS.find((form) => isRecord(normalizer) && normalizer.type === form) ?? "none";
  if (normalize === "none" && !isNothing(normalizer)) {
    refuse(where, "normalizer", `none or ${FORMS.join(", ")}`, normalizer);
  }
  if (!isRecord(pre_tokenizer) || pre_tokenizer.type !== "ByteLevel") {
    refuse(where, "pre_tokenizer", "ByteLevel", pre_tokenizer);
  }
  if (pre_tokenizer.add_prefix_space !== false) {
    refuse(where, "pre_tokenizer.add_prefix_space", "false", pre_tokenizer.add_prefix_space);
  }
  if (pre_tokenizer.use_regex === false) refuse(where, "pre_tokenizer.use_regex", "true", false);
  const addsNothing = isNothing(post_processor) || (isRecord(post_processor) && post_processor.type === "ByteLevel");
  if (!addsNothing) refuse(where, "post_processor", "ByteLevel or none", post_processor);
  if (!isRecord(decoder) || decoder.type !== "ByteLevel") refuse(where, "decoder", "ByteLevel", decoder);
  return { special: specialTokens(file.added_tokens ?? [], normalize, where), normalize };
}

function specialTokens(added: unknown, normalize: Normalization, where: string): string[] {
  if (!Array.isArray(added)) throw new DataError(where, "added_tokens", "a list", shown(added));
  return added.map((token: unknown, at) => {
    const part = `added_tokens[${at}]`;
    const isToken = isRecord(token) && typeof token.content === "string" && token.content !== "";
    if (!isToken) throw new DataError(where, part, "a token with its content and id", shown(token));
    for (const extra of TOKEN_EXTRAS)
      if (!isNothing(token[extra])) refuse(where, `${part}.${extra}`, "false", token[extra]);
    if (token.special !== true) refuse(where, `${part}.special`, "true", token.special);
    // Without a normalizer the two ways to find the token are one.
    if (normalize !== "none" && !isNothing(token.normalized))
      refuse(where, `${part}.normalized`, "false", token.normalized);
    return token.content as string;
  });
}
