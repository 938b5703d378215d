import { checkCount, checkOptions, describe } from "../checks";
import { ArgumentError } from "../errors";
import type { ArrayLike } from "../to-tensor";

export interface CudnnParamsOptions {
  /** What the parameters are of. Required. */
  kind: "lstm" | "gru" | "rnn";
  /** Required. */
  inputSize: number;
  /** Required. */
  numUnits: number;
  /** Default: 1. */
  numLayers?: number;
  /** Whether each layer runs in both directions. Default: false. */
  bidirectional?: boolean;
}

const WHERE = "cudnnRNNParamsToCanonical";
const GATES = { lstm: 4, gru: 3, rnn: 1 };

/**
 * Takes CuDNN's opaque parameters apart, the one vector in which TensorFlow 1.x's `CudnnLSTM` and `CudnnGRU` keep all weights (as the
 * op of this name does): first the matrices of all layers, then their biases; in each layer forward, then backward; of each first what
 * multiplies the inputs, then what multiplies the state. These are the blocks of PyTorch's modules, so the arrays get PyTorch's names.
 *
 * TensorFlow's Saver does not write the vector, but weights by name, which `fromTensorFlow` takes. Parameters of an LSTM with a
 * projection are not taken apart.
 *
 * @example
 *   const params = { data: new Float32Array(128), shape: [128] }; // such as a variable "opaque_kernel" of a checkpoint
 *   const stateDict = cudnnRNNParamsToCanonical(params, { kind: "lstm", inputSize: 2, numUnits: 4 });
 *   fromPyTorch(new LSTMCell({ inputSize: 2, numUnits: 4 }), stateDict);
 *
 * @param params `[count]`
 * @returns the arrays by PyTorch's names: `weight_ih_l0`, `bias_hh_l1_reverse`; they share the memory of `params`
 * @throws ArgumentError when the number of parameters does not fit the sizes
 */
export function cudnnRNNParamsToCanonical(params: ArrayLike, options: CudnnParamsOptions): Record<string, ArrayLike> {
  checkOptions(WHERE, options, ["kind", "inputSize", "numUnits", "numLayers", "bidirectional"]);
  const { kind, inputSize, numUnits, numLayers = 1, bidirectional = false } = options;
  const gates = Object.hasOwn(GATES, kind) ? GATES[kind] : undefined;
  if (gates === undefined) throw new ArgumentError(WHERE, "kind", '"lstm", "gru" or "rnn"', `${kind}`);
  for (const [name, value] of Object.entries({ inputSize, numUnits, numLayers })) checkCount(WHERE, name, value);
  const ends = bidirectional ? ["", "_reverse"] : [""];
  const width = gates * numUnits;
  const above = ends.length * numUnits; // the size of what a layer gives the next one
  const perLayer = (inputs: number) => ends.length * width * (inputs + numUnits + 2);
  const count = perLayer(inputSize) + (numLayers - 1) * perLayer(above);
  const data = params?.data;
  if (!(data instanceof Float32Array) || data.length !== count || params.shape.join() !== `${count}`) {
    const actual = data instanceof Float32Array ? `${data.length} of shape [${params.shape}]` : describe(data);
    throw new ArgumentError(WHERE, "params", `${count} float32 values of shape [${count}]`, actual);
  }
  let at = 0;
  const entries = shapesOf({ width, inputSize, numUnits, above, numLayers, ends }).map(([name, shape]) => {
    const begin = at;
    at += shape.reduce((product, size) => product * size, 1);
    return [name, { data: data.subarray(begin, at), shape }] as const;
  });
  return Object.fromEntries(entries);
}

interface Sizes extends Readonly<Record<"width" | "inputSize" | "numUnits" | "above" | "numLayers", number>> {
  readonly ends: readonly string[];
}

/** The arrays' names and shapes, in the order of the parameters. */
function shapesOf({ width, inputSize, numUnits, above, numLayers, ends }: Sizes): [name: string, shape: number[]][] {
  const layers = Array.from({ length: numLayers }, (_, layer) => layer);
  const ofAll = (arrays: (layer: number, end: string) => [string, number[]][]) =>
    layers.flatMap((layer) => ends.flatMap((end) => arrays(layer, `l${layer}${end}`)));
  return [
    ...ofAll((layer, end) => [
      [`weight_ih_${end}`, [width, layer === 0 ? inputSize : above]],
      [`weight_hh_${end}`, [width, numUnits]],
    ]),
    ...ofAll((_, end) => [
      [`bias_ih_${end}`, [width]],
      [`bias_hh_${end}`, [width]],
    ]),
  ];
}
