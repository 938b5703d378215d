import type { BytePairModel } from "../model";

/** A list or a record, a line for each entry, as Python's `tokenizers` writes them. */
function block(entries: readonly string[], brackets: string, indent: string): string {
  if (entries.length === 0) return brackets;
  const lines = entries.map((entry) => `${indent}  ${entry}`);
  return `${brackets[0]}\n${lines.join(",\n")}\n${indent}${brackets[1]}`;
}

const record = (entries: Record<string, unknown>, indent: string) =>
  block(
    Object.entries(entries).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`),
    "{}",
    indent,
  );

/** The part of GPT-2's bytes: as pre-tokenizer it cuts by GPT-2's expression, as decoder it gives the bytes back. */
const byteLevel = (addPrefixSpace: boolean, trimOffsets: boolean) =>
  record({ type: "ByteLevel", add_prefix_space: addPrefixSpace, trim_offsets: trimOffsets, use_regex: true }, "  ");

/**
 * Byte pairs in Hugging Face's format, `tokenizer.json`: byte for byte what Python's `ByteLevelBPETokenizer` of
 * `tokenizers` 0.23 writes when it has learned the same. It is written by hand, because `JSON.stringify` would put the
 * tokens "0" to "9" first.
 */
export function tokenizerJson({ tokens, merges, special, normalize }: BytePairModel): string {
  const added = special.map((content) =>
    record(
      {
        id: tokens.indexOf(content),
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
      "    ",
    ),
  );
  const vocabulary = tokens.map((token, id) => `${JSON.stringify(token)}: ${id}`);
  const pairs = merges.map((pair) =>
    block(
      pair.map((token) => JSON.stringify(token)),
      "[]",
      "      ",
    ),
  );
  const model = [
    '"type": "BPE"',
    '"dropout": null',
    '"unk_token": null',
    '"continuing_subword_prefix": null',
    '"end_of_word_suffix": null',
    '"fuse_unk": false',
    '"byte_fallback": false',
    '"ignore_merges": false',
    `"vocab": ${block(vocabulary, "{}", "    ")}`,
    `"merges": ${block(pairs, "[]", "    ")}`,
  ];
  const parts = [
    '"version": "1.0"',
    '"truncation": null',
    '"padding": null',
    `"added_tokens": ${block(added, "[]", "  ")}`,
    `"normalizer": ${normalize === "none" ? "null" : record({ type: normalize }, "  ")}`,
    `"pre_tokenizer": ${byteLevel(false, true)}`,
    `"post_processor": ${byteLevel(true, false)}`,
    `"decoder": ${byteLevel(true, true)}`,
    `"model": ${block(model, "{}", "  ")}`,
  ];
  return block(parts, "{}", "");
}
