import { characterTokenizer, numericArray, Random, type Tokenizer, wordTokenizer } from "../../../src/data";
import { Dense, dynamicRnn, Embedding, GRUCell, LSTMCell, type Training, toTensor } from "../../../src/rnn";
import { AttentionWrapper, BahdanauAttention, type Seq2seqModel, seq2seqModelOf } from "../../../src/seq2seq";
import type * as tf from "../../../src/tf";

const ENGLISH = "I am cold . you are tired we were happy she is late he was here";
const FRENCH = "j' ai froid . vous êtes fatigués nous étions contents elle est en retard il était là";

/** A model with its tokenizers. */
export interface ExportedTranslator {
  // biome-ignore lint/suspicious/noExplicitAny: an encoder of any outputs
  readonly model: Seq2seqModel<tf.Tensor2D, any>;
  readonly tokenizers: { readonly source: Tokenizer; readonly target: Tokenizer };
}

/** A small translator whose weights are drawn, and so large that its words depend on what it reads. */
export function makeTranslator(): ExportedTranslator {
  const source = wordTokenizer(ENGLISH, { lowerCase: true });
  const target = wordTokenizer(FRENCH, { padding: true, begin: true, end: true });
  const sourceWords = new Embedding({ vocabularySize: source.vocabularySize, embeddingSize: 6 });
  const targetWords = new Embedding({ vocabularySize: target.vocabularySize, embeddingSize: 5 });
  const encoder = new LSTMCell({ inputSize: 6, numUnits: 8 });
  const inner = new LSTMCell({ inputSize: 5 + 7, numUnits: 8 });
  const mechanism = new BahdanauAttention({ numUnits: 9, memorySize: 8, querySize: 8 });
  const cell = new AttentionWrapper(inner, mechanism, { attentionLayerSize: 7 });
  const head = new Dense({ inputSize: 7, outputSize: target.vocabularySize });
  const { begin, end } = needed(target.special);
  const parts = { sourceWords, encoder, targetWords, cell, head };
  const model = seq2seqModelOf(parts, {
    encode: (x: tf.Tensor2D, training?: Training, lengths?: tf.Tensor1D) => {
      const sequenceLength = lengths;
      const [memory, state] = dynamicRnn(encoder, sourceWords.call(x), { training, sequenceLength });
      return { state, memory, lengths };
    },
    cell: ({ memory, lengths }) => cell.attend(memory, lengths),
    ...{ embedding: targetWords, head, begin, end },
  });
  draw(model.variables, 1.5);
  return { model, tokenizers: { source, target } };
}

/** The same without attention: characters to characters, GRU cells. */
export function makePlain(): ExportedTranslator {
  const characters = characterTokenizer(ENGLISH, { unknown: true, begin: true, end: true });
  const words = new Embedding({ vocabularySize: characters.vocabularySize, embeddingSize: 6 });
  const [encoder, cell] = [new GRUCell({ inputSize: 6, numUnits: 8 }), new GRUCell({ inputSize: 6, numUnits: 8 })];
  const head = new Dense({ inputSize: 8, outputSize: characters.vocabularySize });
  const { begin, end } = needed(characters.special);
  const encode = (x: tf.Tensor2D) => ({ state: dynamicRnn(encoder, words.call(x))[1] });
  const model = seq2seqModelOf({ words, encoder, cell, head }, { encode, cell, embedding: words, head, begin, end });
  draw(model.variables, 2.5);
  return { model, tokenizers: { source: characters, target: characters } };
}

function needed({ begin, end }: { readonly begin?: number; readonly end?: number }) {
  if (begin === undefined || end === undefined) throw new Error("expected begin and end");
  return { begin, end };
}

function draw(variables: readonly tf.Variable[], limit: number): void {
  const random = new Random(3);
  for (const variable of variables) {
    const data = Float32Array.from({ length: variable.size }, () => random.uniform(-limit, limit));
    const values = toTensor(numericArray(data, variable.shape));
    variable.assign(values);
    values.dispose();
  }
}
