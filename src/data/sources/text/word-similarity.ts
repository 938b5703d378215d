import { DataError } from "../../errors";
import type { DataFile } from "../../files/data-file";
import { drawnPairs } from "../../synthetic/drawn-corpus";
import type { WordPair } from "../../vectors/word-similarity";
import type { DataSource } from "../source";
import { findOrDraw, type LoaderOptions } from "../stand-in";
import { pairsByTabs, pairsOfMen } from "./word-pairs";

/** The sets of word pairs: WordSim-353 (relatedness), SimLex-999 (similarity alone) and MEN (relatedness). */
export type WordSimilaritySet = "wordsim353" | "simlex999" | "men";

export interface WordSimilarity {
  readonly pairs: readonly WordPair[];
  readonly source: DataSource;
}

interface PairFile {
  readonly file: DataFile;
  readonly mirror: string;
  readonly subject: string;
  readonly most: number;
  readonly parse: (bytes: Uint8Array, file: string, most: number) => WordPair[];
}

const folder = "word-eval";
const RAW = "https://raw.githubusercontent.com";
const GENSIM = `${RAW}/RaRe-Technologies/gensim/2d17ddf0f2aa1f7987ddd19c472c9d4da8b5c5c0/gensim/test/test_data/`;

const SETS: Readonly<Record<WordSimilaritySet, PairFile>> = {
  wordsim353: {
    file: {
      folder,
      name: "wordsim353.tsv",
      bytes: 7_186,
      sha256: "f92a022fc2537793a15bc3a8c162ebcd74990e033a228bb6388cb71e4c0b1e1d",
    },
    mirror: GENSIM,
    subject: "WordSim-353",
    most: 10,
    parse: pairsByTabs,
  },
  simlex999: {
    file: {
      folder,
      name: "simlex999.txt",
      bytes: 18_126,
      sha256: "d5e0501971478a511430ee880bd0121e94ac701ba86d90544d83e6d2ba3db05d",
    },
    mirror: GENSIM,
    subject: "SimLex-999",
    most: 10,
    parse: pairsByTabs,
  },
  men: {
    file: {
      folder,
      name: "men.csv",
      bytes: 94_507,
      sha256: "ee7efb13c361afe12a6b1a58654833f97029e0b0540859f8db503c2f75782e44",
    },
    mirror: `${RAW}/vecto-ai/word-benchmarks/9b61d0e067e2e68af22160d09450f82d9544cd70/word-similarity/monolingual/en/`,
    subject: "MEN",
    most: 50,
    parse: pairsOfMen,
  },
};

/**
 * Loads pairs of words with the average of people's judgements: WordSim-353 (Finkelstein et al. 2002; 353 pairs),
 * SimLex-999 (Hill et al. 2015; 999 pairs) or MEN (Bruni et al. 2014; 3,000 pairs). Words are written as in the file:
 * some of WordSim-353 have capitals; MEN's marks of the part of speech ("sun-n") are left out. The file is searched in
 * `word-eval` under `UNROLL_DATA`, then in the user's cache, then at its public mirror. When it is nowhere, pairs of the
 * invented words of `loadWordCorpus` replace it, and one line that begins "stand-in data: " says so.
 *
 * @example
 *   const { pairs } = await loadWordSimilarity("wordsim353");
 *   console.log(pairs[1]); // { first: "tiger", second: "cat", score: 7.35 }
 *
 * @throws DataError for another name, for a wrong file in the named folder, and with `standIn: false` when the file is
 *   not available
 */
export async function loadWordSimilarity(
  name: WordSimilaritySet,
  options: LoaderOptions = {},
): Promise<WordSimilarity> {
  const set = Object.hasOwn(SETS, name) ? SETS[name] : undefined;
  if (set === undefined) {
    throw new DataError("loadWordSimilarity", "name", Object.keys(SETS).join(", "), String(name));
  }
  const { file, mirror, subject, most, parse } = set;
  const wanted = { loader: "loadWordSimilarity", files: [file], mirrors: [mirror], subject, drawn: "pairs of words" };
  const { files, source } = await findOrDraw(wanted, options);
  return { pairs: files ? parse(files[0] as Uint8Array, file.name, most) : drawnPairs(most), source };
}
