import * as tf from "../../tf";
import { BasicRNNCell } from "../cells/basic-rnn";
import { GRUCell } from "../cells/gru";
import { LSTMCell } from "../cells/lstm";
import { checkCount } from "../checks";
import { ArgumentError } from "../errors";
import { Dense } from "../layers/dense";
import { Embedding } from "../layers/embedding";
import type { NamedArrays } from "../weights/named-weights";
import { type Given, givenLstm, givenResetAfterGru, givenRnn } from "./layout";
import { type ForeignCell, type ForeignPart, foreignCells, giveAll, listed, sizesOf, weightOf } from "./parts";

export interface FromPyTorchOptions {
  /** The module's name inside a whole model's state dict, as "encoder.lstm"; the module's own state dict has none. */
  prefix?: string;
  /** Which layer of a module with several; for a stack of cells, that of its lowest. 0 for a module with as many. */
  layer?: number;
  /** The weights of a bidirectional module's backward direction (true) or its forward one (false). */
  reverse?: boolean;
  /** false for a module made with `bias=False`: the biases here become 0. */
  bias?: boolean;
}

const WHERE = "fromPyTorch";
const RECURRENT = /^(?:weight|bias)_(?:ih|hh|hr)_l(\d+)(_reverse)?$/;

/**
 * Gives a cell or layer the weights of a PyTorch state dict, so that its outputs are the same.
 *
 *   torch.nn.RNN                  BasicRNNCell; with `nonlinearity="relu"` the cell needs `activation: tf.relu`
 *   torch.nn.LSTM                 LSTMCell or BasicLSTMCell, whatever its forgetBias; `proj_size` is `numProj`
 *   torch.nn.GRU                  ResetAfterGRUCell (a GRUCell resets before the product, its numbers differ)
 *   … with num_layers=n           MultiRNNCell of n such cells
 *   … with bidirectional=True     a cell for each direction, with `reverse: false` and `reverse: true`
 *   torch.nn.Linear, .Embedding   Dense, Embedding
 *
 * The gates are reordered, the matrices `[gates·numUnits, inputSize]` transposed, the two biases added where they are
 * only ever added.
 *
 * @param stateDict arrays by PyTorch's names, as `loadSafetensors` reads them of a file that safetensors.torch wrote
 * @throws ArgumentError naming a weight that is missing, left over, or of another shape or type; nothing is changed then
 */
export function fromPyTorch(part: ForeignPart, stateDict: NamedArrays, options: FromPyTorchOptions = {}): void {
  const { prefix = "", layer = 0, reverse = false, bias = true } = options;
  checkCount(WHERE, "layer", layer, 0);
  const scope = prefix === "" || prefix.endsWith(".") ? prefix : `${prefix}.`;
  const names = Object.keys(stateDict).filter((name) => name.startsWith(scope));
  const taken = new Set<string>();
  const take = <R extends tf.Rank>(name: string, shape: readonly number[]): tf.Tensor<R> => {
    const full = scope + name;
    if (!names.includes(full)) {
      const known = names.length > 0 ? names : Object.keys(stateDict);
      const way = name.startsWith("bias") ? " (or bias: false, for a module without)" : "";
      throw new ArgumentError(WHERE, "stateDict", `a weight named ${full}${way}`, listed(known));
    }
    taken.add(full);
    return weightOf(WHERE, stateDict, full, shape) as tf.Tensor<R>;
  };
  giveAll(WHERE, part, () => {
    const given = givenTo(part, take, { layer, reverse, bias });
    const places = [...taken].map((name) => placeOf(name.slice(scope.length)));
    const surplus = names.find((name) => {
      if (taken.has(name)) return false;
      const place = placeOf(name.slice(scope.length));
      const otherLayer = options.layer !== undefined && places.every((used) => used?.layer !== place?.layer);
      const otherDirection = options.reverse !== undefined && place?.reverse !== options.reverse;
      return place === undefined || !(otherLayer || otherDirection);
    });
    if (surplus === undefined) return given;
    const way = placeOf(surplus.slice(scope.length)) ? " (`layer` and `reverse` choose among several)" : "";
    throw new ArgumentError(WHERE, "stateDict", `only ${listed([...taken])}${way}`, `also ${surplus}`);
  });
}

/** Where in a recurrent module a weight of that name belongs. */
function placeOf(name: string): { layer: number; reverse: boolean } | undefined {
  const [, layer, reverse] = RECURRENT.exec(name) ?? [];
  return layer === undefined ? undefined : { layer: Number(layer), reverse: reverse !== undefined };
}

/** Finds a weight by the name it has inside the module. */
type Take = <R extends tf.Rank>(name: string, shape: readonly number[]) => tf.Tensor<R>;
type Place = Required<Omit<FromPyTorchOptions, "prefix">>;

function givenTo(part: ForeignPart, take: Take, place: Place): Given[] {
  if (part instanceof Embedding) return [[part.embeddings, take("weight", part.embeddings.shape)]];
  if (part instanceof Dense) {
    const { inputSize, outputSize, kernel, bias } = part;
    const product = tf.transpose(take("weight", [outputSize, inputSize]));
    return [
      [kernel, product],
      [bias, place.bias ? take("bias", [outputSize]) : tf.zeros([outputSize])],
    ];
  }
  return foreignCells(WHERE, part).flatMap((cell, i) => givenToCell(cell, take, { ...place, layer: place.layer + i }));
}

function givenToCell(cell: ForeignCell, take: Take, { layer, reverse, bias }: Place): Given[] {
  if (cell instanceof GRUCell) {
    throw new ArgumentError(WHERE, "part", "a ResetAfterGRUCell, as PyTorch's GRU is", "a GRUCell");
  }
  const [gates, numUnits] = sizesOf(cell);
  const end = `l${layer}${reverse ? "_reverse" : ""}`;
  const kernel = (name: string, columns: number) =>
    tf.transpose(take<tf.Rank.R2>(`weight_${name}_${end}`, [gates * numUnits, columns]));
  const biasOf = (name: string): tf.Tensor1D =>
    bias ? take<tf.Rank.R1>(`bias_${name}_${end}`, [gates * numUnits]) : tf.zeros([gates * numUnits]);
  const foreign = {
    inputKernel: kernel("ih", cell.inputSize),
    hiddenKernel: kernel("hh", cell.outputSize),
    inputBias: biasOf("ih"),
    hiddenBias: biasOf("hh"),
  };
  if (cell instanceof BasicRNNCell) return givenRnn(cell, foreign);
  if (!(cell instanceof LSTMCell)) return givenResetAfterGru(cell, foreign, [0, 1, 2]); // theirs: r, z (our u), n
  if (cell.projection === undefined) return givenLstm(cell, foreign);
  const projection = tf.transpose(take<tf.Rank.R2>(`weight_hr_${end}`, [cell.outputSize, numUnits]));
  return givenLstm(cell, { ...foreign, projection });
}
