import { DataError } from "../errors";
import { checkPath } from "../files/check-path";
import { saveFiles } from "../files/save-files";
import { contentName } from "../files/superseded";
import { float32Text } from "./float32-text";
import { checkVectors, rowAt, type WordVectors } from "./word-vectors";

/** Word vectors for TensorBoard's projector, and what it shows beside the words. */
export interface ProjectedVectors extends WordVectors {
  /** Further columns: a value for each word, by the column's name; say its count. Default: none. */
  readonly columns?: Readonly<Record<string, readonly (string | number)[]>>;
}

/**
 * Writes word vectors for the projector of TensorBoard, its page with a cloud of points that one can turn, search and
 * colour: for each name the files `NAME-SUM.tsv` (the vectors) and `NAME-metadata-SUM.tsv` (the words), where SUM is a
 * checksum of both, so that the vectors and the words of two trainings never stand together, and
 * `projector_config.pbtxt`, which names them. `npm run tensorboard` shows them when the folder is in `runs/`;
 * https://projector.tensorflow.org loads the two .tsv files.
 *
 * The format has no way to write a tab or the end of a line inside a word: they are written as `\t`, `\n`, `\r`, and a
 * word without a visible character in quotes. A folder's older configuration is replaced, and the files that it named
 * under the same names are removed, so give all vectors in one call.
 *
 * @example
 *   const table = numericArray(Float32Array.of(1, 0, 0.8, 0.6), [2, 2]);
 *   await saveProjector("runs/words", { words: { words: ["king", "queen"], vectors: table, columns: { count: [9, 4] } } });
 *
 * @param embeddings vectors by name; a name is of letters, digits, `_`, `-` and `.`
 * @throws DataError for another name, a number that is not finite, a column that has not one value for each word, and when
 *   a file cannot be written
 */
export async function saveProjector(
  folder: string,
  embeddings: Readonly<Record<string, ProjectedVectors>>,
): Promise<void> {
  checkPath("saveProjector", "folder", folder);
  const encoder = new TextEncoder();
  const files: Record<string, Uint8Array> = {};
  let config = "";
  const entries = Object.entries(embeddings);
  if (entries.length === 0) throw new DataError("saveProjector", "embeddings", "vectors by name", "none");
  for (const [name, vectors] of entries) {
    if (!/^\w[\w.-]*$/.test(name)) {
      const expected = "a name of letters, digits, _, - and ., which begins with none of the last two";
      throw new DataError("saveProjector", "embeddings", expected, JSON.stringify(name));
    }
    checkVectors("saveProjector", vectors);
    const both = [tensorLines(vectors), metadataLines(vectors)].map((text) => encoder.encode(text));
    const paths = [`${name}.tsv`, `${name}-metadata.tsv`].map((path) => contentName(path, ...both));
    paths.forEach((path, i) => {
      files[path] = both[i] as Uint8Array;
    });
    config += configOf(name, vectors, paths);
  }
  files["projector_config.pbtxt"] = encoder.encode(config);
  await saveFiles(folder, files);
}

function configOf(name: string, { vectors }: WordVectors, [tensors, metadata]: readonly string[]): string {
  const [count, size] = vectors.shape;
  const shape = `  tensor_shape: ${count}\n  tensor_shape: ${size}\n`;
  const paths = `  metadata_path: "${metadata}"\n  tensor_path: "${tensors}"\n`;
  return `embeddings {\n  tensor_name: "${name}"\n${shape}${paths}}\n`;
}

function tensorLines(vectors: WordVectors): string {
  const number = (value: number, row: number) => {
    if (Number.isFinite(value)) return float32Text(value);
    throw new DataError(
      "saveProjector",
      `vector of ${JSON.stringify(vectors.words[row])}`,
      "finite numbers",
      `${value}`,
    );
  };
  const line = (row: number) => `${Array.from(rowAt(vectors, row), (value) => number(value, row)).join("\t")}\n`;
  return vectors.words.map((_, row) => line(row)).join("");
}

/** The words alone, without a header; with columns, a header and a line for each word. */
function metadataLines({ words, columns = {} }: ProjectedVectors): string {
  const names = Object.keys(columns);
  for (const [name, values] of Object.entries(columns)) {
    if (values.length === words.length) continue;
    throw new DataError(
      "saveProjector",
      `columns.${name}`,
      `a value for each of ${words.length} words`,
      `${values.length}`,
    );
  }
  const header = names.length === 0 ? [] : [["word", ...names]];
  const rows = words.map((word, row) => [word, ...names.map((name) => cellOf(columns[name]?.[row]))]);
  return [...header, ...rows].map((cells) => `${cells.map(escaped).join("\t")}\n`).join("");
}

const cellOf = (value: unknown): string => (Object.is(value, -0) ? "-0" : String(value)); // String(-0) is "0"

const ESCAPES: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** The projector passes over lines without a visible character, and all later words would move up by one. */
function escaped(cell: string): string {
  const text = cell.replace(/[\t\n\r]/g, (character) => ESCAPES[character] as string);
  return text.trim() === "" ? JSON.stringify(text) : text;
}
