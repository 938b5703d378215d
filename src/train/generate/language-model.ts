import { ArgumentError } from "../../arguments";
import { flattenState, packState, type State } from "../../rnn";
import * as tf from "../../tf";
import { checkModel, singleOutput } from "../model";
import { callStateful, type StatefulModel } from "../stateful-model";
import type { TextTokenizer } from "./options";

/** A language model: of token ids `[batch, nSteps]` it computes logits `[batch, nSteps, vocabulary]`, and its state. */
// biome-ignore lint/suspicious/noExplicitAny: any state
export type LanguageModel = StatefulModel<tf.Tensor2D, tf.Tensor3D, any>;

/** A model that reads tokens, with what its state looks like. */
export interface LanguageReader {
  readonly model: LanguageModel;
  /**
   * Reads the tokens of each row, without dropout.
   *
   * @param x int32 `[rows, nSteps]`
   * @param state the state before, in the order of `flattenState`
   * @returns the logits after the last token, `[rows, vocabulary]`, and the state
   */
  read(x: tf.Tensor2D, state: readonly tf.Tensor[]): { logits: tf.Tensor2D; state: tf.Tensor[] };
  /** The state of one row before its first token, as in a training: the model's `initialState`, or zeros. */
  initialState(): tf.Tensor[];
}

/**
 * Checks that a model and a tokenizer go together, by a first call with the first token.
 *
 * @throws ArgumentError for a model without a state, or one that has another number of logits than the tokenizer has tokens
 */
export function languageReader(
  where: string,
  model: LanguageModel,
  { vocabularySize }: Pick<TextTokenizer, "vocabularySize">,
): LanguageReader {
  checkModel(where, model);
  if (typeof model.callWithState !== "function") {
    const written = "statefulModelOf(parts, (x, training, lengths, state) => ({ outputs, state }))";
    throw new ArgumentError(where, "model", `a stateful one, ${written}`, "one that keeps no state from call to call");
  }
  let structure: State = [];
  const zeros = tf.tidy(() => {
    const { outputs, state } = callStateful(where, model, { x: tf.zeros([1, 1], "int32") });
    checkLogits(where, singleOutput(where, outputs), [1, 1], vocabularySize);
    structure = state;
    return flattenState(state).map((each) => tf.zerosLike(each));
  });
  tf.dispose(zeros);
  const shapes = zeros.map(({ shape }) => shape);
  return {
    model,
    read(x, before) {
      const packed = packState(structure, before as readonly tf.Tensor2D[]);
      const { outputs, state } = callStateful(where, model, { x }, undefined, packed);
      const [rows, nSteps] = x.shape;
      const all = checkLogits(where, singleOutput(where, outputs), x.shape, vocabularySize);
      const last = tf.reshape(tf.slice(all, [0, nSteps - 1, 0], [rows, 1, vocabularySize]), [rows, vocabularySize]);
      return { logits: last as tf.Tensor2D, state: flattenState(state) };
    },
    initialState: () =>
      tf.tidy(() => {
        const begin = model.initialState?.(1);
        if (begin !== undefined) return flattenState(begin).map((each) => tf.clone(each));
        return shapes.map((shape) => tf.zeros<tf.Rank.R2>(shape));
      }),
  };
}

/** Refuses outputs that are not logits for each token of the vocabulary. @throws ArgumentError */
function checkLogits(where: string, outputs: tf.Tensor, x: readonly number[], vocabularySize: number): tf.Tensor3D {
  const [rows, nSteps, size] = outputs.shape;
  if (outputs.rank !== 3 || rows !== x[0] || nSteps !== x[1]) {
    const expected = `logits [${x.join(", ")}, vocabulary] for tokens [${x.join(", ")}]`;
    throw new ArgumentError(where, "model's outputs", expected, `[${outputs.shape.join(", ")}]`);
  }
  if (size === vocabularySize) return outputs as tf.Tensor3D;
  const expected = `one of ${size} tokens, as many as the model's logits (the model's own tokenizer)`;
  throw new ArgumentError(where, "tokenizer", expected, `one of ${vocabularySize}`);
}
