import { GRUCell, importWeights, LSTMCell, MultiRNNCell, type RNNCell } from "../../../src/rnn";
import {
  type AttentionMechanism,
  AttentionWrapper,
  BahdanauAttention,
  BahdanauMonotonicAttention,
  hardmax,
  LuongAttention,
  LuongMonotonicAttention,
} from "../../../src/seq2seq";
import * as tf from "../../../src/tf";

type Nested = number | Nested[];

/** One case of test/golden/attention/make_attention.py. */
export interface GoldenCase {
  name: string;
  cell: "lstm" | "gru" | "stack";
  layer: number | number[] | null;
  outputAttention: boolean;
  mechanisms: { kind: string; options: Record<string, unknown> }[];
  x: number[][][];
  memory: number[][][];
  lengths: number[] | null;
  weigh: number[][][];
  weighAlignments: number[][][];
  weights: Record<string, Nested>;
  outputs: number[][][];
  alignments: number[][][][];
  cellState: number[][][];
  attention: number[][];
  loss: number;
  gradients: Record<string, Nested>;
  xGradient: number[][][];
  memoryGradient: number[][][];
}

const UNITS = 5;

/** The case's cell, with its weights; Keras's LSTM adds no 1 to its forget gate. */
function cellOf(kind: GoldenCase["cell"], inputSize: number): RNNCell {
  if (kind === "lstm") return new LSTMCell({ inputSize, numUnits: UNITS, forgetBias: 0 });
  if (kind === "gru") return new GRUCell({ inputSize, numUnits: UNITS });
  const cells = [cellOf("lstm", inputSize), cellOf("gru", UNITS)];
  return new MultiRNNCell(cells) as RNNCell;
}

function mechanismOf({ kind, options }: GoldenCase["mechanisms"][number], memorySize: number): AttentionMechanism {
  const { probability_fn, score_bias_init, ...rest } = options;
  const own = {
    ...rest,
    ...(probability_fn === "hardmax" && { probabilityFn: hardmax }),
    ...(score_bias_init !== undefined && { scoreBiasInit: score_bias_init as number }),
  };
  const luong = { numUnits: UNITS, memorySize, ...own };
  const bahdanau = { numUnits: 3, memorySize, querySize: UNITS, ...own };
  if (kind === "LuongAttention") return new LuongAttention(luong);
  if (kind === "BahdanauAttention") return new BahdanauAttention(bahdanau);
  return kind === "LuongMonotonicAttention"
    ? new LuongMonotonicAttention(luong)
    : new BahdanauMonotonicAttention(bahdanau);
}

/** The case's wrapper with its weights, its inputs and its memory. */
export function wrapperOf(golden: GoldenCase) {
  const [x, memory] = [tf.tensor3d(golden.x), tf.tensor3d(golden.memory)];
  const memorySize = memory.shape[2];
  const mechanisms = golden.mechanisms.map((each) => mechanismOf(each, memorySize));
  const sizes = golden.layer === null ? mechanisms.map(() => memorySize) : [golden.layer].flat();
  const attentionSize = sizes.reduce((sum, size) => sum + size, 0);
  const wrapper = new AttentionWrapper(
    cellOf(golden.cell, x.shape[2] + attentionSize),
    mechanisms.length === 1 ? (mechanisms[0] as AttentionMechanism) : mechanisms,
    { outputAttention: golden.outputAttention, ...(golden.layer !== null && { attentionLayerSize: golden.layer }) },
  );
  const arrays = Object.entries(golden.weights).map(([name, values]) => {
    const tensor = tf.tensor(values as number[]);
    return [name, { data: tensor.dataSync() as Float32Array, shape: tensor.shape }];
  });
  importWeights(wrapper, Object.fromEntries(arrays));
  return { wrapper, x, memory };
}
