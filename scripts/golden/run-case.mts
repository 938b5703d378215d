/** Runs one golden case and measures how far it is from TensorFlow 1.x's numbers. */
import {
  bidirectionalDynamicRnn,
  computeGradients,
  dynamicRnn,
  flattenState,
  importWeights,
  packState,
  type RNNCell,
} from "unroll/rnn";
import * as tf from "unroll/tf";
import type { Case, Numbers } from "./case.mts";
import { cellOf } from "./cells.mts";

const VARIANTS = ["plain", "sequence_length", "initial_state", "time_major", "bidirectional"];
const LOSS = "sum(outputs*output_weights) + sum(states*state_weights)";

/** The largest errors of a case: of outputs, states and loss as they are, of gradients relative to the largest of each. */
export interface CaseErrors {
  readonly outputs: number;
  readonly states: number;
  readonly loss: number;
  readonly gradients: number;
}

interface Network {
  /** By the case's names. */
  readonly variables: Readonly<Record<string, tf.Variable>>;
  run(x: tf.Tensor3D): { readonly outputs: readonly tf.Tensor[]; readonly states: readonly tf.Tensor[] };
}

/** What a case is run with. A test puts compiled gradients in place of the library's own. */
export interface Library {
  readonly packState: typeof packState;
  computeGradients(loss: () => tf.Scalar, variables: tf.Variable[]): ReturnType<typeof computeGradients>;
}

export function runCase(spec: Case, library: Library = { packState, computeGradients }): CaseErrors {
  if (!VARIANTS.includes(spec.variant)) throw new Error(`unknown variant "${spec.variant}"`);
  if (spec.loss_is !== LOSS) throw new Error(`unknown loss "${spec.loss_is}"`);
  if ((spec.initial_state !== null) !== (spec.variant === "initial_state")) {
    throw new Error(
      `initial_state is ${spec.initial_state === null ? "missing" : "given"} in variant "${spec.variant}"`,
    );
  }
  const network = spec.variant === "bidirectional" ? bidirectional(spec) : oneWay(spec, library);
  const x = tf.variable(tf.tensor3d(spec.x));
  const { outputs, states } = network.run(x);
  const loss = () => {
    const made = network.run(x);
    return tf.addN([...weighted(made.outputs, spec.output_weights), ...weighted(made.states, spec.state_weights)]);
  };
  const variables = [...Object.entries(network.variables), ["x", x] as const];
  const computed = library.computeGradients(
    () => tf.sum(loss()),
    variables.map(([, variable]) => variable),
  );
  const gradients = computed.gradients.map(({ gradient }, i) => {
    const expected = needed(spec.gradients, variables[i]?.[0] ?? "", "gradients");
    return furthest(gradient, expected) / Math.max(largest(expected), Number.MIN_VALUE);
  });
  const [lossValue = Number.NaN] = computed.loss.dataSync();
  return {
    outputs: Math.max(...together(outputs, spec.outputs).map(([a, b]) => furthest(a, b))),
    states: Math.max(...together(states, spec.states).map(([a, b]) => furthest(a, b))),
    loss: Math.abs(lossValue - spec.loss) / Math.max(1, Math.abs(spec.loss)),
    gradients: Math.max(...gradients),
  };
}

const weighted = (tensors: readonly tf.Tensor[], weights: readonly Numbers[]): tf.Tensor[] =>
  together(tensors, weights).map(([tensor, each]) => tf.sum(tf.mul(tensor, tensorOf(each))));

function oneWay(spec: Case, library: Library): Network {
  const cell = cellOf(spec);
  const initial = spec.initial_state?.map((part) => tf.tensor2d(part));
  const options = {
    ...(spec.sequence_length && { sequenceLength: spec.sequence_length }),
    timeMajor: spec.variant === "time_major",
    ...(initial && { initialState: library.packState(cell.zeroState(spec.batch), initial) }),
  };
  return {
    variables: give(cell, spec.variables, "rnn"),
    run: (x) => {
      const [outputs, state] = dynamicRnn(cell, x, options);
      return { outputs: [outputs], states: flattenState(state) };
    },
  };
}

function bidirectional(spec: Case): Network {
  const [fw, bw] = [cellOf(spec), cellOf(spec)];
  const side = (name: string) =>
    Object.fromEntries(Object.entries(spec.variables).filter(([key]) => key.startsWith(`bidirectional_rnn/${name}/`)));
  const options = { ...(spec.sequence_length && { sequenceLength: spec.sequence_length }) };
  return {
    variables: {
      ...give(fw, side("fw"), "bidirectional_rnn/fw"),
      ...give(bw, side("bw"), "bidirectional_rnn/bw"),
    },
    run: (x) => {
      const [outputs, states] = bidirectionalDynamicRnn(fw, bw, x, options);
      return { outputs, states: states.flatMap((state) => flattenState(state)) };
    },
  };
}

/** Gives the cell its weights; returns its variables by the case's names. */
function give(cell: RNNCell, variables: Case["variables"], scope: string): Record<string, tf.Variable> {
  const arrays = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, arrayOf(value)]));
  importWeights(cell, arrays, scope);
  return Object.fromEntries(Object.entries(cell.weights ?? {}).map(([name, each]) => [`${scope}/${name}`, each]));
}

function arrayOf(value: Numbers) {
  const shape: number[] = [];
  for (let part: number | Numbers | undefined = value; typeof part === "object"; part = part[0])
    shape.push(part.length);
  return { data: Float32Array.from(flat(value)), shape };
}

function tensorOf(value: Numbers): tf.Tensor {
  const { data, shape } = arrayOf(value);
  return tf.tensor(data, shape);
}

const flat = (values: Numbers): number[] =>
  values.flatMap((value) => (typeof value === "number" ? [value] : flat(value)));

function together(tensors: readonly tf.Tensor[], expected: readonly Numbers[]): [tf.Tensor, Numbers][] {
  if (tensors.length !== expected.length)
    throw new Error(`${tensors.length} tensors where ${expected.length} are expected`);
  return tensors.map((tensor, i) => [tensor, expected[i] ?? []]);
}

function needed<T>(record: Readonly<Record<string, T>>, name: string, what: string): T {
  const found = record[name];
  if (found === undefined) throw new Error(`no ${name} in ${what}`);
  return found;
}

const largest = (values: Numbers): number => flat(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The largest difference; NaN when one is NaN, which no tolerance lets through. */
function furthest(tensor: tf.Tensor, expected: Numbers): number {
  const { data, shape } = arrayOf(expected);
  if (tensor.shape.join() !== shape.join()) throw new Error(`shape [${tensor.shape}] where [${shape}] is expected`);
  const values = Array.from(tensor.dataSync());
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - (data[i] ?? Number.NaN))), 0);
}
