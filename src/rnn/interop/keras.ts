import * as tf from "../../tf";
import { BasicRNNCell } from "../cells/basic-rnn";
import { LSTMCell } from "../cells/lstm";
import { ResetAfterGRUCell } from "../cells/reset-after-gru";
import { ArgumentError } from "../errors";
import { Dense } from "../layers/dense";
import { Embedding } from "../layers/embedding";
import type { NamedArrays } from "../weights/named-weights";
import { type ForeignLayer, type Given, givenGru, givenLstm, givenResetAfterGru, givenRnn } from "./layout";
import { type ForeignCell, type ForeignPart, foreignCells, giveAll, listed, sizesOf, weightOf } from "./parts";

export interface FromKerasOptions {
  /**
   * What the layer's weights' names begin with, as "lstm_1" or "bidirectional/forward_lstm"; needed where the arrays are
   * a whole model's. For a stack of cells a list, one for each from the lowest.
   */
  prefix?: string | readonly string[];
  /** false for a layer made with `use_bias=False`: the biases here become 0. */
  bias?: boolean;
}

const WHERE = "fromKeras";

/**
 * Gives a cell or layer the weights of a Keras 2 or Keras 3 model, so that its outputs are the same.
 *
 *   SimpleRNN                   BasicRNNCell, with the same activation
 *   LSTM                        LSTMCell or BasicLSTMCell, whatever its forgetBias
 *   GRU                         ResetAfterGRUCell
 *   GRU(reset_after=False)      GRUCell
 *   LSTM, LSTM, … stacked       MultiRNNCell, with a list of prefixes
 *   Bidirectional(…)            a cell for each direction, by its prefix
 *   Dense, Embedding            Dense, Embedding
 *
 * Weights are found under the prefix by the last part of their names, `kernel`, `recurrent_kernel`, `bias` or
 * `embeddings`, with or without Keras 2's ":0". From Python, with `path` (Keras 3) or `name` (Keras 2):
 *
 *   safetensors.numpy.save_file({w.path: numpy.array(w) for w in model.weights}, "model.safetensors")
 *
 * The gates must be sigmoid (`recurrent_activation`, Keras's default since 2.3).
 *
 * @throws ArgumentError naming a weight that is missing, ambiguous, left over, or of another shape or type; nothing is
 *   changed then
 */
export function fromKeras(part: ForeignPart, arrays: NamedArrays, options: FromKerasOptions = {}): void {
  const { prefix = "", bias = true } = options;
  const prefixes = typeof prefix === "string" ? [prefix] : prefix;
  const isLayer = part instanceof Dense || part instanceof Embedding;
  giveAll(WHERE, part, () => {
    const cells = isLayer ? [] : foreignCells(WHERE, part);
    const count = isLayer ? 1 : cells.length;
    if (prefixes.length !== count) {
      throw new ArgumentError(WHERE, "prefix", `${count}, one for each layer`, `${prefixes.length}`);
    }
    return prefixes.flatMap((each, i) =>
      within(arrays, each, (take) => {
        return isLayer ? givenToLayer(part, take, bias) : givenToCell(cells[i] as ForeignCell, take, bias);
      }),
    );
  });
}

/** Finds a weight by the last part of its name. */
type Take = <R extends tf.Rank>(last: string, shape: readonly number[]) => tf.Tensor<R>;

/** What `make` makes of the weights under a prefix, all of them. */
function within(arrays: NamedArrays, prefix: string, make: (take: Take) => Given[]): Given[] {
  const scope = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  const names = Object.keys(arrays).filter((name) => name.startsWith(scope));
  const taken: string[] = [];
  const given = make(<R extends tf.Rank>(last: string, shape: readonly number[]) => {
    const found = names.filter((name) => name.replace(/:\d+$/, "").split("/").at(-1) === last);
    const [name] = found;
    if (name === undefined || found.length > 1) {
      const way = last === "bias" && name === undefined ? " (or bias: false, for a layer without)" : "";
      const known = found.length > 0 ? found : names.length > 0 ? names : Object.keys(arrays);
      const expected = `one weight ${scope}…${last}${found.length > 1 ? " (a longer prefix tells them apart)" : way}`;
      throw new ArgumentError(WHERE, "arrays", expected, listed(known));
    }
    taken.push(name);
    return weightOf(WHERE, arrays, name, shape) as tf.Tensor<R>;
  });
  const surplus = names.find((name) => !taken.includes(name));
  if (surplus === undefined) return given;
  throw new ArgumentError(WHERE, "arrays", `only ${listed(taken)} under "${prefix}"`, `also ${surplus}`);
}

function givenToLayer(layer: Dense | Embedding, take: Take, bias: boolean): Given[] {
  if (layer instanceof Embedding) return [[layer.embeddings, take("embeddings", layer.embeddings.shape)]];
  const { kernel, outputSize } = layer;
  return [
    [kernel, take("kernel", kernel.shape)],
    [layer.bias, bias ? take("bias", [outputSize]) : tf.zeros([outputSize])],
  ];
}

function givenToCell(cell: ForeignCell, take: Take, hasBias: boolean): Given[] {
  if (cell instanceof LSTMCell && cell.projection !== undefined) {
    throw new ArgumentError(WHERE, "part", "an LSTM cell without a projection, as Keras's are", "one with numProj");
  }
  const [gates, numUnits] = sizesOf(cell);
  const width = gates * numUnits;
  const none = tf.zeros<tf.Rank.R1>([width]);
  const kernels = {
    inputKernel: take<tf.Rank.R2>("kernel", [cell.inputSize, width]),
    hiddenKernel: take<tf.Rank.R2>("recurrent_kernel", [numUnits, width]),
  };
  const zrh = [1, 0, 2] as const; // where the gates r, u (their z) and the candidate stand
  if (cell instanceof ResetAfterGRUCell) {
    const both = hasBias ? tf.unstack(take<tf.Rank.R2>("bias", [2, width])) : [none, none];
    const [inputBias, hiddenBias] = both as [tf.Tensor1D, tf.Tensor1D];
    return givenResetAfterGru(cell, { ...kernels, inputBias, hiddenBias }, zrh);
  }
  const inputBias = hasBias ? take<tf.Rank.R1>("bias", [width]) : none;
  const layer: ForeignLayer = { ...kernels, inputBias, hiddenBias: none };
  if (cell instanceof LSTMCell) return givenLstm(cell, layer);
  return cell instanceof BasicRNNCell ? givenRnn(cell, layer) : givenGru(cell, layer, zrh);
}
