import { ArgumentError } from "../../arguments";
import { Random } from "../../data";
import { willCompile } from "../step/will-compile";
import { type StopWatch, watchForStop } from "../stop";
import { type Continuation, continuation } from "./continuation";
import { type LanguageModel, languageReader } from "./language-model";
import {
  checkGenerateOptions,
  checkTokenizer,
  type Generated,
  type GenerateOptions,
  stopsOf,
  type TextTokenizer,
} from "./options";
import { compiledSteps, eagerSteps, readPrompt, repeated, type TokenSteps } from "./token-steps";

/**
 * Continues a text with a language model: the model reads the prompt, a token is drawn by its logits, the model reads that
 * token, and so on. The state goes on from token to token, so each token depends on all before it. Dropout is off.
 *
 *   logits, state = model(prompt, zeros)
 *   repeat   token ~ nextTokenProbabilities(logits)
 *            logits, state = model(token, state)
 *
 * The tokens are drawn on the host, in double precision, with `Random`: eager and compiled, the same seed gives the same text, as
 * long as the logits differ by rounding only. Padding, begin and unknown tokens are never drawn.
 *
 * @example
 *   const { text } = await generate(languageModel, tokenizer, { prompt: "To be", length: 300, temperature: 0.8 });
 *   console.log(text);
 *
 * @example
 *   const onText = (piece: string) => process.stdout.write(piece); // the text appears while it is made
 *   await generate(languageModel, tokenizer, { prompt: "HAMLET:", stop: "\n\n", seed: 42, onText });
 *
 * @param model of `statefulModelOf`: token ids, int32 `[batch, nSteps]`, to logits `[batch, nSteps, vocabulary]` and its state
 * @param tokenizer the one that made the tokens that the model was trained with
 * @param options with `count`, several texts are made side by side, and a list comes back
 * @returns the text after the prompt; when it is stopped, what there is, with the reason "interrupted"
 * @throws ArgumentError for a model without a state, a tokenizer of another vocabulary, an empty prompt where the tokenizer has no
 *   begin token, an option out of its range, and logits that are not finite; DataError of the tokenizer for a prompt with
 *   characters that it does not know
 */
export async function generate(
  model: LanguageModel,
  tokenizer: TextTokenizer,
  options: GenerateOptions & { count: number },
): Promise<Generated[]>;
export async function generate(
  model: LanguageModel,
  tokenizer: TextTokenizer,
  options?: GenerateOptions,
): Promise<Generated>;
export async function generate(
  model: LanguageModel,
  tokenizer: TextTokenizer,
  options: GenerateOptions & { count?: number } = {},
): Promise<Generated | Generated[]> {
  const where = "generate";
  checkTokenizer(where, tokenizer);
  checkGenerateOptions(where, options);
  const { prompt = "", length = 100, seed = Math.floor(Math.random() * 2 ** 32), count, signal, onText } = options;
  const compiled = willCompile(where, options.compiled, length);
  const ids = promptTokens(where, tokenizer, prompt);
  const reader = languageReader(where, model, tokenizer);
  const settings = { where, sampling: options, stops: stopsOf(options), length };
  const rows = Array.from({ length: count ?? 1 }, (_, row) =>
    continuation(tokenizer, ids, { ...settings, random: new Random(seed, row) }),
  );
  const tell = async (piece: string, row: number) => {
    if (piece !== "") await onText?.(piece, row);
  };
  const watch = await watchForStop(signal);
  let steps: TokenSteps | undefined;
  try {
    const after = await readPrompt(reader, ids, watch);
    if (after !== undefined) {
      const state = repeated(after.state, rows.length);
      steps = compiled ? compiledSteps(reader, state) : eagerSteps(reader, state);
      await write(rows, after.logits, { steps, watch, tell });
    }
    for (const [row, each] of rows.entries()) {
      if (each.reason === undefined) await tell(each.end("interrupted"), row);
    }
  } finally {
    watch.close();
    steps?.dispose();
    onText?.end?.();
  }
  const results = rows.map((row) => row.result());
  return count === undefined ? (results[0] as Generated) : results;
}

interface Writing {
  readonly steps: TokenSteps;
  readonly watch: StopWatch;
  readonly tell: (piece: string, row: number) => Promise<void>;
}

/** Chooses and reads tokens until each text has ended, or all are stopped. */
async function write(rows: readonly Continuation[], first: Float32Array, { steps, watch, tell }: Writing) {
  const size = first.length;
  let logits = (_row: number) => first;
  while (watch.reason === undefined) {
    for (const [row, each] of rows.entries()) {
      if (each.reason === undefined) await tell(each.take(logits(row)), row);
    }
    if (rows.every(({ reason }) => reason !== undefined)) return;
    const all = steps.next(rows.map(({ last }) => last)); // a text that has ended reads its last token again
    logits = (row) => all.subarray(row * size, (row + 1) * size);
    await watch.yieldNow();
  }
}

/** The tokens of a prompt; of an empty one the begin token. @throws ArgumentError where there is none */
function promptTokens(where: string, tokenizer: TextTokenizer, prompt: string): Int32Array {
  const { data } = tokenizer.encode(prompt);
  const { begin } = tokenizer.special;
  if (data.length > 0) return data;
  if (begin !== undefined) return Int32Array.of(begin);
  const expected = "a text of one token or more, as the tokenizer has no begin token to start from";
  throw new ArgumentError(where, "prompt", expected, prompt === "" ? "an empty one" : JSON.stringify(prompt));
}
