import { numericArray } from "../../../src/data";
import { Dense, DropoutWrapper, dynamicRnn, Embedding, type RNNCell, type State } from "../../../src/rnn";
import type * as tf from "../../../src/tf";
import { statefulModelOf } from "../../../src/train";

/** A tokenizer whose tokens are these texts; the special ones leave no text. */
export function tokensOf(texts: readonly string[], special: Record<string, number> = {}) {
  const isSpecial = (id: number) => Object.values(special).includes(id);
  return {
    kind: "chars" as const,
    vocabularySize: texts.length,
    special,
    encode(text: string) {
      const ids: number[] = [];
      for (let rest = text; rest !== ""; ) {
        const id = texts.findIndex((token, i) => token !== "" && !isSpecial(i) && rest.startsWith(token));
        if (id < 0) throw new RangeError(`no token for ${rest}`);
        ids.push(id);
        rest = rest.slice(texts[id]?.length);
      }
      return numericArray(Int32Array.from(ids), [ids.length]);
    },
    decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => (isSpecial(id) ? "" : (texts[id] as string))).join(""),
  };
}

/** Letters a to t and a space. */
export const letters = tokensOf([..."abcdefghijklmnopqrst "]);

/** A language model of any cell. */
export function languageModel<S extends State>(cell: RNNCell<S>, vocabularySize: number, keep = 1) {
  const wrapped = new DropoutWrapper(cell, { outputKeepProb: keep });
  const embedding = new Embedding({ vocabularySize, embeddingSize: cell.inputSize, seed: 1 });
  const head = new Dense({ inputSize: cell.outputSize, outputSize: vocabularySize, seed: 2 });
  return statefulModelOf({ embedding, cell, head }, (x: tf.Tensor2D, training, _lengths, initialState?: S) => {
    const [outputs, state] = dynamicRnn(wrapped, embedding.call(x), { training, initialState });
    return { outputs: head.call(outputs), state };
  });
}
