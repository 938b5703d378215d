import { type ExampleOf, type InferenceGraph, type InputSpec, inferenceGraph } from "../../compile";
import { dtypeName } from "../../compile/internal";
import { packTree } from "../../rnn/internal";
import type * as tf from "../../tf";
import { attentionOf } from "../decoders/beam/attention-of";
import { alignTree } from "../decoders/tensor-tree";
import type { Encoded } from "../model/decoder";
import type { Seq2seqModel } from "../model/seq2seq-model";
import { named, type Structures } from "./structures";

interface DecoderParts {
  readonly encoder: InferenceGraph;
  readonly variables: Readonly<Record<string, tf.Variable>>;
  readonly structures: Structures;
}

/** One step of the decoder as a graph, for any number of rows. @throws CompileError */
export function decoderGraph<E extends Encoded>(
  model: Seq2seqModel<tf.Tensor2D, E>,
  { encoder, variables, structures }: DecoderParts,
): InferenceGraph {
  const [encoded, state] = [named("encoded", structures.encoded), named("state", structures.state)].map(
    Object.keys,
  ) as [string[], string[]];
  const carried = [...encoded, ...state].map((name) => carriedInput(encoder, name));
  const step = (given: Readonly<Record<string, tf.Tensor>>) => {
    const of = (names: readonly string[]) => names.map((name) => given[name] as tf.Tensor);
    const { cell } = model.decoder(packTree(structures.encoded, of(encoded)) as unknown as E);
    const before = packTree(structures.state, of(state));
    const [output, next] = cell.call(model.embedding.call(given.tokens as tf.Tensor1D), before);
    const after = alignTree("exportTranslator", "the decoder's state", next, before);
    const alignments = attentionOf(next);
    return {
      logits: model.head.call(output),
      ...(alignments && { alignments }),
      ...Object.fromEntries(after.map((tensor, i) => [`next_state_${i}`, tensor])),
      // an input that no output needs would be refused, and a cell may look at some of these alone
      ...Object.fromEntries(carried.map(({ name }) => [`given_${name}`, given[name] as tf.Tensor])),
    };
  };
  const size = model.embedding.vocabularySize;
  return inferenceGraph(step, {
    inputs: {
      tokens: { shape: [ROWS], dtype: "int32" },
      ...Object.fromEntries(carried.map(({ name, spec }) => [name, spec])),
    },
    variables,
    examples: {
      tokens: (i) => i % size,
      ...Object.fromEntries(carried.flatMap(({ name, example }) => (example ? [[name, example]] : []))),
    },
  });
}

/** The sizes that are any. */
const ROWS = "rows";
const PLACES = "places";

interface Carried {
  readonly name: string;
  readonly spec: InputSpec;
  readonly example?: ExampleOf;
}

/** An output of the encoder's graph as an input of a step: the encoder has one row, a step has any number. */
function carriedInput({ outputs }: InferenceGraph, name: string): Carried {
  const found = outputs.find((output) => output.name === name);
  if (found === undefined) throw new Error(`the encoder's graph lacks ${name}`);
  const [, ...rest] = found.shape;
  const dtype = dtypeName(found.dtype) as "float32" | "int32" | "bool"; // a graph model has no others
  const spec = { shape: [ROWS, ...rest.map((size) => (size < 0 ? PLACES : size))], dtype };
  // int32 values that the encoder made are lengths of its memory: 1 is one in a trial of any size
  return { name, spec, ...(dtype === "int32" && { example: () => 1 }) };
}
