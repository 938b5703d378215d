/** A notebook as its file holds it. Plain JavaScript, because git's filter reads notebooks before there is a build. */
import { createHash } from "node:crypto";

/** @import { Figure } from "unroll/plot" */

/** @typedef {"quick" | "full"} Profile whether a run trains briefly, or as long as the book does */

/** @typedef {string | string[]} Text a notebook may store a text as a list of its lines */

/**
 * What an output shows, by MIME type; a picture is base64.
 *
 * @typedef {{
 *   "application/vnd.plotly.v1+json"?: Figure,
 *   "text/html"?: Text,
 *   "text/markdown"?: Text,
 *   "text/plain"?: Text,
 *   "image/png"?: Text,
 * }} MimeBundle
 */

/**
 * @typedef {object} Output
 * @property {string} output_type
 * @property {string} [name] of a stream
 * @property {Text} [text] of a stream
 * @property {MimeBundle} [data]
 * @property {{ "image/png"?: { alt?: string } }} [metadata]
 */

/**
 * @typedef {object} Cell
 * @property {string} cell_type
 * @property {string} [id]
 * @property {Text} source
 * @property {{ jupyter?: { source_hidden?: boolean }, [key: string]: unknown }} [metadata]
 * @property {number | null} [execution_count]
 * @property {Output[]} [outputs]
 */

/**
 * What a notebook of the book declares (CONTRIBUTING tells the meaning), and what `--write` notes of its outputs.
 *
 * @typedef {object} UnrollMetadata
 * @property {number | Partial<Record<Profile, number>>} [claims]
 * @property {boolean} [alone]
 * @property {Partial<Record<Profile, number>>} [timeLimit] seconds
 * @property {{ fingerprint: string, digest?: string, profile: string, version?: string }} [outputs]
 */

/**
 * @typedef {object} NotebookDocument
 * @property {Cell[]} cells
 * @property {{ kernelspec?: object, language_info?: object, unroll?: UnrollMetadata }} [metadata]
 * @property {number} [nbformat]
 */

/**
 * A text as one string.
 *
 * @param {Text | undefined} text
 */
export function joined(text) {
  return Array.isArray(text) ? text.join("") : (text ?? "");
}

/**
 * SHA-256 of what the code cells show. A run in JupyterLab leaves other outputs under the same fingerprint.
 *
 * @param {Pick<NotebookDocument, "cells">} document
 */
export function outputsDigest(document) {
  const code = document.cells.filter((cell) => cell.cell_type === "code");
  const shown = code.map(({ execution_count = null, outputs = [] }) => ({ execution_count, outputs }));
  return createHash("sha256")
    .update(JSON.stringify(sortedKeys(shown)))
    .digest("hex");
}

/** Cell metadata that people set; all else is the editor's. */
const KEPT = ["tags", "jupyter", "slideshow"];

/**
 * What people set of a cell's metadata.
 *
 * @param {Cell} cell
 * @returns {Record<string, unknown>}
 */
export function ownMetadata({ metadata = {} }) {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => KEPT.includes(key)));
}

/**
 * A notebook as it stands in its file. Jupyter writes keys in order; so do we, and saving a notebook there changes nothing.
 *
 * @param {NotebookDocument} document
 */
export function notebookText(document) {
  return `${JSON.stringify(sortedKeys(document), null, 1)}\n`;
}

/**
 * @param {unknown} value
 * @returns {unknown}
 */
function sortedKeys(value) {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sortedKeys(inner)]),
  );
}
