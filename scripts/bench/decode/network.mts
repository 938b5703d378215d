/** The task's network in Unroll: an LSTM encoder, and an LSTM decoder with Luong's attention. */
import type * as tfjs from "unroll/tf";
import type { Library } from "../workloads/library.mts";
import { type DecodeTask, type DecodeWeights, SIZES } from "./task.mts";

export interface DecodeLibrary extends Library {
  readonly data: typeof import("unroll/data");
  readonly seq2seq: typeof import("unroll/seq2seq");
}

export function decodeNetwork({ rnn, seq2seq }: DecodeLibrary, { begin, end }: Pick<DecodeTask, "begin" | "end">) {
  const { embedding: embeddingSize, units } = SIZES;
  const sourceWords = new rnn.Embedding({ vocabularySize: SIZES.sourceWords, embeddingSize });
  const targetWords = new rnn.Embedding({ vocabularySize: SIZES.targetWords, embeddingSize });
  const encoder = new rnn.BasicLSTMCell({ inputSize: embeddingSize, numUnits: units });
  const inner = new rnn.BasicLSTMCell({ inputSize: embeddingSize + units, numUnits: units });
  const mechanism = new seq2seq.LuongAttention({ numUnits: units, memorySize: units });
  const cell = new seq2seq.AttentionWrapper(inner, mechanism, { attentionLayerSize: units });
  const head = new rnn.Dense({ inputSize: units, outputSize: SIZES.targetWords });
  const model = seq2seq.seq2seqModelOf(
    { sourceWords, encoder, targetWords, cell, head },
    {
      encode: (source: tfjs.Tensor2D, training, lengths) => {
        const sequenceLength = lengths;
        const [memory, state] = rnn.dynamicRnn(encoder, sourceWords.call(source), { training, sequenceLength });
        return { state, memory, lengths };
      },
      cell: ({ memory, lengths }) => cell.attend(memory, lengths),
      ...{ embedding: targetWords, head, begin, end },
    },
  );
  const names = [...pair("encoder"), ...pair("cell"), "memoryKernel", "attentionKernel", ...pair("head")];
  const variables = [encoder, inner, mechanism].flatMap((part) => part.variables);
  const ordered = [...variables, ...cell.attentionKernels, ...head.variables];
  const others = Object.fromEntries(names.map((name, i) => [name, needed(ordered[i])]));
  const words = { sourceWords: sourceWords.embeddings, targetWords: targetWords.embeddings };
  const weights: DecodeWeights = { ...words, ...others };
  return { model, weights };
}

const pair = (part: string) => [`${part}Kernel`, `${part}Bias`];

function needed(variable: tfjs.Variable | undefined): tfjs.Variable {
  if (variable === undefined) throw new Error("the network has fewer weights than names");
  return variable;
}
