// The weights and numbers that make_decoders.py made with TensorFlow Addons, and its two cells.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { functionCell, type RNNCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";

type Matrix = number[][];
interface Golden {
  readonly sizes: Record<"batch" | "units" | "embed" | "vocabulary" | "places" | "begin" | "end", number>;
  readonly weights: {
    readonly kernel: Matrix;
    readonly bias: number[];
    readonly embeddings: Matrix;
    readonly head: Matrix;
    readonly headBias: number[];
    readonly initial: Matrix;
    readonly memory: Matrix[];
    readonly query: Matrix;
    readonly lengths: number[];
  };
  readonly greedy: {
    imputeFinished: boolean;
    rnnOutput: Matrix[];
    sampleIds: Matrix;
    finalState: Matrix;
    lengths: number[];
  }[];
  readonly training: {
    inputs: Matrix[];
    sequenceLength: number[];
    rnnOutput: Matrix[];
    sampleIds: Matrix;
    finalState: Matrix;
    lengths: number[];
  }[];
  readonly beams: {
    beamWidth: number;
    attends: boolean;
    lengthPenaltyWeight: number;
    coveragePenaltyWeight: number;
    maximumIterations: number;
    hypotheses: Matrix[];
    scores: Matrix[];
    predictedIds: Matrix[];
    parentIds: Matrix[];
    logProbs: Matrix;
    lengths: Matrix;
    finished: boolean[][];
  }[];
}

const FILE = join(__dirname, "../../golden/decoders/decoders.json");
export const golden: Golden = JSON.parse(readFileSync(FILE, "utf8"));
const { sizes, weights } = golden;

/** state' = tanh([x, state]·W + b) = output */
export function plainCell(): RNNCell<tf.Tensor2D> {
  return functionCell({
    inputSize: sizes.embed,
    outputSize: sizes.units,
    stateSize: sizes.units,
    call: (x, state: tf.Tensor2D) => {
      const next = newState(x, state);
      return [next, next];
    },
  });
}

const newState = (x: tf.Tensor2D, state: tf.Tensor2D): tf.Tensor2D =>
  tf.tanh(tf.add(tf.matMul(tf.concat2d([x, state], 1), tf.tensor2d(weights.kernel)), tf.tensor1d(weights.bias)));

export type Attended = {
  readonly cellState: tf.Tensor2D;
  readonly attention: tf.Tensor2D;
  readonly alignments: tf.Tensor2D;
};

/** output = state' + Σ alignments·memory, alignments = softmax(state'·K·memoryᵀ), 0 on the padding */
export function attendedCell(tiles: number): RNNCell<Attended> {
  const { units, places } = sizes;
  const rows = tf.tensor1d(
    weights.lengths.flatMap((_, i) => new Array(tiles).fill(i)),
    "int32",
  );
  const memory = tf.gather(tf.tensor3d(weights.memory), rows);
  const live = tf.less(
    tf.range(0, places, 1, "int32").expandDims(0),
    tf.gather(tf.tensor1d(weights.lengths, "int32"), rows).expandDims(1),
  );
  return functionCell({
    inputSize: sizes.embed,
    outputSize: units,
    stateSize: { cellState: units, attention: units, alignments: places },
    call: (x, state: Attended) => {
      const cellState = newState(x, state.cellState);
      const query = tf.matMul(cellState, tf.tensor2d(weights.query)).expandDims(1);
      const scores = tf.matMul(query, memory, false, true).squeeze([1]);
      const masked = tf.where(live, scores, tf.fill(scores.shape, Number.NEGATIVE_INFINITY));
      const alignments = tf.softmax(masked) as tf.Tensor2D;
      const attention = tf.matMul(alignments.expandDims(1), memory).squeeze([1]) as tf.Tensor2D;
      return [tf.add(cellState, attention), { cellState, attention, alignments }];
    },
  });
}

export const outputLayer = {
  call: <T extends tf.Tensor>(x: T): T =>
    tf.add(
      tf.matMul(x as tf.Tensor as tf.Tensor2D, tf.tensor2d(weights.head)),
      tf.tensor1d(weights.headBias),
    ) as tf.Tensor as T,
};

export const embedding = {
  vocabularySize: sizes.vocabulary,
  call: (ids: tf.Tensor) => tf.gather(tf.tensor2d(weights.embeddings), ids as tf.Tensor1D) as never,
};

export const startTokens = () => tf.fill([sizes.batch], sizes.begin, "int32") as tf.Tensor1D;
export const initialState = () => tf.tensor2d(weights.initial);

/** Numbers of the golden file, padded with `fill` to `steps` along the second axis. */
export const padded = <T>(rows: readonly T[][], steps: number, fill: T): T[][] =>
  rows.map((row) => [...row, ...new Array(steps - row.length).fill(fill)]);
