/** Puts what the cells showed into the notebooks: stripped of what changes from run to run, with a PNG of each figure. */
import { dirname } from "node:path";
import { altText } from "unroll/plot";
import { writeWhole } from "#setup/files.mjs";
import {
  joined,
  type NotebookDocument,
  notebookText,
  type Output,
  outputsDigest,
  ownMetadata,
} from "#setup/jupyter/notebook-file.mjs";
import { ROOT } from "#setup/paths.mjs";
import { readNotebook } from "../find.mts";
import { PLOTLY_MIME } from "../report/html.mts";
import type { Verdict } from "../verdict.mts";
import { fingerprint, MOST_BYTES } from "./outputs.mts";
import { drawPngs } from "./png.mts";

/** A notebook that was run. */
export interface WrittenResult extends Pick<Verdict, "status"> {
  readonly name: string;
  readonly path: string;
  /** Its executed copy. */
  readonly output: string;
  readonly shownPath: string;
}

/** What is noted of the run beside the outputs. */
interface Made {
  readonly profile: string;
  readonly version: string;
}

/**
 * Writes the notebooks that passed; the others keep what they have, and a line says so.
 *
 * @param options `signal`: when it is aborted before the writing begins, nothing is written
 * @throws Error when a figure cannot be drawn, or a notebook would be too large; nothing is written then
 */
export async function writeBack(
  results: readonly WrittenResult[],
  made: Made,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const passed = results.filter((result) => result.status === "passed");
  const written = passed.map((result) => ({ result, document: withOutputs(result) }));
  await addPngs(
    written.flatMap(({ document }) => document.cells.flatMap((cell) => cell.outputs ?? [])),
    signal,
  );
  const texts = written.map(({ result, document }) => ({ result, ...asText(result, document, made) }));
  signal?.throwIfAborted();
  for (const { result, text, bytes } of texts) {
    writeWhole(result.path, text);
    console.log(`  wrote ${result.shownPath} (${Math.ceil(bytes / 1024)} KB)`);
  }
  for (const { name, status } of results.filter((result) => !passed.includes(result))) {
    console.log(`  not written: ${name} (${status})`);
  }
}

function asText({ name }: WrittenResult, document: NotebookDocument, { profile, version }: Made) {
  const outputs = { fingerprint: fingerprint(document), digest: outputsDigest(document), profile, version };
  const { metadata } = document;
  const text = notebookText({ ...document, metadata: { ...metadata, unroll: { ...metadata?.unroll, outputs } } });
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES) throw new Error(`${name} would have ${bytes} bytes; ${MOST_BYTES} are the most`);
  return { text, bytes };
}

/** The notebook as it stands, with the outputs of its executed copy. */
function withOutputs({ path, output }: WrittenResult): NotebookDocument {
  const document = readNotebook(path);
  const executed = readNotebook(output);
  if (fingerprint(document) !== fingerprint(executed)) throw new Error(`${path} changed while it ran; run it again`);
  const codeCells = executed.cells.filter((cell) => cell.cell_type === "code");
  let count = 0;
  for (const cell of document.cells) {
    cell.metadata = ownMetadata(cell);
    if (cell.cell_type !== "code") continue;
    const ran = codeCells[count++];
    cell.execution_count = joined(cell.source).trim() === "" ? null : (ran?.execution_count ?? null);
    cell.outputs = mergedStreams(ran?.outputs ?? []);
  }
  const { kernelspec, language_info, unroll } = document.metadata ?? {};
  document.metadata = { kernelspec, language_info: language_info ?? executed.metadata?.language_info, unroll };
  return document;
}

/** One output for what was printed in many pieces. */
function mergedStreams(outputs: readonly Output[]): Output[] {
  const merged: Output[] = [];
  for (const output of outputs) {
    const last = merged.at(-1);
    const goesOn = output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name;
    if (last && goesOn) last.text = joined(last.text) + joined(output.text);
    else merged.push({ ...output });
  }
  return merged
    .map(withoutSound)
    .map((output) => ("text" in output ? { ...output, text: linesOf(fromProject(joined(output.text))) } : output));
}

/**
 * An output without its player: code hosts do not play sounds, and a sound is larger than all else in a notebook. The line that
 * says what it was stays; the run's report has the player.
 */
export function withoutSound(output: Output): Output {
  const { "text/html": html, ...others } = output.data ?? {};
  return html !== undefined && /<audio\b/.test(joined(html)) ? { ...output, data: others } : output;
}

/** A text whose paths begin at the project's folder: where it stands on this machine is nothing that a reader needs. */
export function fromProject(text: string, root = ROOT): string {
  const parent = dirname(root);
  const own = text.replaceAll(`${root}/`, "");
  return parent === dirname(parent) ? own : own.replaceAll(`${parent}/`, "../");
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

async function addPngs(outputs: readonly Output[], signal: AbortSignal | undefined): Promise<void> {
  const drawn = outputs.flatMap((output) => {
    const figure = output.data?.[PLOTLY_MIME];
    return figure ? [{ output, figure }] : [];
  });
  if (drawn.length === 0) return;
  const figures = drawn.map(({ figure }) => figure);
  const pngs = await drawPngs(figures, { signal });
  drawn.forEach(({ output, figure }, i) => {
    output.data = { ...output.data, "image/png": pngs[i] };
    output.metadata = { ...output.metadata, "image/png": { alt: altText(figure) } };
  });
}
