import { readFileSync } from "node:fs";
import { checkCount, checkOptions, describe } from "../../arguments";
import type { InferenceGraph } from "../../compile";
import { graphModelFiles } from "../../compile/internal";
import { saveFiles, type Tokenizer } from "../../data";
import { contentName, pageTokenizer } from "../../data/internal";
import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import { checkLengthPenalty } from "../decoders/beam/penalties";
import type { Encoded } from "../model/decoder";
import type { Seq2seqModel } from "../model/seq2seq-model";
import { checkTargetTokenizer, textlessTokens } from "../model/target-tokenizer";
import { checkTranslates } from "./check-translates";
import { PAGE, STYLE } from "./page/page";
import { SCRIPT } from "./page/script";
import { translatorGraphs } from "./translator-graphs";

/** The options of `exportTranslator`. */
export interface ExportTranslatorOptions {
  /** The most tokens of a translation. Required. */
  maximumLength: number;
  /** The hypotheses that the page's beam search keeps; 1 takes the likeliest token each time. Default: 1. */
  beamWidth?: number;
  /** The power of the length by which scores of a beam search are divided, as in `decode`. Default: 0. */
  lengthPenalty?: number;
}

/**
 * Writes a translator as a folder that a browser runs without any other files: a page in which one types a sentence, and sees its
 * translation and, where the model attends, which words the decoder looked at for each word. Any static web server can serve it,
 * and the page loads nothing from elsewhere. It writes what `translate` writes with the same options.
 *
 * The model becomes two graphs, the encoder and one step of the decoder (in `encoder` and `decoder`, graph models of
 * plain TensorFlow.js); `translator.json`, written last, names their files, whose names have a checksum of their
 * content: whenever the program is killed, the page has the older translator or the new one, wholly. The search is a
 * loop of the page. Words that the source's tokenizer does not know are named on the page, and so is an empty sentence.
 *
 * @example
 *   const tokenizers = { source: english, target: french };
 *   await exportTranslator(seq2seqModel, tokenizers, "exported/translator", { maximumLength: 12, beamWidth: 4 });
 *
 * @param tokenizers of words or of characters
 * @param folder is made; files in it with the same names are replaced, and the graphs of the translator that was there removed
 * @throws ArgumentError for a tokenizer of byte pairs or of another vocabulary than the model's, a model that is disposed or whose logits
 *   are not finite, and an option that is wrong or unknown
 * @throws CompileError naming the operation that cannot be written for sentences of any length, or that TensorFlow.js lacks; nothing
 *   is written then
 * @throws DataError when the folder cannot be written
 */
export async function exportTranslator<E extends Encoded>(
  model: Seq2seqModel<tf.Tensor2D, E>,
  tokenizers: { readonly source: Tokenizer; readonly target: Tokenizer },
  folder: string,
  options: ExportTranslatorOptions,
): Promise<void> {
  const given = rulesOf(model, options);
  if (typeof folder !== "string" || folder === "") throw new ArgumentError(WHERE, "folder", "a path", describe(folder));
  const { source, target } = tokenizers ?? {};
  const known = {
    source: pageTokenizer(WHERE, "tokenizers.source", source),
    target: pageTokenizer(WHERE, "tokenizers.target", target),
  };
  checkTargetTokenizer(WHERE, model, target);
  await checkTranslates(WHERE, model, source);
  const rules = { ...given, textless: textlessTokens(target) };
  const { encoder, decoder, ...names } = translatorGraphs(model, weightsOf(model));
  const files = {
    encoder: await filesOf("encoder", encoder),
    decoder: await filesOf("decoder", decoder),
  };
  const graphs = {
    encoder: { loops: hasLoop(encoder), files: Object.keys(files.encoder) },
    decoder: { loops: hasLoop(decoder), files: Object.keys(files.decoder) },
  };
  await saveFiles(folder, {
    ...files.encoder,
    ...files.decoder,
    "tf.min.js": readFileSync(tf.browserScript()),
    "page.js": Buffer.from(SCRIPT),
    "page.css": Buffer.from(STYLE),
    "index.html": Buffer.from(PAGE),
    "translator.json": Buffer.from(JSON.stringify({ rules, ...known, ...names, graphs })),
  });
}

/**
 * The files of a graph, in a folder of its name, the model's JSON last. All are named by their content, and
 * `translator.json` names them: so the encoder and the decoder of two translators never stand together.
 */
async function filesOf(name: string, graph: InferenceGraph): Promise<Record<string, Uint8Array>> {
  const files = await graphModelFiles(graph);
  return Object.fromEntries(
    Object.entries(files).map(([file, bytes]) => [
      `${name}/${file === "model.json" ? contentName(file, bytes) : file}`,
      bytes,
    ]),
  );
}

const WHERE = "exportTranslator";

function rulesOf<E extends Encoded>({ begin, end }: Seq2seqModel<tf.Tensor2D, E>, options: ExportTranslatorOptions) {
  checkOptions(WHERE, options, ["maximumLength", "beamWidth", "lengthPenalty"]);
  const { maximumLength, beamWidth = 1, lengthPenalty = 0 } = options;
  checkCount(WHERE, "maximumLength", maximumLength);
  checkCount(WHERE, "beamWidth", beamWidth);
  checkLengthPenalty(WHERE, "lengthPenalty", lengthPenalty, maximumLength);
  return { begin, end, maximumLength, beamWidth, lengthPenalty };
}

const weightsOf = ({
  weights,
  variables,
}: Pick<Seq2seqModel, "weights" | "variables">): Readonly<Record<string, tf.Variable>> =>
  weights ?? Object.fromEntries(variables.map((variable, i) => [`${i}`, variable]));

const hasLoop = ({ writer }: InferenceGraph): boolean => writer.nodes.some((node) => node.getOp() === "Enter");
