import { listed } from "../../arguments";
import * as tf from "../../tf";
import { BasicRNNCell } from "../cells/basic-rnn";
import { GRUCell } from "../cells/gru";
import { LSTMCell } from "../cells/lstm";
import { checkCount, checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import { Dense } from "../layers/dense";
import { Embedding } from "../layers/embedding";
import type { NamedArrays } from "../weights/named-weights";
import { type Assignment, assignLstm, assignResetAfterGru, assignRnn } from "./layout";
import { assignAll, type InteropPart, type KnownCell, knownCells, prefixMeant, sizesOf, weightOf } from "./parts";
import { joinWeightNorms } from "./weight-norm";

export interface FromPyTorchOptions {
  /**
   * The module's name inside the state dict of a whole model, as "encoder.lstm". Default: "", for the module's own
   * state dict.
   */
  prefix?: string;
  /**
   * The index of the layer in a module with several layers; for a stack of cells, that of its lowest cell. Default: 0.
   */
  layer?: number;
  /** true for the backward direction of a bidirectional module, false for the forward direction. Default: false. */
  reverse?: boolean;
  /** false for a module made with `bias=False`. Our biases become 0. Default: true. */
  bias?: boolean;
}

const WHERE = "fromPyTorch";
const RECURRENT = /^(?:weight|bias)_(?:ih|hh|hr)_l(\d+)(_reverse)?$/;

/**
 * Copies the weights of a PyTorch state dict into a cell or layer, so that both compute the same outputs.
 *
 *   torch.nn.RNN                  BasicRNNCell; with `nonlinearity="relu"` the cell needs `activation: tf.relu`
 *   torch.nn.LSTM                 LSTMCell or BasicLSTMCell, with any forgetBias; `proj_size` is `numProj`
 *   torch.nn.GRU                  ResetAfterGRUCell (a GRUCell resets before the product, so its numbers differ)
 *   … with num_layers=n           MultiRNNCell of n such cells
 *   … with bidirectional=True     one cell for each direction, with `reverse: false` and `reverse: true`
 *   torch.nn.RNNCell, .LSTMCell, .GRUCell   the cell that the module above becomes
 *   torch.nn.Linear, .Embedding   Dense, Embedding
 *
 * Weights that `weight_norm` keeps in two parts are put together, those of `torch.nn.utils` and of its `parametrizations`:
 * w = g · v / ‖v‖. The function reorders the gates, transposes the matrices `[gates·numUnits, inputSize]`, and adds PyTorch's two biases
 * where the cell has one.
 *
 * @example
 *   const stateDict = await loadSafetensors("model.safetensors"); // from "unroll/data"
 *   const cell = new ResetAfterGRUCell({ inputSize: 3, numUnits: 4 });
 *   fromPyTorch(cell, stateDict, { prefix: "encoder.gru" });
 *
 * @param stateDict arrays by PyTorch's names, as `loadSafetensors` reads them from a file that safetensors.torch wrote
 * @throws ArgumentError that names a weight which is missing or superfluous, or has another shape or type. After an
 *   error no weight is changed
 */
export function fromPyTorch(part: InteropPart, stateDict: NamedArrays, options: FromPyTorchOptions = {}): void {
  checkOptions(WHERE, options, ["prefix", "layer", "reverse", "bias"]);
  const { prefix = "", layer = 0, reverse = false, bias = true } = options;
  checkCount(WHERE, "layer", layer, 0);
  const scope = prefix === "" || prefix.endsWith(".") ? prefix : `${prefix}.`;
  const arrays = joinWeightNorms(stateDict);
  const names = Object.keys(arrays).filter((name) => name.startsWith(scope));
  const taken = new Set<string>();
  const take = <R extends tf.Rank>(name: string, shape: readonly number[]): tf.Tensor<R> => {
    const full = scope + name;
    if (!names.includes(full)) {
      const known = names.length > 0 ? names : Object.keys(arrays);
      const way = name.startsWith("bias") ? " (or bias: false, for a module without)" : "";
      const meant = prefixMeant(prefix, known, ".");
      throw new ArgumentError(WHERE, "stateDict", `a weight named ${full}${way}`, `${listed(known)}${meant}`);
    }
    taken.add(full);
    return weightOf(WHERE, arrays, full, shape) as tf.Tensor<R>;
  };
  assignAll(WHERE, part, () => {
    const isCell = names.includes(`${scope}weight_ih`);
    const assignments = assignPart(part, take, { layer, reverse, bias, isCell });
    const layers = [...taken].map((name) => layerOf(name.slice(scope.length)));
    const surplus = names.find((name) => {
      if (taken.has(name)) return false;
      const other = layerOf(name.slice(scope.length));
      const otherLayer = options.layer !== undefined && layers.every((used) => used?.layer !== other?.layer);
      const otherDirection = options.reverse !== undefined && other?.reverse !== options.reverse;
      return other === undefined || !(otherLayer || otherDirection);
    });
    if (surplus === undefined) return assignments;
    const way = layerOf(surplus.slice(scope.length)) ? " (`layer` and `reverse` choose among several)" : "";
    throw new ArgumentError(WHERE, "stateDict", `only ${listed([...taken])}${way}`, `also ${surplus}`);
  });
}

/** Returns the layer and direction that a weight's name tells, or undefined for a name of another form. */
function layerOf(name: string): { layer: number; reverse: boolean } | undefined {
  const [, layer, reverse] = RECURRENT.exec(name) ?? [];
  return layer === undefined ? undefined : { layer: Number(layer), reverse: reverse !== undefined };
}

/** Finds a weight by the name it has inside the module. */
type Take = <R extends tf.Rank>(name: string, shape: readonly number[]) => tf.Tensor<R>;
type Choice = Required<Omit<FromPyTorchOptions, "prefix">> & {
  /** Whether the weights are those of a cell, whose names tell no layer. */
  readonly isCell: boolean;
};

function assignPart(part: InteropPart, take: Take, choice: Choice): Assignment[] {
  if (part instanceof Embedding) return [[part.embeddings, take("weight", part.embeddings.shape)]];
  if (part instanceof Dense) {
    const { inputSize, outputSize, kernel, bias } = part;
    const product = tf.transpose(take("weight", [outputSize, inputSize]));
    return [
      [kernel, product],
      [bias, choice.bias ? take("bias", [outputSize]) : tf.zeros([outputSize])],
    ];
  }
  const cells = knownCells(WHERE, part);
  if (choice.isCell && (cells.length > 1 || choice.layer > 0 || choice.reverse)) {
    const actual = cells.length > 1 ? `a stack of ${cells.length}` : "one with `layer` or `reverse`";
    throw new ArgumentError(WHERE, "part", "one cell, as the state dict of a PyTorch cell has one", actual);
  }
  return cells.flatMap((cell, i) => assignCell(cell, take, { ...choice, layer: choice.layer + i }));
}

function assignCell(cell: KnownCell, take: Take, { layer, reverse, bias, isCell }: Choice): Assignment[] {
  if (cell instanceof GRUCell) {
    throw new ArgumentError(WHERE, "part", "a ResetAfterGRUCell, as PyTorch's GRU is", "a GRUCell");
  }
  const [gates, numUnits] = sizesOf(cell);
  const end = isCell ? "" : `_l${layer}${reverse ? "_reverse" : ""}`;
  const kernel = (name: string, columns: number) =>
    tf.transpose(take<tf.Rank.R2>(`weight_${name}${end}`, [gates * numUnits, columns]));
  const biasOf = (name: string): tf.Tensor1D =>
    bias ? take<tf.Rank.R1>(`bias_${name}${end}`, [gates * numUnits]) : tf.zeros([gates * numUnits]);
  const weights = {
    inputKernel: kernel("ih", cell.inputSize),
    hiddenKernel: kernel("hh", cell.outputSize),
    inputBias: biasOf("ih"),
    hiddenBias: biasOf("hh"),
  };
  if (cell instanceof BasicRNNCell) return assignRnn(cell, weights);
  const rzn = [0, 1, 2] as const; // the positions of r, u (PyTorch's z) and the candidate c (PyTorch's n)
  if (!(cell instanceof LSTMCell)) return assignResetAfterGru(cell, weights, rzn);
  if (cell.projection === undefined) return assignLstm(cell, weights);
  const projection = tf.transpose(take<tf.Rank.R2>(`weight_hr${end}`, [cell.outputSize, numUnits]));
  return assignLstm(cell, { ...weights, projection });
}
