/** The cell that a golden case names, with the options it gives. A name or option that is not known is an error. */
import {
  BasicLSTMCell,
  BasicRNNCell,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  ResidualWrapper,
  type RNNCell,
} from "unroll/rnn";
import * as tf from "unroll/tf";
import type { Case } from "./case.mts";

/** The options that each cell takes, as cases name them. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  BasicRNNCell: ["activation"],
  BasicLSTMCell: ["activation", "forget_bias"],
  LSTMCell: ["activation", "forget_bias", "use_peepholes", "num_proj", "cell_clip", "proj_clip"],
  GRUCell: ["activation"],
  MultiRNNCell: ["cells"],
  ResidualWrapper: ["cells"],
};
/** What a case holds besides its cell's options. */
const REST = new Set(
  (
    "name source cell batch time_steps inputs units variant x sequence_length initial_state variables loss_is " +
    "output_weights state_weights outputs states loss gradients"
  ).split(" "),
);

/** What every cell is made with. */
interface Sizes {
  readonly inputSize: number;
  readonly numUnits: number;
}

/** @returns a cell with the sizes and options of the case; its weights are still to be given */
export function cellOf(spec: Case): RNNCell {
  const options = OPTIONS[spec.cell];
  if (options === undefined) throw new Error(`unknown cell "${spec.cell}"`);
  const unknown = Object.keys(spec).find((key) => !options.includes(key) && !REST.has(key));
  if (unknown !== undefined) throw new Error(`unknown field "${unknown}" of a ${spec.cell}`);
  return build(spec.cell, spec, { inputSize: spec.inputs, numUnits: spec.units });
}

function build(name: string, spec: Partial<Case>, sizes: Sizes): RNNCell {
  const common = { ...sizes, ...activationOf(spec.activation) };
  switch (name) {
    case "BasicRNNCell":
      return new BasicRNNCell(common);
    case "BasicLSTMCell":
      return new BasicLSTMCell({ ...common, ...given({ forgetBias: spec.forget_bias }) });
    case "LSTMCell":
      return new LSTMCell({
        ...common,
        ...given({
          forgetBias: spec.forget_bias,
          usePeepholes: spec.use_peepholes,
          numProj: spec.num_proj,
          cellClip: spec.cell_clip,
          projClip: spec.proj_clip,
        }),
      });
    case "GRUCell":
      return new GRUCell(common);
    case "MultiRNNCell":
      return new MultiRNNCell(
        (spec.cells ?? []).map((inner, layer) =>
          build(inner, {}, layer === 0 ? sizes : { ...sizes, inputSize: sizes.numUnits }),
        ),
      );
    case "ResidualWrapper":
      return new ResidualWrapper(build(only(spec.cells), {}, sizes));
    default:
      throw new Error(`unknown cell "${name}"`);
  }
}

/** The options that a case gives. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

const ACTIVATIONS = { tanh: tf.tanh, relu: tf.relu, sigmoid: tf.sigmoid };

function activationOf(name: string | undefined) {
  if (name === undefined) return {};
  if (name === "tanh" || name === "relu" || name === "sigmoid") return { activation: ACTIVATIONS[name] };
  throw new Error(`unknown activation "${name}"`);
}

function only(cells: readonly string[] | undefined): string {
  const [first] = cells ?? [];
  if (cells?.length !== 1 || first === undefined)
    throw new Error(`expected one cell inside the wrapper, got ${cells?.length}`);
  return first;
}
