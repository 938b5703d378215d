import { DataError } from "../../errors";
import { drawnReviews } from "../../synthetic/drawn-reviews";
import type { DataSource } from "../source";
import { findOrDraw, type LoaderOptions } from "../stand-in";
import { textLines } from "./lines";

export interface SentencePolarity {
  /** Sentences that praise a film: lower case, tokens with a blank between them. */
  readonly positive: readonly string[];
  /** Sentences that find fault with one. */
  readonly negative: readonly string[];
  readonly source: DataSource;
}

const folder = "sentence-polarity";
const addresses = [
  "https://raw.githubusercontent.com/nltk/nltk_data/5db857e6f7df11eabb5e5665836db9ec8df07e28/packages/corpora/sentence_polarity.zip",
];

/** The files: first the positive sentences, then the negative ones. */
const FILES = [
  {
    folder,
    name: "rt-polarity.pos",
    bytes: 626_334,
    sha256: "c2dc6b2f55bcf725725372916287cc3f8f9b19402edaa9167de5287cb3ade421",
    addresses,
  },
  {
    folder,
    name: "rt-polarity.neg",
    bytes: 612_441,
    sha256: "614274f81185a850e5a88d533d4679f916d6f62e9af6f0b4ec71fb94bf466ea5",
    addresses,
  },
];

/**
 * Loads the sentence polarity data set 1.0 (Pang and Lee, ACL 2005, CC BY 4.0): 5,331 sentences of film reviews that
 * praise and 5,331 that find fault, in the files' order, 21 tokens long on average and 59 at most. The files are searched
 * in `sentence-polarity` under `UNROLL_DATA`, then in the user's cache, then in NLTK's public archive. When one is
 * nowhere, generated sentences replace all of them, and one line that begins "stand-in data: " says so.
 *
 * @example
 *   const { positive, negative, source } = await loadSentencePolarity();
 *   console.log(source.kind, positive.length, negative.length, positive[2]); // "effective but too-tepid biopic"
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when a file is not available
 */
export async function loadSentencePolarity(options: LoaderOptions = {}): Promise<SentencePolarity> {
  const subject = "sentences of film reviews";
  const wanted = { loader: "loadSentencePolarity", files: FILES, subject, drawn: "sentences" };
  const { files, source } = await findOrDraw(wanted, options);
  if (files === undefined) return { ...drawnReviews(), source };
  const [positive = [], negative = []] = files.map((bytes, i) => sentencesOf(bytes, FILES[i]?.name ?? ""));
  return { positive, negative, source };
}

/**
 * Reads one sentence a line. Blanks at the ends of a line are no part of the sentence.
 *
 * @throws DataError naming the line that is empty
 */
export function sentencesOf(bytes: Uint8Array, file: string): string[] {
  return textLines(bytes, file).map((line, i) => {
    const sentence = line.replace(/^ +| +$/g, "");
    if (sentence === "") throw new DataError(file, `line ${i + 1}`, "a sentence", "an empty line");
    return sentence;
  });
}
