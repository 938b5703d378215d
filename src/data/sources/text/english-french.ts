import { gunzip } from "../../formats/gunzip";
import { drawnPairs } from "../../synthetic/drawn-pairs";
import { type DataSource, findFiles } from "../source";
import { checkLoaderOptions, findOrDraw, type LoaderOptions } from "../stand-in";
import { readSentencePairs, type SentencePair } from "./sentence-pairs";

/** Sentences with their translations. */
export interface EnglishFrench {
  /** In the file's order, which is that of the length of the English sentence; several pairs may have one English sentence. */
  readonly pairs: readonly SentencePair[];
  /** How many lines were left out, because they have no tab or an empty sentence. The published file has none. */
  readonly skipped: number;
  readonly source: DataSource;
}

const folder = "tatoeba-fra-eng";

/** The file as its archive holds it. */
const FILE = {
  folder,
  name: "fra.txt",
  bytes: 10_009_515,
  sha256: "2546838ae46e0eac4c02ab7032ea0a02a006074a5340077a36a9444f41e02888",
  addresses: [
    "https://raw.githubusercontent.com/genimind/seq2seq/4f3f8eb0adde54fcc8b89394336b002e7961244c/fra-eng.zip",
  ],
};

/** The same file, packed: a folder or the cache may have it so. */
const PACKED = {
  folder,
  name: "fra.txt.gz",
  bytes: 2_941_514,
  sha256: "ec59d6aaba2103a1320330f39bec51dbebbb20cb6bbe9976bd16b0622c965a50",
};

/**
 * Loads 142,787 English sentences with their French translations (the Tatoeba project, CC BY 2.0, by way of manythings.org, the
 * file of 2017-09-29). There are 98,659 different English sentences: `splitPairs` puts all pairs of one sentence on one side. The
 * file is searched as `tatoeba-fra-eng/fra.txt.gz` and `tatoeba-fra-eng/fra.txt` under `UNROLL_DATA` and in the user's cache,
 * then in a public archive. When it is nowhere, generated sentences replace it, and one line that begins "stand-in data: " says so.
 *
 * @example
 *   const { pairs, source } = await loadEnglishFrench();
 *   console.log(source.kind, pairs.length, pairs[0]); // "real", 142787, { english: "Go.", french: "Va !" }
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when the file is not available
 */
export async function loadEnglishFrench(options: LoaderOptions = {}): Promise<EnglishFrench> {
  checkLoaderOptions("loadEnglishFrench", options);
  const { log = console.log } = options;
  const subject = "English sentences with French translations";
  const packed = await findFiles([PACKED], [], { ...options, mirrors: [] });
  if (packed.files !== undefined) {
    const size = { headSize: 0, total: () => FILE.bytes };
    const bytes = await gunzip(packed.files[0] as Uint8Array, PACKED.name, size);
    const description = `${subject}, from ${packed.from.join(" and ")}`;
    return {
      ...readSentencePairs(bytes, PACKED.name, { log }),
      source: { kind: "real", description, from: packed.from },
    };
  }
  const wanted = { loader: "loadEnglishFrench", files: [FILE], subject, drawn: "sentences" };
  const { files, source } = await findOrDraw(wanted, options);
  if (files === undefined) return { pairs: drawnPairs(), skipped: 0, source };
  return { ...readSentencePairs(files[0] as Uint8Array, FILE.name, { log }), source };
}
