import { type InferenceGraph, inferenceGraph } from "../../compile";
import type * as tf from "../../tf";
import type { Encoded } from "../model/decoder";
import type { Seq2seqModel } from "../model/seq2seq-model";
import { decoderGraph } from "./decoder-graph";
import { named, type Structures, withoutGaps } from "./structures";

/** A model in two graphs. */
export interface TranslatorGraphs {
  /** From `source` `[1, nSteps]` and `lengths` `[1]` to what the encoder made and the decoder's first state. */
  readonly encoder: InferenceGraph;
  /** One step: from `tokens` `[rows]`, what the encoder made and the state, to `logits`, `alignments` and the next state. */
  readonly decoder: InferenceGraph;
  /** The names of the tensors that the encoder made, which stay for all steps. */
  readonly encoded: readonly string[];
  /** The names of the state's tensors. The next state's begin with "next_". */
  readonly state: readonly string[];
  /** Whether the decoder has `alignments`. */
  readonly attends: boolean;
}

/** @throws CompileError when encoder or decoder cannot be a graph of any length */
export function translatorGraphs<E extends Encoded>(
  model: Seq2seqModel<tf.Tensor2D, E>,
  variables: Readonly<Record<string, tf.Variable>>,
): TranslatorGraphs {
  const { encoder, structures } = encoderGraph(model, variables);
  const decoder = decoderGraph(model, { encoder, variables, structures });
  const attends = decoder.outputs.some(({ name }) => name === "alignments");
  const [encoded, state] = [
    Object.keys(named("encoded", structures.encoded)),
    Object.keys(named("state", structures.state)),
  ];
  return { encoder, decoder, encoded, state, attends };
}

function encoderGraph<E extends Encoded>(
  model: Seq2seqModel<tf.Tensor2D, E>,
  variables: Readonly<Record<string, tf.Variable>>,
): { readonly encoder: InferenceGraph; readonly structures: Structures } {
  let structures: Structures | undefined;
  const encode = ({ source, lengths }: { source: tf.Tensor2D; lengths: tf.Tensor1D }) => {
    const encoded = model.encode(source, undefined, lengths);
    const { state } = model.decoder(encoded);
    structures = { encoded: withoutGaps(encoded), state };
    // an input that no output needs would be refused, and an encoder need not look at lengths
    return { ...named("encoded", structures.encoded), ...named("state", state), given_lengths: lengths };
  };
  const words = fewestRows(variables);
  const encoder = inferenceGraph(encode, {
    inputs: { source: { shape: [1, null], dtype: "int32" }, lengths: { shape: [1], dtype: "int32" } },
    variables,
    examples: { source: (i) => i % words, lengths: (_, { source }) => source?.[1] ?? 1 },
  });
  if (structures === undefined) throw new Error("the encoder was not called"); // inferenceGraph calls it
  return { encoder, structures };
}

/** Every table of words has so many: example words are below. */
const fewestRows = (variables: Readonly<Record<string, tf.Variable>>): number =>
  Math.min(...Object.values(variables).flatMap(({ shape }) => (shape.length > 1 ? [shape[0] as number] : [])));
