import type { Random } from "../../data";
import { type NextTokenOptions, pick, probabilitiesOf, type SamplingOptions } from "./next-token";
import type { Generated, GenerationEnd, TextTokenizer } from "./options";
import { stopSearch } from "./stop-strings";
import { textPieces } from "./text-pieces";

/** One text in the making. */
export interface Continuation {
  /** The token that was chosen last. */
  readonly last: number;
  /** Why the text has ended; undefined while it goes on. */
  readonly reason: GenerationEnd | undefined;
  /** Chooses the next token by the logits. @returns the text that is certain now */
  take(logits: Float32Array): string;
  /** Ends the text. @returns the text that was held back */
  end(reason: GenerationEnd): string;
  /** The text so far. */
  result(): Generated;
}

/** What a text depends on, besides the model. */
export interface ContinuationOptions {
  readonly where: string;
  readonly sampling: SamplingOptions;
  readonly stops: readonly string[];
  readonly length: number;
  readonly random: Random;
}

/**
 * Begins a text after a prompt. Padding, begin and unknown tokens are never chosen; an end token ends the text.
 *
 * @param prompt the prompt's tokens
 */
export function continuation(
  tokenizer: TextTokenizer,
  prompt: Int32Array,
  { where, sampling, stops, length, random }: ContinuationOptions,
): Continuation {
  const { padding, begin, unknown, end } = tokenizer.special;
  const suppress = [padding, begin, unknown].filter((id) => id !== undefined);
  const previous = new Set(prompt);
  const options: NextTokenOptions = { ...sampling, previous, suppress };
  const [pieces, search] = [textPieces(tokenizer, [...prompt]), stopSearch(stops)];
  const ids: number[] = [];
  let text = "";
  let reason: GenerationEnd | undefined;
  const finish = (why: GenerationEnd) => {
    reason = why;
    return why === "stop" ? "" : search.rest();
  };
  const choose = (logits: Float32Array): string => {
    const id = pick(probabilitiesOf(where, logits, options), random.uniform());
    ids.push(id);
    previous.add(id);
    if (id === end) return finish("end");
    const { text: certain, found } = search.push(pieces.push([id]));
    if (found) return certain + finish("stop");
    return ids.length === length ? certain + finish("length") : certain;
  };
  const add = (piece: string) => {
    text += piece;
    return piece;
  };
  return {
    get last() {
      return ids.at(-1) as number;
    },
    get reason() {
      return reason;
    },
    take: (logits) => add(choose(logits)),
    end: (why) => add(finish(why)),
    result: () => ({ text, ids: [...ids], reason: reason as GenerationEnd }),
  };
}
