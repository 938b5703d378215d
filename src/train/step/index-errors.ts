import { IndexRangeError } from "../../compile/internal";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import type { Batch, Source } from "../examples/source";
import { isRecord } from "../structure";
import { placeOf, type StepOptions, withBatch } from "./batch-tensors";

/** An index that its table does not have: word 12 of 10. */
interface WrongIndex {
  readonly value: number;
  readonly expected: string;
}

/**
 * The error of a function of a batch. A look-up that refuses an index, such as an Embedding's, names a position among its own
 * indices; that error is replaced by one that names the example in the data.
 *
 * @returns an ArgumentError naming the example, its time step and the index; any other error as it is
 */
export function locatedIndexError({ where, source }: StepOptions, indices: Int32Array, error: unknown): unknown {
  const wrong = wrongIndexOf(error);
  if (wrong === undefined) return error;
  const places = withBatch(source, indices, (batch) => placesOf(source, indices, batch, wrong.value));
  if (places.length === 0) return error; // the model computed the index
  return new ArgumentError(where, places.join(" or "), `an index from ${wrong.expected}`, `${wrong.value}`);
}

/** How an eager look-up says which index its table does not have: TensorFlow's ops, and TensorFlow.js itself. */
const REPORTS = [
  /(?:indices|segment_ids)\[[\d,]*\] = (?<value>-?\d+) is (?:not in|out of range) \[0, (?<size>\d+)\)/,
  /GatherV2: the index value (?<value>-?\d+) is not in \[0, (?<last>\d+)\]/,
];

/** The index that an error is about: of a compiled look-up, or of an eager one, which an Embedding checks before it looks up. */
function wrongIndexOf(error: unknown): WrongIndex | undefined {
  if (error instanceof IndexRangeError) return { value: error.value, expected: `0 to ${error.size - 1}` };
  if (error instanceof ArgumentError) {
    const id = error.argument === "ids" ? /^-?\d+(?= at |$)/.exec(error.actual)?.[0] : undefined;
    return id === undefined ? undefined : { value: Number(id), expected: error.expected };
  }
  const message = (error as Error | undefined)?.message ?? "";
  const report = REPORTS.map((each) => each.exec(message)).find((found) => found !== null);
  const { value, size, last = Number(size) - 1 } = report?.groups ?? {};
  return value === undefined ? undefined : { value: Number(value), expected: `0 to ${last}` };
}

/** The first place of an index in each part of x that has it. In several parts, it is not known which one was refused. */
function placesOf(source: Source, indices: Int32Array, { x }: Batch, value: number): string[] {
  const parts: [string, tf.Tensor][] = isRecord(x)
    ? Object.entries(x as Readonly<Record<string, tf.Tensor>>).map(([name, part]) => [`x.${name}`, part])
    : [["x", x as tf.Tensor]];
  return parts.flatMap(([path, part]) => {
    const position = part.dtype === "int32" ? (part.dataSync() as Int32Array).indexOf(value) : -1;
    return position < 0 ? [] : [placeOf(source, indices, path, part.shape, position)];
  });
}
