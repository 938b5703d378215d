import { checkCount, checkOptions, describe } from "../../arguments";
import { type NumericArray, rowCount } from "../../data";
import { ArgumentError } from "../../rnn";
import type { Part, TrainingData } from "../../train";

/** The token ids of one target, as a tokenizer's `encode` gives them, or as a plain array. */
export type TokenList = Int32Array | NumericArray<Int32Array>;

/** The options of `seq2seqData`: `tokenizer.special` has both where the tokenizer was made with `{ begin: true, end: true }`. */
export interface Seq2seqDataOptions {
  /** The token before the first one of each target, which the decoder reads first. Required. */
  begin: number | undefined;
  /** The token after the last one of each target, which the decoder learns to write there. Required. */
  end: number | undefined;
}

/**
 * Makes the data of a `seq2seqModelOf`: what the decoder reads is the target behind `begin`, what it is to say is the target
 * with `end` behind it. `fit` puts the sequences into buckets of similar length and pads them; the loss leaves the padding out.
 *
 *   x.source = sources;  x.target = [begin, …ids];  y = [...ids, end]
 *
 * @example
 *   const data = seq2seqData([Int32Array.of(7, 4), Int32Array.of(5)], [Int32Array.of(9, 8, 3), Int32Array.of(6)], { begin: 1, end: 2 });
 *   console.log(data.x.target[0], data.y[0]); // 1, 9, 8, 3 and 9, 8, 3, 2
 *
 * @param sources token ids, a list for each example; or an array whose first axis counts the examples, such as pictures
 * @param targets token ids, a list for each example. An empty one is a target of `end` alone
 * @throws ArgumentError when there are not as many sources as targets, a source is empty, or a target has `begin` or `end` in it
 */
export function seq2seqData<P extends Part>(
  sources: P,
  targets: readonly TokenList[],
  options: Seq2seqDataOptions,
): TrainingData<{ readonly source: P; readonly target: Int32Array[] }, Int32Array[]> {
  const where = "seq2seqData";
  checkOptions(where, options, ["begin", "end"]);
  const { begin, end } = options;
  checkToken(where, "begin", begin);
  checkToken(where, "end", end);
  const lists = idsOf(where, "targets", targets);
  const isList = Array.isArray(sources);
  if (!isList && !Array.isArray((sources as NumericArray)?.shape)) {
    throw new ArgumentError(where, "sources", "a list of sequences, or an array with a shape", describe(sources));
  }
  const count = isList ? sources.length : rowCount(sources as NumericArray);
  if (count !== targets.length)
    throw new ArgumentError(where, "targets", `${count}, one a source`, `${targets.length}`);
  if (isList) checkNotEmpty(where, sources);
  lists.forEach((ids, i) => {
    const at = ids.findIndex((id) => id === begin || id === end);
    if (at < 0) return;
    const expected = "no begin or end token: seq2seqData adds both";
    throw new ArgumentError(where, `targets[${i}][${at}]`, expected, `${ids[at]}`);
  });
  const target = lists.map((ids) => Int32Array.of(begin, ...ids));
  return { x: { source: sources, target }, y: lists.map((ids) => Int32Array.of(...ids, end)) };
}

/** @throws ArgumentError for what is no token, also undefined, which the `special` of a tokenizer without the token has */
export function checkToken(where: string, name: string, id: number | undefined): asserts id is number {
  if (id !== undefined) return checkCount(where, name, id, 0);
  const expected = `a token: a tokenizer made with { ${name}: true } has special.${name}`;
  throw new ArgumentError(where, name, expected, "undefined");
}

function idsOf(where: string, argument: string, given: unknown): Int32Array[] {
  if (!Array.isArray(given)) throw new ArgumentError(where, argument, "a list of Int32Arrays", describe(given));
  return given.map((each, i) => {
    if (each instanceof Int32Array) return each;
    const { data, shape } = (each ?? {}) as Partial<NumericArray>;
    if (data instanceof Int32Array && shape?.length === 1) return data;
    throw new ArgumentError(where, `${argument}[${i}]`, "an Int32Array, or what encode gives", describe(each));
  });
}

/** An encoder has nothing to read of an empty source. */
function checkNotEmpty(where: string, sources: readonly (NumericArray | NumericArray["data"])[]): void {
  const empty = sources.findIndex((each) => (ArrayBuffer.isView(each) ? each.length : each?.shape?.[0]) === 0);
  if (empty >= 0) throw new ArgumentError(where, `sources[${empty}]`, "at least one time step", "an empty sequence");
}
