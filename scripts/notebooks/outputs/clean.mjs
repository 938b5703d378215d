/**
 * What git takes of a notebook: `git config filter.unroll-notebooks.clean` runs this on a notebook's file, and setup
 * installs it. A run in JupyterLab saves outputs and counts in the file, where the reader finds them again; git sees the
 * notebook as it is committed (git-refresh.mts keeps `git status` clean too). What a person changed, cells and metadata, git sees; so it
 * does the outputs that `npm run notebooks -- --full --write` wrote.
 *
 *   node scripts/notebooks/outputs/clean.mjs notebooks/01-recurrent-neurons.ipynb < file > what git takes
 *
 * Plain JavaScript, because git runs it at any time, also where there is no build.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { joined, notebookText, outputsDigest, ownMetadata } from "../../setup/jupyter/notebook-file.mjs";

/** @import { Cell, NotebookDocument } from "../../setup/jupyter/notebook-file.mjs" */

/**
 * @param {string} text the file's content
 * @param {string | undefined} committed the content that git has of it; undefined for a new notebook
 * @returns {string}
 */
export function cleaned(text, committed) {
  const document = asNotebook(text);
  if (document?.metadata?.unroll === undefined) return text; // not of the book
  const known = asNotebook(committed);
  const isWritten = document.metadata.unroll.outputs?.digest === outputsDigest(document);
  if (known && isDeepStrictEqual(contentOf(document), contentOf(known))) {
    return isWritten && outputsDigest(document) !== outputsDigest(known) ? notebookText(document) : (committed ?? text);
  }
  return notebookText(isWritten ? document : withOutputsOf(document, known));
}

/**
 * What a person writes: cells, and what the notebook declares.
 *
 * @param {NotebookDocument} document
 */
function contentOf({ cells, metadata }) {
  const { outputs, ...declared } = metadata?.unroll ?? {};
  const written = cells.map((cell) => ({ ...keyOf(cell), metadata: ownMetadata(cell) }));
  return { written, declared };
}

/** @param {Cell} cell */
const keyOf = ({ cell_type, id, source }) => ({ cell_type, id, source: joined(source) });

/**
 * Cells that git knows get the outputs that git knows; the others have none.
 *
 * @param {NotebookDocument} document
 * @param {NotebookDocument | undefined} known
 * @returns {NotebookDocument}
 */
function withOutputsOf(document, known) {
  const outputs = new Map((known?.cells ?? []).map((cell) => [JSON.stringify(keyOf(cell)), cell]));
  const cells = document.cells.map((cell) => {
    const metadata = ownMetadata(cell);
    if (cell.cell_type !== "code") return { ...cell, metadata };
    const same = outputs.get(JSON.stringify(keyOf(cell)));
    return { ...cell, metadata, execution_count: same?.execution_count ?? null, outputs: same?.outputs ?? [] };
  });
  const { outputs: _, ...declared } = document.metadata?.unroll ?? {};
  const made = known?.metadata?.unroll?.outputs;
  const { kernelspec, language_info } = known?.metadata ?? document.metadata ?? {};
  return { ...document, cells, metadata: { kernelspec, language_info, unroll: { ...declared, outputs: made } } };
}

/**
 * @param {string | undefined} text
 * @returns {NotebookDocument | undefined}
 */
function asNotebook(text) {
  try {
    const document = JSON.parse(text ?? "");
    return Array.isArray(document?.cells) ? document : undefined;
  } catch {
    return undefined; // a merge's conflict marks, an empty file
  }
}

/**
 * What the index has of a path, or else the last commit.
 *
 * @param {string} path
 */
function committedText(path) {
  for (const of of ["", "HEAD"]) {
    const { status, stdout } = spawnSync("git", ["show", `${of}:${path}`], { encoding: "utf8", maxBuffer: 2 ** 28 });
    if (status === 0) return stdout;
  }
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(cleaned(readFileSync(0, "utf8"), committedText(process.argv[2] ?? "")));
}
