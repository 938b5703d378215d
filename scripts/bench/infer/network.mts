/** Our side of a network: its weights by the names that the Python peers know, and a call. */
import type * as tfjs from "unroll/tf";
import type { Library } from "../workloads/library.mts";
import { CLASSES, INPUTS, type InferNetwork } from "./networks.mts";

export interface OurNetwork {
  readonly weights: Readonly<Record<string, tfjs.Variable>>;
  /** Begins a new sequence. */
  reset(): void;
  /** From the values of a row of x, or of all rows, to those of the output. */
  call(x: Float32Array): ArrayLike<number>;
}

export interface OurOptions {
  /** Whether each call makes a tensor of its input and reads a tensor. Default: values go in and come out. */
  readonly withTensors: boolean;
}

export function ourNetwork(library: Library, network: InferNetwork, { withTensors }: OurOptions): OurNetwork {
  const { rnn, compile, tf } = library;
  const layers = Array.from({ length: network.layers }, (_, i) =>
    layerOf(library, network, i === 0 ? INPUTS : network.units, i),
  );
  const head =
    network.layers > 1 ? new rnn.Dense({ inputSize: network.units, outputSize: CLASSES, seed: 9 }) : undefined;
  const weights = Object.assign(
    {},
    ...layers.map(({ weights }) => weights),
    head && { headKernel: head.kernel, headBias: head.bias },
  );
  const variables: tfjs.Variable[] = Object.values(weights);
  const cell = new rnn.MultiRNNCell(layers.map(({ cell }) => cell));
  if (network.steps > 1) {
    const outputs = compile.compile((x: tfjs.Tensor3D) => rnn.dynamicRnn(cell, x)[0], { variables });
    const call = (x: Float32Array) => read(tf, outputs, tf.tensor3d(x, [1, network.steps, INPUTS]));
    return { weights, reset: () => undefined, call };
  }
  const zero = flat(tf, cell.zeroState(1));
  const state = zero.map((each) => tf.variable(each, false));
  const next = compile.stream(
    (now: readonly tfjs.Tensor[], x: tfjs.Tensor2D) => {
      const [output, after] = cell.call(x, like(cell.zeroState(1), [...now]) as never);
      return { output: head?.call(output) ?? output, state: flat(tf, after) };
    },
    { variables, state },
  );
  const reset = () =>
    state.forEach((variable, i) => {
      variable.assign(zero[i] as tfjs.Tensor);
    });
  const step = next.makeCallable(tf.zeros([1, INPUTS]) as tfjs.Tensor2D);
  const call = withTensors ? (x: Float32Array) => read(tf, next, tf.tensor2d(x, [1, INPUTS])) : step;
  return { weights, reset, call };
}

function read<X extends tfjs.Tensor>(tf: Library["tf"], run: (x: X) => tfjs.Tensor, x: X): ArrayLike<number> {
  const output = run(x);
  const values = output.dataSync();
  tf.dispose([x, output]);
  return values;
}

function layerOf({ rnn }: Library, { cell: kind, units: numUnits }: InferNetwork, inputSize: number, i: number) {
  const options = { inputSize, numUnits, seed: i + 1 };
  if (kind === "lstm") {
    const cell = new rnn.BasicLSTMCell(options);
    return { cell, weights: { [`kernel${i}`]: cell.kernel, [`bias${i}`]: cell.bias } };
  }
  if (kind === "gru") {
    const cell = new rnn.GRUCell(options);
    const { gatesKernel, gatesBias, candidateKernel, candidateBias } = cell;
    return { cell, weights: { gatesKernel, gatesBias, candidateKernel, candidateBias } };
  }
  const cell = new rnn.ResetAfterGRUCell(options);
  const { gatesKernel, gatesBias, inputKernel, inputBias, hiddenKernel, hiddenBias } = cell;
  return { cell, weights: { gatesKernel, gatesBias, inputKernel, inputBias, hiddenKernel, hiddenBias } };
}

/** The tensors of a state, in order. */
function flat(tf: Library["tf"], state: unknown): tfjs.Tensor[] {
  return state instanceof tf.Tensor ? [state] : Object.values(state as object).flatMap((each) => flat(tf, each));
}

/** A state of these tensors, of another state's form. */
function like(form: unknown, tensors: tfjs.Tensor[]): unknown {
  if (Array.isArray(form)) return form.map((each) => like(each, tensors));
  if (Object.getPrototypeOf(form) !== Object.prototype) return tensors.shift();
  return Object.fromEntries(Object.entries(form as object).map(([key, each]) => [key, like(each, tensors)]));
}
