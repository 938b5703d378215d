import { didYouMean } from "../../arguments";
import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { BasicRNNCell } from "../cells/basic-rnn";
import { GRUCell } from "../cells/gru";
import { LSTMCell } from "../cells/lstm";
import { ResetAfterGRUCell } from "../cells/reset-after-gru";
import { checkLive, describe } from "../checks";
import { ArgumentError } from "../errors";
import type { Dense } from "../layers/dense";
import type { Embedding } from "../layers/embedding";
import { type ArrayLike, toTensor } from "../to-tensor";
import type { NamedArrays } from "../weights/named-weights";
import { DropoutWrapper } from "../wrappers/dropout";
import { MultiRNNCell } from "../wrappers/multi-rnn";
import { ResidualWrapper } from "../wrappers/residual";
import { ZoneoutWrapper } from "../wrappers/zoneout";
import type { Assignment } from "./layout";

/**
 * A part of a model that takes weights of other libraries: a cell that they have too, a stack of such cells,
 * or a layer.
 */
// biome-ignore lint/suspicious/noExplicitAny: cells of any state
export type InteropPart = RNNCell<any> | Dense | Embedding;

/** The cells that other libraries have too. */
export type KnownCell = BasicRNNCell | LSTMCell | GRUCell | ResetAfterGRUCell;

/**
 * Returns the cells of a stack from the lowest to the highest, or the single cell. A wrapper without weights of its own
 * (dropout, zoneout, residual) stands for the cell inside.
 *
 * @throws ArgumentError for a cell that other libraries do not have
 */
export function knownCells(where: string, part: Exclude<InteropPart, Dense | Embedding>): KnownCell[] {
  if (part instanceof MultiRNNCell) return (part as MultiRNNCell).cells.flatMap((cell) => knownCells(where, cell));
  if (part instanceof DropoutWrapper || part instanceof ResidualWrapper || part instanceof ZoneoutWrapper) {
    return knownCells(where, part.cell);
  }
  const known = [BasicRNNCell, LSTMCell, GRUCell, ResetAfterGRUCell].some((kind) => part instanceof kind);
  if (known && !(part instanceof LSTMCell && part.peepholes)) return [part as KnownCell];
  const expected = "a basic, LSTM (without peepholes) or GRU cell, a stack of them, a Dense or an Embedding";
  const actual = part instanceof LSTMCell ? "an LSTMCell with peepholes" : (part?.constructor?.name ?? describe(part));
  throw new ArgumentError(where, "part", expected, actual);
}

/** Returns `[gates, numUnits]`. */
export function sizesOf(cell: KnownCell): [gates: number, numUnits: number] {
  if (cell instanceof LSTMCell) return [4, cell.numUnits];
  return [cell instanceof BasicRNNCell ? 1 : 3, cell.outputSize];
}

/**
 * Assigns all values that `make` returns. When `make` throws, no variable is changed.
 *
 * @throws ArgumentError as `make`
 */
export function assignAll(where: string, part: InteropPart, make: () => Assignment[]): void {
  checkLive(where, part);
  tf.tidy(() => {
    for (const [variable, value] of make()) variable.assign(value);
  });
}

/**
 * Returns a weight as a tensor.
 *
 * @throws ArgumentError that names the weight, when its shape or type is not the expected one
 */
export function weightOf(where: string, arrays: NamedArrays, name: string, shape: readonly number[]): tf.Tensor {
  const array = arrays[name] as ArrayLike;
  const { data, shape: actual } = array ?? {};
  const size = shape.reduce((product, length) => product * length, 1);
  if (data instanceof Float32Array && data.length === size && actual.join() === shape.join()) return toTensor(array);
  const kind =
    data instanceof Float32Array ? `${data.length} float32 values` : (data?.constructor?.name ?? "no values");
  const expected = `float32 values of shape [${shape.join(", ")}]`;
  throw new ArgumentError(where, name, expected, `shape [${actual?.join(", ")}] with ${kind}`);
}

/**
 * " (did you mean encoder.lstm?)", for a prefix under which there is no name; else nothing.
 *
 * @param separator what stands between the parts of names: "/", "."
 */
export function prefixMeant(prefix: string, names: readonly string[], separator: string): string {
  const own = prefix.endsWith(separator) ? prefix.slice(0, -separator.length) : prefix;
  if (own === "" || names.some((name) => name === own || name.startsWith(`${own}${separator}`))) return "";
  const prefixes = names.flatMap((name) => {
    const parts = name.split(separator);
    return parts.map((_, i) => parts.slice(0, i + 1).join(separator));
  });
  return didYouMean(own, [...new Set(prefixes)]);
}
