import { ArgumentError, describe } from "../../arguments";
import type { NumericArray, NumericData } from "../../data";
import { toTensor } from "../../rnn";
import type * as tf from "../../tf";
import type { Part } from "../../train";
import { WHERE } from "./options";

/** The sources of `decode`: ragged ones have lengths. */
export interface Sources {
  readonly count: number;
  /** The number of time steps of each source; undefined for an array, whose sources are alike. */
  readonly lengths?: Int32Array;
  /** One source as it was given. */
  readonly at: (index: number) => unknown;
  /** The values of one source, for messages. */
  readonly valuesAt: (index: number) => ArrayLike<number>;
  /** Stacks sources, padded with 0 to `steps` where they are ragged. */
  readonly batch: (indices: readonly number[], steps: number) => tf.Tensor;
}

/** @throws ArgumentError when there are no sources, one is empty, or they differ in kind */
export function sourcesOf(given: Part): Sources {
  if (Array.isArray(given)) return ragged(given);
  const { data, shape } = (given ?? {}) as NumericArray;
  if (!ArrayBuffer.isView(data) || !Array.isArray(shape)) {
    const expected = "a list of sequences, or an array with a shape whose first axis counts them";
    throw new ArgumentError(WHERE, "sources", expected, describe(given));
  }
  const [count = 0, ...rest] = shape as number[];
  if (count === 0 || data.length === 0) throw new ArgumentError(WHERE, "sources", "at least one source", "none");
  const size = data.length / count;
  const valuesAt = (index: number) => data.subarray(index * size, (index + 1) * size);
  const arrayAt = (index: number) => ({ data: valuesAt(index), shape: rest });
  const batch = (indices: readonly number[]) =>
    stacked(indices.map(arrayAt) as NumericArray[], [indices.length, ...rest], size);
  return { count, at: arrayAt, valuesAt, batch };
}

function ragged(given: readonly unknown[]): Sources {
  if (given.length === 0) throw new ArgumentError(WHERE, "sources", "at least one source", "none");
  const list = given.map((each, i) => sequenceOf(each, `sources[${i}]`));
  const [first] = list as [NumericArray];
  const kindOf = ({ data, shape }: NumericArray) =>
    `${data.constructor.name} [${["nSteps", ...shape.slice(1)].join(", ")}]`;
  list.forEach((each, i) => {
    if (kindOf(each) === kindOf(first)) return;
    throw new ArgumentError(WHERE, `sources[${i}]`, `${kindOf(first)}, as the first is`, kindOf(each));
  });
  const features = first.shape.slice(1);
  const perStep = features.reduce((product, size) => product * size, 1);
  return {
    count: list.length,
    lengths: Int32Array.from(list, ({ shape }) => shape[0] as number),
    at: (index) => given[index],
    valuesAt: (index) => (list[index] as NumericArray).data,
    batch: (indices, steps) => {
      const chosen = indices.map((index) => list[index] as NumericArray);
      return stacked(chosen, [indices.length, steps, ...features], steps * perStep);
    },
  };
}

function sequenceOf(given: unknown, argument: string): NumericArray {
  const array = (
    ArrayBuffer.isView(given) ? { data: given, shape: [(given as Int32Array).length] } : given
  ) as NumericArray;
  if (!ArrayBuffer.isView(array?.data) || !Array.isArray(array.shape)) {
    throw new ArgumentError(WHERE, argument, "a typed array, or an array with a shape", describe(given));
  }
  if (array.shape[0] === 0 || array.data.length === 0) {
    throw new ArgumentError(WHERE, argument, "at least one time step", "an empty source");
  }
  const size = array.shape.reduce((product, each) => product * each, 1);
  if (size === array.data.length) return array;
  const expected = `${size} values for shape [${array.shape.join(", ")}]`;
  throw new ArgumentError(WHERE, argument, expected, `${array.data.length}`);
}

function stacked(list: readonly NumericArray[], shape: number[], size: number): tf.Tensor {
  const Kind = list[0]?.data.constructor as new (length: number) => NumericData;
  const data = new Kind(list.length * size);
  list.forEach(({ data: own }, i) => {
    data.set(own as never, i * size);
  });
  return toTensor({ data, shape });
}
