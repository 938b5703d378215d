import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytePairTokenizer, DataError, loadTokenizer, saveTokenizer } from "../../../../src/data";
import { bytePairsOfJson } from "../../../../src/data/text/byte-pairs/byte-pairs-of-json";
import { temporaryFolder } from "../../support";

const made = bytePairTokenizer("low low low lower lower lowest", { vocabularySize: 262, special: ["<s>"] });
const text = "<s>lower, slowest";

// biome-ignore lint/suspicious/noExplicitAny: a tokenizer.json, to be changed
type File = any;

/** The tokenizer of the file after a change. */
function changed(change: (file: File) => void) {
  const file = JSON.parse(made.json());
  change(file);
  return bytePairsOfJson(file, "tokenizer.json");
}

test("bytePairsOfJson(content) gives the tokenizer that wrote it", () => {
  const read = bytePairsOfJson(JSON.parse(made.json()), "tokenizer.json");
  expect([...read.encode(text).data]).toEqual([...made.encode(text).data]);
  expect(read.json()).toBe(made.json());
  expect(read.special).toEqual({ begin: 0 });
  expect(read.digest).toBe(made.digest);
  expect(bytePairsOfJson(made.toJSON(), "tokenizer.json").digest).toBe(made.digest);
});

test("saveTokenizer(tokenizer, path) writes tokenizer.json, and loadTokenizer(path) reads it", async () => {
  const path = join(temporaryFolder(), "tokenizer.json");
  await saveTokenizer(made, path);
  expect(readFileSync(path, "utf8")).toBe(made.json());
  const { digest } = made;
  const read = await loadTokenizer(path, { kind: "bpe", digest });
  expect(read.json()).toBe(made.json());
  await expect(loadTokenizer(path, { digest: digest.replace(/./g, "0") })).rejects.toThrow(/digest/);
  await expect(loadTokenizer(path, { kind: "chars" })).rejects.toThrow(/kind: expected "chars", got "bpe"/);
  writeFileSync(path, made.json().replace('"BPE"', '"WordPiece"'));
  await expect(loadTokenizer(path)).rejects.toThrow(/model \(not supported\): expected BPE, got WordPiece/);
});

test("@huggingface/tokenizers runs the file", () => {
  const { Tokenizer } = createRequire(import.meta.url)("@huggingface/tokenizers");
  const theirs = new Tokenizer(made.toJSON(), { clean_up_tokenization_spaces: false });
  const { ids } = theirs.encode(text);
  expect(ids).toEqual([...made.encode(text).data]);
  expect(theirs.decode(ids, { skip_special_tokens: true })).toBe(made.decode(ids));
});

test("older forms are read: merges as texts, empty prefixes, a normalized token where nothing normalizes", () => {
  const read = changed((file) => {
    file.model.merges = file.model.merges.map((pair: string[]) => pair.join(" "));
    file.model.continuing_subword_prefix = "";
    file.model.unk_token = "";
    delete file.model.ignore_merges;
    file.added_tokens[0].normalized = true;
    file.post_processor = null;
  });
  expect([...read.encode(text).data]).toEqual([...made.encode(text).data]);
});

test("special tokens may stand behind the vocabulary", () => {
  const read = changed((file) => {
    file.added_tokens.push({ id: 262, content: "</s>", special: true });
  });
  expect([read.vocabularySize, read.id("</s>"), read.special.end]).toEqual([263, 262, 262]);
});

test.each<[part: string, change: (file: File) => void]>([
  ["model (not supported): expected BPE, got WordPiece", (file) => (file.model.type = "WordPiece")],
  ["model (not supported): expected BPE, got Unigram", (file) => (file.model = { type: "Unigram" })],
  ["model (not supported)", (file) => delete file.model],
  ["model.byte_fallback (not supported)", (file) => (file.model.byte_fallback = true)],
  ["model.ignore_merges (not supported)", (file) => (file.model.ignore_merges = true)],
  ["model.end_of_word_suffix (not supported)", (file) => (file.model.end_of_word_suffix = "</w>")],
  ["model.dropout (not supported)", (file) => (file.model.dropout = 0.1)],
  [
    "normalizer (not supported): expected none or NFC, NFD, NFKC, NFKD, got Lowercase",
    (file) => (file.normalizer = { type: "Lowercase" }),
  ],
  ["pre_tokenizer (not supported): expected ByteLevel, got Split", (file) => (file.pre_tokenizer = { type: "Split" })],
  ["pre_tokenizer (not supported)", (file) => (file.pre_tokenizer = null)],
  ["pre_tokenizer.add_prefix_space (not supported)", (file) => (file.pre_tokenizer.add_prefix_space = true)],
  ["pre_tokenizer.use_regex (not supported)", (file) => (file.pre_tokenizer.use_regex = false)],
  ["post_processor (not supported)", (file) => (file.post_processor = { type: "TemplateProcessing" })],
  ["decoder (not supported)", (file) => (file.decoder = { type: "BPEDecoder" })],
  ["truncation (not supported)", (file) => (file.truncation = { max_length: 5 })],
  ["padding (not supported)", (file) => (file.padding = { strategy: "BatchLongest" })],
  ["added_tokens[0].lstrip (not supported)", (file) => (file.added_tokens[0].lstrip = true)],
  ["added_tokens[0].special (not supported)", (file) => (file.added_tokens[0].special = false)],
  ["added_tokens: expected a list", (file) => (file.added_tokens = 5)],
  ["added_tokens[0]: expected a token", (file) => (file.added_tokens[0] = "<s>")],
  ['added_tokens: "<s>": expected the id 0, got 7', (file) => (file.added_tokens[0].id = 7)],
  ["model.vocab: expected tokens with their ids", (file) => (file.model.vocab = [])],
  ["model.vocab: expected each id from 0 to 261 once", (file) => (file.model.vocab.low = 1)],
  ["model.vocab: expected each id from 0 to 261 once", (file) => (file.model.vocab.low = "x")],
  [
    "model.vocab: expected tokens in GPT-2's alphabet",
    (file) => {
      file.model.vocab["lo w"] = file.model.vocab.low;
      delete file.model.vocab.low;
    },
  ],
  ["model.merges: expected a list of pairs", (file) => (file.model.merges = "l o")],
  ["model.merges[1]: expected two tokens", (file) => (file.model.merges[1] = ["l", "q"])],
  ["model.merges[0]: expected two tokens", (file) => (file.model.merges[0] = "l o w")],
])("a file with another part is refused by its name: %s", (message, change) => {
  expect(() => changed(change)).toThrow(DataError);
  expect(() => changed(change)).toThrow(`tokenizer.json: ${message}`);
});

test("an unknown token is refused where a byte has no token, since Python would write it for that byte", () => {
  const seen = JSON.parse(bytePairTokenizer("abab", { alphabet: "seen", special: ["<unk>"] }).json());
  seen.model.unk_token = "<unk>";
  expect(() => bytePairsOfJson(seen, "a.json")).toThrow(/model.unk_token: expected none/);
});
