import { listed } from "../../arguments";
import * as tf from "../../tf";
import { BasicRNNCell } from "../cells/basic-rnn";
import { LSTMCell } from "../cells/lstm";
import { ResetAfterGRUCell } from "../cells/reset-after-gru";
import { checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import { Dense } from "../layers/dense";
import { Embedding } from "../layers/embedding";
import type { NamedArrays } from "../weights/named-weights";
import {
  type Assignment,
  assignGru,
  assignLstm,
  assignResetAfterGru,
  assignRnn,
  type RecurrentWeights,
} from "./layout";
import { assignAll, type InteropPart, type KnownCell, knownCells, prefixMeant, sizesOf, weightOf } from "./parts";

export interface FromKerasOptions {
  /**
   * The beginning of the names of the layer's weights, as "lstm_1" or "bidirectional/forward_lstm". Needed where
   * `arrays` holds the weights of a whole model. For a stack of cells a list: one prefix for each cell, from the
   * lowest. Default: "".
   */
  prefix?: string | readonly string[];
  /** false for a layer made with `use_bias=False`. Our biases become 0. Default: true. */
  bias?: boolean;
}

const WHERE = "fromKeras";

/**
 * Copies the weights of a Keras 2 or Keras 3 layer into a cell or layer, so that both compute the same outputs.
 *
 *   SimpleRNN                   BasicRNNCell, with the same activation
 *   LSTM                        LSTMCell or BasicLSTMCell, with any forgetBias
 *   GRU                         ResetAfterGRUCell
 *   GRU(reset_after=False)      GRUCell
 *   CuDNNLSTM, CuDNNGRU         LSTMCell, ResetAfterGRUCell (Keras 2; they are known by the size of their bias)
 *   LSTM, LSTM, … stacked       MultiRNNCell, with a list of prefixes
 *   Bidirectional(…)            one cell for each direction, each with its own prefix
 *   Dense, Embedding            Dense, Embedding
 *
 * The function looks under the prefix for the last part of each name: `kernel`, `recurrent_kernel`, `bias` or
 * `embeddings`, with or without Keras 2's ":0", or the number that the weight has in its layer. `loadKerasWeights` reads
 * Keras's own files; a safetensors file is written with `path` (Keras 3) or `name` (Keras 2):
 *
 *   safetensors.numpy.save_file({w.path: numpy.array(w) for w in model.weights}, "model.safetensors")
 *
 * The gates must be sigmoid (`recurrent_activation`, Keras's default since 2.3).
 *
 * @example
 *   const arrays = await loadKerasWeights("model.keras"); // from "unroll/data"; or loadSafetensors
 *   const cell = new LSTMCell({ inputSize: 3, numUnits: 4 });
 *   fromKeras(cell, arrays, { prefix: "lstm" });
 *
 * @param arrays the weights by Keras's names
 * @throws ArgumentError that names a weight which is missing, ambiguous or superfluous, or has another shape or type.
 *   After an error no weight is changed
 */
export function fromKeras(part: InteropPart, arrays: NamedArrays, options: FromKerasOptions = {}): void {
  checkOptions(WHERE, options, ["prefix", "bias"]);
  const { prefix = "", bias = true } = options;
  const prefixes = typeof prefix === "string" ? [prefix] : prefix;
  const isLayer = part instanceof Dense || part instanceof Embedding;
  assignAll(WHERE, part, () => {
    const cells = isLayer ? [] : knownCells(WHERE, part);
    const count = isLayer ? 1 : cells.length;
    if (prefixes.length !== count) {
      throw new ArgumentError(WHERE, "prefix", `${count}, one for each layer`, `${prefixes.length}`);
    }
    return prefixes.flatMap((each, i) =>
      takeUnder(arrays, each, orderOf(part), (take) => {
        return isLayer ? assignLayer(part, take, bias) : assignCell(cells[i] as KnownCell, take, bias);
      }),
    );
  });
}

/** A layer's weights in Keras's order, by which its newer files number them. */
const CELL = ["kernel", "recurrent_kernel", "bias"];
const orderOf = (part: InteropPart) =>
  part instanceof Embedding ? ["embeddings"] : part instanceof Dense ? ["kernel", "bias"] : CELL;

/** Finds a weight by the last part of its name. Of several shapes that of the file is taken. */
type Take = <R extends tf.Rank>(last: string, shape: readonly number[], other?: readonly number[]) => tf.Tensor<R>;

/** Calls `make` with the weights under a prefix. @throws ArgumentError when `make` leaves one of them unused */
function takeUnder(
  arrays: NamedArrays,
  prefix: string,
  order: readonly string[],
  make: (take: Take) => Assignment[],
): Assignment[] {
  const scope = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  const names = Object.keys(arrays).filter((name) => name.startsWith(scope));
  const taken: string[] = [];
  const assignments = make(<R extends tf.Rank>(last: string, shape: readonly number[], other = shape) => {
    const found = names.filter((name) => {
      const end = name.replace(/:\d+$/, "").split("/").at(-1);
      return end === last || end === `${order.indexOf(last)}`;
    });
    const [name] = found;
    if (name === undefined || found.length > 1) {
      const way = last === "bias" && name === undefined ? " (or bias: false, for a layer without)" : "";
      const known = found.length > 0 ? found : names.length > 0 ? names : Object.keys(arrays);
      const expected = `one weight ${scope}…${last}${found.length > 1 ? " (a longer prefix tells them apart)" : way}`;
      const meant = prefixMeant(prefix, Object.keys(arrays), "/");
      throw new ArgumentError(WHERE, "arrays", expected, `${listed(known)}${meant}`);
    }
    taken.push(name);
    const isOther = arrays[name]?.shape.join() === other.join();
    return weightOf(WHERE, arrays, name, isOther ? other : shape) as tf.Tensor<R>;
  });
  const surplus = names.find((name) => !taken.includes(name));
  if (surplus === undefined) return assignments;
  throw new ArgumentError(WHERE, "arrays", `only ${listed(taken)} under "${prefix}"`, `also ${surplus}`);
}

function assignLayer(layer: Dense | Embedding, take: Take, bias: boolean): Assignment[] {
  if (layer instanceof Embedding) return [[layer.embeddings, take("embeddings", layer.embeddings.shape)]];
  const { kernel, outputSize } = layer;
  return [
    [kernel, take("kernel", kernel.shape)],
    [layer.bias, bias ? take("bias", [outputSize]) : tf.zeros([outputSize])],
  ];
}

function assignCell(cell: KnownCell, take: Take, hasBias: boolean): Assignment[] {
  if (cell instanceof LSTMCell && cell.projection !== undefined) {
    throw new ArgumentError(WHERE, "part", "an LSTM cell without a projection, as Keras's are", "one with numProj");
  }
  const [gates, numUnits] = sizesOf(cell);
  const width = gates * numUnits;
  const kernels = {
    inputKernel: take<tf.Rank.R2>("kernel", [cell.inputSize, width]),
    hiddenKernel: take<tf.Rank.R2>("recurrent_kernel", [numUnits, width]),
  };
  const ofCudnn = cell instanceof LSTMCell || cell instanceof ResetAfterGRUCell ? [2 * width] : undefined;
  const own = cell instanceof ResetAfterGRUCell ? [2, width] : [width];
  const bias = hasBias ? take("bias", own, ofCudnn) : tf.zeros(own);
  const none = tf.zeros<tf.Rank.R1>([width]);
  const both = bias.size === width ? [bias, none] : tf.unstack(bias.reshape([2, width]));
  const [inputBias, hiddenBias] = both as [tf.Tensor1D, tf.Tensor1D];
  const isCudnn = bias.shape.join() === ofCudnn?.join();
  const layer: RecurrentWeights = { ...(isCudnn ? fromCudnn(kernels, gates) : kernels), inputBias, hiddenBias };
  const zrh = [1, 0, 2] as const; // the positions of r, u (Keras's z) and the candidate among Keras's columns
  if (cell instanceof ResetAfterGRUCell) return assignResetAfterGru(cell, layer, zrh);
  if (cell instanceof LSTMCell) return assignLstm(cell, layer);
  return cell instanceof BasicRNNCell ? assignRnn(cell, layer) : assignGru(cell, layer, zrh);
}

type Kernels = Pick<RecurrentWeights, "inputKernel" | "hiddenKernel">;

/** The kernels of Keras 2's CuDNN layers: each gate's matrix is stored transposed, in the shape that it has otherwise. */
function fromCudnn({ inputKernel, hiddenKernel }: Kernels, gates: number): Kernels {
  const transposed = (kernel: tf.Tensor2D) => {
    const blocks = tf.split(kernel, gates, 1);
    return tf.concat2d(
      blocks.map((block) => tf.transpose(block.reshape([block.shape[1] as number, -1]))),
      1,
    );
  };
  return { inputKernel: transposed(inputKernel), hiddenKernel: transposed(hiddenKernel) };
}
