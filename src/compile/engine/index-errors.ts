import type * as tf from "../../tf";
import { CompileError } from "../errors";

/** A look-up by an index that its table does not have, as TensorFlow's gather ops report it. */
export class IndexRangeError extends CompileError {
  /**
   * @param value the index
   * @param size the size of the table's axis: an index is from 0 to size − 1
   * @param place where the index is, as `indices[1, 1], argument 0 at [3, 1]`
   */
  constructor(
    readonly value: number,
    readonly size: number,
    place: string,
  ) {
    super(`compile: ${place}: expected an index from 0 to ${size - 1}, got ${value}`);
  }
}

/**
 * A gather reports the first form; the sum of its gradient, which may run before it, the second, with a position among
 * the flattened indices.
 */
const REPORT = /(indices|segment_ids)\[([\d,]*)\] = (-?\d+) is (?:not in|out of range) \[0, (\d+)\)/;

/**
 * Runs native operations. Where one refuses an index, the error says which, and where it is in the arguments.
 *
 * @param given the arguments, to look for the index in. Default: the error has the place among the op's indices only
 * @throws IndexRangeError in place of TensorFlow's own error
 */
export function withIndexErrors<T>(run: () => T, given: readonly tf.Tensor[] = []): T {
  try {
    return run();
  } catch (error) {
    const report = REPORT.exec((error as Error)?.message);
    if (report === null) throw error;
    const [, kind, position = "", value, size] = report;
    const at = position === "" || kind === "segment_ids" ? [] : position.split(",").map(Number);
    const places = [`indices[${position.replaceAll(",", ", ")}]`, ...placeOf(given, at, Number(value))];
    throw new IndexRangeError(Number(value), Number(size), places.join(", "));
  }
}

/**
 * Finds the index in the int32 arguments. A shard reports the position among its own examples, so the first number of a
 * position may differ; and a function may reshape what it looks up, so at last any place of the value will do.
 *
 * @returns the place; nothing where the value is in several arguments, so that none is blamed wrongly
 */
function placeOf(given: readonly tf.Tensor[], at: readonly number[], value: number): string[] {
  const found = given.flatMap((tensor, argument) =>
    tensor.dtype === "int32" ? positionsOf(tensor, value).map((position) => ({ argument, position })) : [],
  );
  const isSame = (from: number) => (place: (typeof found)[number]) =>
    place.position.length === at.length && place.position.slice(from).join() === at.slice(from).join();
  const inShard = at.length > 1 ? found.filter(isSame(1)) : []; // one number, of another shard, says nothing
  const candidates = [found.filter(isSame(0)), inShard, found].find(({ length }) => length > 0) ?? [];
  const [first] = candidates;
  if (first === undefined || candidates.some(({ argument }) => argument !== first.argument)) return [];
  return [`argument ${first.argument} at [${first.position.join(", ")}]`];
}

function positionsOf(tensor: tf.Tensor, value: number): number[][] {
  const positions: number[][] = [];
  tensor.dataSync().forEach((each, i) => {
    if (each === value) positions.push(positionOf(i, tensor.shape));
  });
  return positions;
}

/** The position of the ith element of a tensor of this shape. */
export function positionOf(i: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = i;
  for (const size of [...shape].reverse()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}
