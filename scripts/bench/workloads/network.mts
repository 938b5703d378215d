/** The network of a workload in Unroll, and its batch; the compiled and the eager peer share them. */
import type { Dense, RNNCell, State } from "unroll/rnn";
import type * as tfjs from "unroll/tf";
import type { Library, Tf } from "./library.mts";
import type { Workload } from "./workload.mts";

export interface Network {
  /** From the first layer to the last. */
  readonly cells: readonly RNNCell[];
  readonly dense: Dense;
  /** All of the cells and of the dense layer. */
  readonly variables: tfjs.Variable[];
  /** `lossOf(outputOf(x), y)`: the loss is the mean of these terms. */
  readonly terms: (x: tfjs.Tensor3D, y: tfjs.Tensor) => tfjs.Tensor;
  readonly outputOf: (x: tfjs.Tensor3D) => tfjs.Tensor;
  readonly lossOf: (output: tfjs.Tensor, y: tfjs.Tensor) => tfjs.Tensor;
  dispose(): void;
}

/** @param cells Default: the workload's own, with weights of their own */
export function networkOf(
  { rnn, tf }: Pick<Library, "rnn" | "tf">,
  workload: Workload,
  cells = cellsOf({ rnn, tf }, workload),
): Network {
  const { layers, units, outputs, head, loss } = workload;
  const [first] = cells;
  const cell = first !== undefined && layers === 1 ? first : new rnn.MultiRNNCell(cells);
  const dense = new rnn.Dense({ inputSize: units, outputSize: outputs, seed: 100 });
  const outputOf = (x: tfjs.Tensor3D): tfjs.Tensor => {
    const [sequence, state] = rnn.dynamicRnn(cell, x);
    return head === "every" ? dense.call(sequence) : dense.call(topOf(rnn, state));
  };
  const lossOf = (output: tfjs.Tensor, y: tfjs.Tensor): tfjs.Tensor => {
    if (loss === "mse") return tf.square(tf.sub(output, y));
    const labels = tf.reshape<tfjs.Rank.R1>(y, [-1]);
    return rnn.sparseSoftmaxCrossEntropyWithLogits(labels, tf.reshape<tfjs.Rank.R2>(output, [-1, outputs]));
  };
  const dispose = () => {
    cell.dispose();
    dense.dispose();
  };
  const terms: Network["terms"] = (x, y) => lossOf(outputOf(x), y);
  return { cells, dense, variables: [...cell.variables, ...dense.variables], terms, outputOf, lossOf, dispose };
}

const cellsOf = (library: Pick<Library, "rnn" | "tf">, workload: Workload): RNNCell[] =>
  Array.from({ length: workload.layers }, (_, layer) => cellOf(library, workload, layer));

function cellOf({ rnn, tf }: Pick<Library, "rnn" | "tf">, workload: Workload, layer: number): RNNCell {
  const cells = { rnn: rnn.BasicRNNCell, lstm: rnn.BasicLSTMCell, gru: rnn.GRUCell };
  const { cell, activation, inputs, units } = workload;
  return new cells[cell]({
    inputSize: layer === 0 ? inputs : units,
    numUnits: units,
    activation: tf[activation],
    seed: layer + 1,
  });
}

/** The last output of the top layer: of the state's tensors the last, which is h in every cell's state. */
function topOf(rnn: Library["rnn"], state: State): tfjs.Tensor2D {
  const top = rnn.flattenState(state).at(-1);
  if (top === undefined) throw new Error("expected a state with tensors");
  return top;
}

/**
 * A batch. Numbers to predict are noise, as the Python peers' are. Classes follow from inputs around 0: their losses
 * neither jump nor vanish. Where losses do, rounding errors grow until not even two eager runs agree.
 *
 * @returns inputs and targets; class numbers are int32, one for each row of logits
 */
export function batchOf(tf: Tf, workload: Workload, seed = 7): [x: tfjs.Tensor3D, y: tfjs.Tensor] {
  const { batch, timeSteps, inputs, outputs, head, loss } = workload;
  const [first, lead] = head === "every" ? [0, [batch, timeSteps]] : [timeSteps - 1, [batch]];
  const noise = (shape: number[], from: number, seed: number) => tf.randomUniform(shape, from, 1, "float32", seed);
  const x = (from: number) => tf.randomUniform<tfjs.Rank.R3>([batch, timeSteps, inputs], from, 1, "float32", seed);
  if (loss === "mse") return [x(0), noise([...lead, outputs], 0, seed + 1)];
  const around0 = x(-1);
  const y = tf.tidy(() => {
    const feature = tf.reshape(tf.slice(around0, [0, first, 0], [batch, -1, 1]), lead);
    return tf.floor(tf.mul(tf.add(feature, 1), outputs / 2)).toInt(); // maps −1 … 1 to the class numbers
  });
  return [around0, y];
}
