/** Text from a language model of a run. */
import { bestCheckpoint, latestCheckpoint, type NumericArray, type Tokenizer, unknownCount } from "unroll/data";
import { ready } from "unroll/tf";
import { type GenerateOptions, generate, loadWeights } from "unroll/train";
import type { Settings } from "../config.mts";
import type { MakeOptions } from "../task.mts";
import { languageModel } from "./network.mts";
import { keptTokenizer } from "./tokenizer.mts";

/** How the settings let a model choose its tokens. */
export function samplingOf({ length = 300, temperature, topK, topP, seed }: Settings): GenerateOptions {
  return {
    ...{ length, seed },
    ...(temperature !== undefined && { temperature }),
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
  };
}

/**
 * Goes on with a text, from the run's best checkpoint, or from its last one where none was compared yet. The text appears
 * while it is made.
 *
 * @returns whether it came to its end; it does not when Ctrl-C is pressed
 * @throws Error where the run has no checkpoint, or the vocabulary of another run
 */
export async function writeOn(settings: Settings, { tell, write }: Writing): Promise<boolean> {
  const { folder, generate: prompt = "" } = settings;
  await ready();
  const checkpoint = (await bestCheckpoint(folder)) ?? (await latestCheckpoint(folder));
  if (checkpoint === undefined) throw new Error(`expected a checkpoint in ${folder}, got none: it was not trained yet`);
  const tokenizer = await keptTokenizer(settings, checkpoint);
  const model = languageModel(settings, tokenizer.vocabularySize);
  await loadWeights(model, checkpoint.path);
  tell(`checkpoint ${checkpoint.number} of ${folder}`);
  const unknown = unknownLine(tokenizer, prompt);
  if (unknown !== undefined) tell(unknown);
  const sampling = samplingOf(settings);
  let before = prompt; // once it is known that the model can read it
  const onText = (text: string) => {
    write(before + text);
    before = "";
  };
  const { reason } = await generate(model, tokenizer, { ...sampling, prompt, onText });
  write(`${before}\n`);
  return reason !== "interrupted";
}

interface Writing extends Pick<MakeOptions, "write"> {
  /** Tells what is done, beside the text. */
  readonly tell: (line: string) => void;
}

/** The begin of a text that a tokenizer can read: a new line, or else the first token of a text that is not unknown. */
export function promptOf(tokenizer: Tokenizer, text: NumericArray<Int32Array>): string {
  const { kind, vocabularySize } = tokenizer;
  if (kind === "bpe" || (kind === "chars" && tokenizer.id("\n") !== undefined)) return "\n";
  const vocabulary = Array.from({ length: vocabularySize }, (_, id) => id);
  const readable = [...text.data, ...vocabulary].find((id) => tokenizer.decode([id]) !== "");
  return readable === undefined ? "" : tokenizer.decode([readable]);
}

/** How many of a text's tokens the model reads as unknown, as a line; none where it knows all of them. */
function unknownLine(tokenizer: Tokenizer, text: string): string | undefined {
  const ids = tokenizer.encode(text);
  const count = unknownCount(tokenizer, ids);
  if (count === 0) return undefined;
  return `${count} of the ${ids.data.length} tokens of this text are not in the vocabulary: the model reads them as unknown`;
}
