import {
  BasicLSTMCell,
  BasicRNNCell,
  ConvLSTMCell,
  DeviceWrapper,
  DropoutWrapper,
  functionCell,
  GRUCell,
  hardSigmoid,
  InputProjectionWrapper,
  LayerNormBasicLSTMCell,
  LSTMCell,
  MultiRNNCell,
  OutputProjectionWrapper,
  ResetAfterGRUCell,
  ResidualWrapper,
  type RNNCell,
  type State,
  type Training,
  ZoneoutWrapper,
} from "../../src/rnn";
import * as tf from "../../src/tf";

const sizes = { inputSize: 3, numUnits: 4, seed: 11 };
const square = { inputSize: 3, numUnits: 3, seed: 12 };

function ownCell(): RNNCell<tf.Tensor2D> {
  const w = tf.variable(tf.randomNormal<tf.Rank.R2>([7, 4], 0, 0.5, "float32", 13));
  return functionCell<tf.Tensor2D>({
    inputSize: 3,
    outputSize: 4,
    weights: { w },
    call: (x, h) => {
      const y = tf.sin(tf.matMul(tf.concat2d([x, h], 1), w)) as tf.Tensor2D;
      return [y, y];
    },
  });
}

const dropout = (cell: RNNCell, more = {}) =>
  new DropoutWrapper(cell, { inputKeepProb: 0.8, outputKeepProb: 0.7, stateKeepProb: 0.6, ...more });

/**
 * Sets the bias of a cell with kinks (ReLU, clipping) so that no unit is near a kink, because central differences
 * across a kink do not equal the derivative. Some units are clearly on one side of the kink, some on the other.
 */
function biased<C extends BasicRNNCell | LSTMCell>(cell: C, bias: number[]): C {
  tf.tidy(() => cell.bias.assign(tf.tensor1d(bias)));
  return cell;
}
/** Biases of i, j, f, o: the memories of units 0 and 1 are far above 0.5, the memories of units 2 and 3 far below. */
const HALF_CLIPPED = [2, 2, -1, -1].concat([3, -3, 0, 0], [-1, -1, -1, -1], [0, 0, 0, 0]);

/** Every cell of the library with every option, and wrappers stacked in several orders; three inputs each. */
export const CELLS: Record<string, () => RNNCell<State>> = {
  "BasicRNNCell tanh": () => new BasicRNNCell(sizes),
  "BasicRNNCell relu": () => biased(new BasicRNNCell({ ...sizes, activation: tf.relu }), [1, -2, 2, -1]),
  BasicLSTMCell: () => new BasicLSTMCell(sizes),
  "BasicLSTMCell forgetBias 0": () => new BasicLSTMCell({ ...sizes, forgetBias: 0 }),
  "BasicLSTMCell softsign": () => new BasicLSTMCell({ ...sizes, activation: (x) => tf.div(x, tf.add(1, tf.abs(x))) }),
  LSTMCell: () => new LSTMCell(sizes),
  "LSTMCell usePeepholes": () => new LSTMCell({ ...sizes, usePeepholes: true }),
  "LSTMCell cellClip": () => biased(new LSTMCell({ ...sizes, cellClip: 0.5 }), HALF_CLIPPED),
  "LSTMCell numProj": () => new LSTMCell({ ...sizes, numProj: 2 }),
  "LSTMCell numProj projClip": () => new LSTMCell({ ...sizes, numProj: 2, projClip: 0.02 }),
  "LSTMCell with all options": () =>
    biased(
      new LSTMCell({ ...sizes, usePeepholes: true, cellClip: 0.5, numProj: 3, projClip: 2, forgetBias: 0.5 }),
      HALF_CLIPPED,
    ),
  GRUCell: () => new GRUCell(sizes),
  "GRUCell sigmoid": () => new GRUCell({ ...sizes, activation: tf.sigmoid }),
  ResetAfterGRUCell: () => new ResetAfterGRUCell(sizes),
  LayerNormBasicLSTMCell: () => new LayerNormBasicLSTMCell(sizes),
  "LayerNormBasicLSTMCell dropout": () => new LayerNormBasicLSTMCell({ ...sizes, dropoutKeepProb: 0.6 }),
  functionCell: ownCell,
  "MultiRNNCell of three kinds": () =>
    new MultiRNNCell([
      new BasicLSTMCell(sizes),
      new GRUCell({ ...sizes, inputSize: 4 }),
      new BasicRNNCell({ ...sizes, inputSize: 4 }),
    ]),
  DropoutWrapper: () => dropout(new BasicLSTMCell(sizes)),
  "DropoutWrapper input, output": () => dropout(new GRUCell(sizes), { stateKeepProb: 1 }),
  "BasicRNNCell without bias": () => new BasicRNNCell({ ...sizes, useBias: false }),
  "LSTMCell hard sigmoid": () => new LSTMCell({ ...sizes, recurrentActivation: hardSigmoid }),
  "LSTMCell without bias": () => new LSTMCell({ ...sizes, useBias: false }),
  "GRUCell hard sigmoid": () => new GRUCell({ ...sizes, recurrentActivation: hardSigmoid }),
  "GRUCell without bias": () => new GRUCell({ ...sizes, useBias: false }),
  "ResetAfterGRUCell hard sigmoid, without bias": () =>
    new ResetAfterGRUCell({ ...sizes, recurrentActivation: hardSigmoid, useBias: false }),
  "ConvLSTMCell 1-D": () => new ConvLSTMCell({ inputShape: [3, 1], outputChannels: 2, kernelShape: [2], seed: 17 }),
  "ConvLSTMCell 2-D": () =>
    new ConvLSTMCell({ inputShape: [1, 3, 1], outputChannels: 2, kernelShape: [3, 2], seed: 18, useBias: false }),
  "ConvLSTMCell 3-D": () =>
    new ConvLSTMCell({ inputShape: [1, 1, 1, 3], outputChannels: 2, kernelShape: [1, 1, 2], seed: 19 }),
  "DropoutWrapper variational for each sequence": () =>
    dropout(new GRUCell(sizes), { variationalRecurrent: true, variationalPerSequence: true }),
  "DropoutWrapper variational": () => dropout(new GRUCell(sizes), { variationalRecurrent: true }),
  ResidualWrapper: () => new ResidualWrapper(new GRUCell(square)),
  DeviceWrapper: () =>
    new MultiRNNCell([
      new DeviceWrapper(new GRUCell(square), "/cpu:0"),
      new DeviceWrapper(new LSTMCell(sizes), "/cpu:1"),
    ]),
  ZoneoutWrapper: () => new ZoneoutWrapper(new BasicLSTMCell(sizes), { zoneoutProb: { c: 0.5, h: 0.2 } }),
  OutputProjectionWrapper: () => new OutputProjectionWrapper(new BasicRNNCell(sizes), 2, { seed: 14 }),
  InputProjectionWrapper: () => new InputProjectionWrapper(new BasicRNNCell(square), 3, { seed: 15 }),
  "dropout of a residual of a stack": () =>
    dropout(new ResidualWrapper(new MultiRNNCell([new GRUCell(square), new BasicLSTMCell(square)]))),
  "a stack of wrappers": () =>
    new MultiRNNCell([
      new OutputProjectionWrapper(dropout(new GRUCell(sizes)), 3, { seed: 16, activation: tf.tanh }),
      new ResidualWrapper(new ZoneoutWrapper(new BasicRNNCell(square), { zoneoutProb: 0.3 })),
      new DropoutWrapper(dropout(new ResetAfterGRUCell(sizes)), { outputKeepProb: 0.5 }),
    ]),
};

/** A test run and a training run. */
export const RUNS: readonly [string, Training | undefined][] = [
  ["testing", undefined],
  ["training", { seed: 5, step: 9 }],
];

/** A new Training with the same numbers: its first unrolling draws as that of every other copy. */
export const copyOf = (training: Training | undefined): Training | undefined => training && { ...training };

/** They stand for the others where a cell costs seconds: in the quick tests these, in the slow tests all others. */
const QUICK: ReadonlySet<string> = new Set([
  "BasicRNNCell tanh",
  "LSTMCell with all options",
  "GRUCell",
  "functionCell",
  "MultiRNNCell of three kinds",
  "DropoutWrapper",
  "ZoneoutWrapper",
]);

for (const name of QUICK) if (!(name in CELLS)) throw new Error(`there is no cell "${name}"`);

/** Every cell of one of the two parts, in a training run and out of one. */
export const casesOf = (part: "quick" | "slow") =>
  Object.entries(CELLS)
    .filter(([name]) => QUICK.has(name) === (part === "quick"))
    .flatMap(([name, make]) =>
      RUNS.map(([run, training]) => ({ name, run, title: `${name}, ${run}`, make, training })),
    );
