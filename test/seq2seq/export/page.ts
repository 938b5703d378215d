import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ExportTranslatorOptions, exportTranslator } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { temporaryFolder } from "../../temporary-folder";
import type { ExportedTranslator } from "./support";

/** What the page knows of a sentence that it translated. */
export interface PageTranslation {
  readonly text: string;
  readonly tokens: string[];
  readonly source: { readonly pieces: string[] };
  readonly alignments: number[][];
  readonly reason: "end" | "length";
}

/** Exports a translator and runs the page's script here, on this engine, with the folder's files. */
export async function pageOf(
  { model, tokenizers }: ExportedTranslator,
  options: ExportTranslatorOptions,
): Promise<(sentence: string) => Promise<PageTranslation>> {
  const folder = temporaryFolder();
  await exportTranslator(model, tokenizers, folder, options);
  const parse = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const loadGraphModel = (name: string) => {
    const { weightsManifest, ...artifacts } = parse(name);
    const weights = readFileSync(join(folder, name, "..", weightsManifest[0].paths[0]));
    const weightData = new Uint8Array(weights).buffer;
    return tf.loadGraphModel(tf.io.fromMemory({ ...artifacts, weightSpecs: weightsManifest[0].weights, weightData }));
  };
  const element = { addEventListener: () => {} };
  const start = new Function("tf", "document", "fetch", `${readFileSync(join(folder, "page.js"))}; return translator;`);
  return start(
    { ...tf, loadGraphModel, setBackend: async () => true },
    { getElementById: () => element },
    async (name: string) => ({ json: async () => parse(name) }),
  );
}
