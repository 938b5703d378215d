import { DataError } from "../../errors";
import { drawnQuestions } from "../../synthetic/drawn-corpus";
import type { AnalogyQuestion } from "../../vectors/analogy-accuracy";
import type { DataSource } from "../source";
import { findOrDraw, type LoaderOptions } from "../stand-in";
import { textLines } from "./lines";

export interface WordAnalogies {
  readonly questions: readonly AnalogyQuestion[];
  readonly source: DataSource;
}

const FILE = {
  folder: "word-eval",
  name: "questions-words.txt",
  bytes: 603_955,
  sha256: "8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36",
};

const MIRROR = "https://raw.githubusercontent.com/tmikolov/word2vec/20c129af10659f7c50e86e3be406df663beff438/";

/**
 * Loads the analogies of word2vec (Mikolov et al. 2013, arXiv:1301.3781): 19,544 questions in 14 categories. Names have
 * capitals, as in the file. The file is searched in `word-eval` under `UNROLL_DATA`, then in the user's cache, then at
 * its public mirror. When it is nowhere, questions about the invented words of `loadWordCorpus` replace it, and one line
 * that begins "stand-in data: " says so.
 *
 * @example
 *   const { questions } = await loadWordAnalogies();
 *   console.log(questions.length, questions[0]?.d); // 19544, "Iraq"
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when the file is not available
 */
export async function loadWordAnalogies(options: LoaderOptions = {}): Promise<WordAnalogies> {
  const subject = "word2vec's analogies";
  const wanted = { loader: "loadWordAnalogies", files: [FILE], mirrors: [MIRROR], subject, drawn: "questions" };
  const { files, source } = await findOrDraw(wanted, options);
  return { questions: files ? questionsOf(files[0] as Uint8Array, FILE.name) : drawnQuestions(), source };
}

/** Reads lines ": category", each followed by lines of four words. @throws DataError naming the line */
export function questionsOf(bytes: Uint8Array, file: string): AnalogyQuestion[] {
  let category: string | undefined;
  return textLines(bytes, file).flatMap((text, i) => {
    const line = `line ${i + 1}`;
    if (text.startsWith(":")) {
      category = text.slice(1).trim();
      if (category === "") throw new DataError(file, line, "a category's name after the colon", JSON.stringify(text));
      return [];
    }
    if (category === undefined) throw new DataError(file, line, 'a category, ": name"', JSON.stringify(text));
    const [a, b, c, d, ...more] = text.split(" ");
    if (!a || !b || !c || !d || more.length > 0) {
      throw new DataError(file, line, "four words with a blank between them", JSON.stringify(text));
    }
    return [{ category, a, b, c, d }];
  });
}
