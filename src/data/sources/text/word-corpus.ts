import { gunzip } from "../../formats/gunzip";
import { decodeUtf8 } from "../../formats/utf8";
import { drawnCorpus } from "../../synthetic/drawn-corpus";
import type { DataSource } from "../source";
import { findOrDraw, type LoaderOptions } from "../stand-in";

export interface WordCorpus {
  /** The texts, a piece for each file, in this order: books, WikiText-2 (validation, then test), text8. */
  readonly text: readonly string[];
  /** How many marks of rare words, `<unk>` or `<UNK>`, were left out of the texts. */
  readonly unknownMarks: number;
  readonly source: DataSource;
}

const folder = "word-corpus";
const RAW = "https://raw.githubusercontent.com";
const SPELLER = `${RAW}/paulstuart/speller/7ce517b2aa255765dc4bbbcc186563f90564467f`;
const WIKITEXT = `${RAW}/sobamchan/wikitext-2/6dd76b9386aa79de2cd25039b0c9af0eae2fde73`;
const TEXT8 = `${RAW}/yulangz/End-To-End-Memory-Networks-in-Paddle/d278297c2963bf75551e46d5e1916b19334a4ef6`;

const FILES = [
  {
    folder,
    name: "big.txt.gz",
    bytes: 2_373_538,
    sha256: "7f62f2498df5c366e15af6a16067c200019016ebed074908045e487db48c66db",
    addresses: [`${SPELLER}/big.txt.gz`, `${SPELLER}/spellcheck/big.txt.gz`],
  },
  {
    folder,
    name: "wikitext2-valid.txt",
    bytes: 1_121_681,
    sha256: "f0737ed31fc1329026e95cb8b98e19c2a182c39c240ab909dc31abf2f8af58e8",
    addresses: [`${WIKITEXT}/valid.raw.txt`],
  },
  {
    folder,
    name: "wikitext2-test.txt",
    bytes: 1_256_449,
    sha256: "d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0",
    addresses: [`${WIKITEXT}/test.raw.txt`],
  },
  {
    folder,
    name: "text8-slice-1M.txt",
    bytes: 984_129,
    sha256: "044b1ab5397a505c902965778f2ad65c854dcc28921358797a113e4cd3b48c9b",
    addresses: [`${TEXT8}/data/text8.test.txt`],
  },
];

/** The unpacked bytes of big.txt.gz. */
const BOOKS = { headSize: 0, total: () => 6_488_666 };

/**
 * Loads English text for word vectors: Norvig's big.txt (books of Project Gutenberg), the validation and test parts of
 * WikiText-2, and a part of text8; 9.8 MB. WikiText-2 and text8 have marks, `<unk>` and `<UNK>`, where rare words stood.
 * The marks are left out, because "unk" is no word, and `unknownMarks` counts them. Nothing else is changed: a tokenizer
 * with the pattern `/[a-z]+/` that lower-cases finds 1,618,222 words, 36,290 different ones, 16,685 of them at least
 * five times. The files are searched in `word-corpus` under `UNROLL_DATA`, then in the user's cache, then at their public
 * addresses. When one is nowhere, a text of invented words replaces all of them, and one line that begins
 * "stand-in data: " says so.
 *
 * @example
 *   const { text } = await loadWordCorpus();
 *   const words = text.flatMap((piece) => piece.toLowerCase().match(/[a-z]+/g) ?? []);
 *   console.log(words.length); // 1618222
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when a file is not available
 */
export async function loadWordCorpus(options: LoaderOptions = {}): Promise<WordCorpus> {
  const subject = "the English word corpus";
  const wanted = { loader: "loadWordCorpus", files: FILES, subject, drawn: "invented words" };
  const { files, source } = await findOrDraw(wanted, options);
  if (files === undefined) return { text: [drawnCorpus()], unknownMarks: 0, source };
  const [books, ...others] = files as [Uint8Array, ...Uint8Array[]];
  const unpacked = [await gunzip(books, "big.txt.gz", BOOKS), ...others];
  return { ...withoutMarks(unpacked.map((bytes, i) => decodeUtf8(bytes, FILES[i]?.name ?? ""))), source };
}

function withoutMarks(texts: readonly string[]): { text: string[]; unknownMarks: number } {
  let unknownMarks = 0;
  const text = texts.map((each) =>
    each.replace(/<unk>|<UNK>/g, () => {
      unknownMarks++;
      return "";
    }),
  );
  return { text, unknownMarks };
}
