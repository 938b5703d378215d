import { listed } from "../../arguments";
import * as tf from "../../tf";
import { LSTMCell } from "../cells/lstm";
import { checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import type { Named, NamedArrays } from "../weights/named-weights";
import { namedWeights } from "../weights/weights";
import type { Assignment } from "./layout";
import { knownCells, prefixMeant, weightOf } from "./parts";

export interface FromTensorFlowOptions {
  /**
   * The beginning of the names of the part's weights, as "rnn", "decoder/rnn/multi_rnn_cell/cell_0" or "dense_1". Needed where
   * `arrays` holds the weights of a whole model. Default: "".
   */
  prefix?: string;
}

const WHERE = "fromTensorFlow";

/**
 * Copies the weights of a TensorFlow 1.x checkpoint into a cell or layer, so that both compute the same outputs. The layouts are
 * ours; only scopes differ, which TensorFlow numbers and renames.
 *
 *   BasicRNNCell, BasicLSTMCell, LSTMCell, GRUCell      the cell of that name, with the same options: `forgetBias` too
 *   LSTMBlockCell, LSTMBlockFusedCell                   BasicLSTMCell
 *   CudnnLSTM, CudnnCompatibleLSTMCell                  LSTMCell with any forgetBias
 *   CudnnGRU, CudnnCompatibleGRUCell                    ResetAfterGRUCell
 *   MultiRNNCell                                        MultiRNNCell
 *   bidirectional_dynamic_rnn                           one cell for each direction, `prefix: "bidirectional_rnn/fw"` and "…/bw"
 *   tf.layers.dense, fully_connected; an embedding      Dense; Embedding
 *
 * The function looks under the prefix for the ends of names that our weights have: `kernel`, `gates/bias`, `w_f_diag`. In names of
 * versions before 1.2, `weights` is `kernel`, and `biases` is `bias`. ":0" after a name is allowed, `global_step` is passed over.
 * For variables of other names write `fromTensorFlow(head, { kernel: arrays.softmax_w, bias: arrays.softmax_b })`.
 *
 * @example
 *   const arrays = await loadTensorFlowCheckpoint("models/model.ckpt-1000"); // from "unroll/data"
 *   const cell = new BasicLSTMCell({ inputSize: 3, numUnits: 4 });
 *   fromTensorFlow(cell, arrays, { prefix: "rnn" });
 *
 * @param arrays the weights by TensorFlow's names
 * @throws ArgumentError that names a weight which is missing, ambiguous or superfluous, or has another shape or type.
 *   After an error no weight is changed
 */
export function fromTensorFlow(part: Named, arrays: NamedArrays, options: FromTensorFlowOptions = {}): void {
  checkOptions(WHERE, options, ["prefix"]);
  const { prefix = "" } = options;
  const own = Object.entries(namedWeights(part));
  const there = namesUnder(arrays, prefix);
  const found = exactly(own, there) ?? loosely(own, there, arrays, prefix);
  const surplus = there.find(({ name }) => ![...found.values()].includes(name));
  if (surplus !== undefined) {
    const expected = `only ${listed([...found.values()])} under "${prefix}"`;
    throw new ArgumentError(WHERE, "arrays", expected, `also ${surplus.name}`);
  }
  tf.tidy(() => {
    const assignments = own.map(([name, variable]): Assignment => {
      const given = found.get(name) as string;
      const value = weightOf(WHERE, arrays, given, variable.shape);
      return [
        variable,
        given.includes("cudnn_compatible_lstm_cell") ? withoutForgetBias(part, variable, value) : value,
      ];
    });
    for (const [variable, value] of assignments) variable.assign(value);
  });
}

/** A weight of the checkpoint: its name there, and that name without the prefix and ":0". */
interface There {
  readonly name: string;
  readonly path: readonly string[];
}

/** Our names, and the checkpoint's names for them. */
type Found = ReadonlyMap<string, string>;
type Own = readonly (readonly [name: string, variable: tf.Variable])[];

function namesUnder(arrays: NamedArrays, prefix: string): There[] {
  const scope = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  return Object.keys(arrays).flatMap((name) => {
    const plain = name.replace(/:\d+$/, "");
    if (plain === prefix.replace(/:\d+$/, "")) return [{ name, path: [] }];
    if (!plain.startsWith(scope) || /(^|\/)global_step$/.test(plain)) return [];
    return [{ name, path: plain.slice(scope.length).split("/").map(today) }];
  });
}

/** The word of TensorFlow 1.2 and later. */
const today = (word: string) => (word === "weights" ? "kernel" : word === "biases" ? "bias" : word);

/** Finds all weights by our full names, under "rnn" too; undefined where one of them is not there. */
function exactly(own: Own, there: readonly There[]): Found | undefined {
  const byPath = new Map(there.map(({ name, path }) => [path.join("/"), name]));
  const entries = own.map(([name]) => [name, byPath.get(name) ?? byPath.get(`rnn/${name}`)] as const);
  return entries.every((entry): entry is readonly [string, string] => entry[1] !== undefined)
    ? new Map(entries)
    : undefined;
}

/** Finds weights by the ends of their names, and by the cells of a stack: whatever the scopes before are. */
function loosely(own: Own, there: readonly There[], arrays: NamedArrays, prefix: string): Found {
  const found = new Map<string, string>();
  const isOnlyCell = new Set(there.map(({ path }) => cellsOf(path))).size === 1; // one cell of a stack, or a stack of one
  const ours = own.map(([name]) => ({ name, end: endOf(name), cells: cellsOf(name.split("/")) }));
  for (const { name, end, cells } of ours.sort((a, b) => b.end.length - a.end.length)) {
    const free = there.filter((each) => ![...found.values()].includes(each.name));
    const fits = free.filter(({ path }) => {
      return (
        (cellsOf(path) === cells || (isOnlyCell && cells === "")) && path.slice(-end.length).join("/") === end.join("/")
      );
    });
    const matches = end.length === 0 ? free : fits; // an embedding has any name
    const [match] = matches;
    if (match === undefined || matches.length > 1) {
      const known = matches.length > 0 ? matches : there.length > 0 ? there : undefined;
      const what = `${prefix}…${[cells, ...end].filter((word) => word !== "").join("/…/")}`;
      const way = matches.length > 0 ? " (a longer prefix tells them apart)" : "";
      const names = known?.map((each) => each.name) ?? Object.keys(arrays);
      throw new ArgumentError(
        WHERE,
        "arrays",
        `one weight ${what}${way}`,
        `${listed(names)}${prefixMeant(prefix, names, "/")}`,
      );
    }
    found.set(name, match.name);
  }
  return found;
}

/** The end of our name that stands for the weight: without the scopes of cells and of the layer. */
function endOf(name: string): string[] {
  const path = name.split("/");
  const last = path.map((word) => /(_cell|^cell_\d+)$/.test(word)).lastIndexOf(true);
  return path.slice(last < 0 ? 1 : last + 1).map(today);
}

/** Which cell of a stack a weight belongs to: "cell_0". */
const cellsOf = (path: readonly string[]): string => path.filter((word) => /^cell_\d+$/.test(word)).join("/");

/** A CuDNN cell adds nothing to the gate f, so our cell's `forgetBias` is subtracted from the bias. */
function withoutForgetBias(part: Named, variable: tf.Variable, value: tf.Tensor): tf.Tensor {
  const cells = "zeroState" in part ? knownCells(WHERE, part as Parameters<typeof knownCells>[1]) : [];
  const cell = cells.find((each) => each.variables.includes(variable));
  if (!(cell instanceof LSTMCell) || variable === cell.kernel) return value;
  const [i, j, f, o] = tf.split(value, 4) as tf.Tensor1D[];
  return tf.concat([i, j, tf.sub(f as tf.Tensor1D, cell.forgetBias), o] as tf.Tensor1D[]);
}
