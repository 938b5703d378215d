import type { NumericArray, NumericData, RankOf } from "../array";
import { DataError } from "../errors";
import type { NextRank } from "../rank";

/** One long series, `[time, …]`; or a list of documents, `[nSteps, …]` each, of different lengths. */
export type Series<D extends NumericData = NumericData> = NumericArray<D> | readonly NumericArray<D>[];

/** A series; or a record of series of the same lengths, which are cut alike. */
export type StreamSource = Series | { readonly [name: string]: Series };

/** A batch of the same structure as the source, `[batchSize, nSteps, …]`. */
export type CutSource<S> = S extends Series ? CutSeries<S> : { readonly [Name in keyof S]: CutSource<S[Name]> };

type CutSeries<S extends Series> = S extends NumericArray
  ? NumericArray<S["data"], NextRank<RankOf<S>>>
  : S extends readonly (infer E extends NumericArray)[]
    ? NumericArray<E["data"], NextRank<RankOf<E>>>
    : never;

/** One series of a source, as its documents. */
export interface Part {
  readonly field: string;
  readonly documents: readonly NumericArray[];
}

/** The series of a source, and how to build what has its structure. */
export function partsOf(field: string, source: StreamSource) {
  if (ArrayBuffer.isView(source)) {
    throw new DataError("streams", field, "{ data, shape }, as numericArray(it, [time]) makes", "a typed array");
  }
  if (isArray(source) || Array.isArray(source) || typeof source !== "object" || source === null) {
    const part: Part = { field, documents: documentsOf(field, source as Series) };
    return { parts: [part], joined: (of: (part: Part) => NumericArray): unknown => of(part) };
  }
  const named = Object.entries(source).map(([name, series]) => {
    const at = `${field}.${name}`;
    return [name, { field: at, documents: documentsOf(at, series) }] as const;
  });
  if (named.length === 0) throw new DataError("streams", field, "at least one series", "an empty record");
  return {
    parts: named.map(([, part]) => part),
    joined: (of: (part: Part) => NumericArray): unknown =>
      Object.fromEntries(named.map(([name, part]) => [name, of(part)])),
  };
}

/** The lengths of the documents. @throws DataError naming the first part that has others */
export function checkLengths(parts: readonly Part[]): number[] {
  const lengthsOf = ({ documents }: Part) => documents.map(({ shape }) => shape[0] as number);
  const [first, ...others] = parts as [Part, ...Part[]];
  const expected = lengthsOf(first);
  for (const other of others) {
    const got = lengthsOf(other);
    const wrong = expected.findIndex((length, i) => length !== got[i]);
    if (wrong < 0 && got.length === expected.length) continue;
    const [want, is] =
      got.length === expected.length
        ? [`${expected[wrong]} time steps in document ${wrong}`, got[wrong]]
        : [`${expected.length} documents`, got.length];
    throw new DataError("streams", other.field, `${want}, as ${first.field} has`, `${is}`);
  }
  return expected;
}

/** A series as its documents. @throws DataError for what is neither an array nor a list of arrays */
function documentsOf<D extends NumericData>(field: string, series: Series<D>): readonly NumericArray<D>[] {
  const documents = isArray(series) ? [series] : series;
  if (!Array.isArray(documents)) {
    throw new DataError("streams", field, "an array [time, …], or a list of them", typeof series);
  }
  const [first] = documents as readonly NumericArray<D>[];
  if (first === undefined) throw new DataError("streams", field, "at least one document", "none");
  documents.forEach((each, i) => {
    const at = isArray(series) ? field : `${field}[${i}]`;
    if (!isArray(each) || each.shape.length === 0) throw new DataError("streams", at, "an array [time, …]", `${each}`);
    if (kindOf(each) !== kindOf(first)) throw new DataError("streams", at, kindOf(first), kindOf(each));
  });
  return documents;
}

const isArray = (value: unknown): value is NumericArray =>
  ArrayBuffer.isView((value as Partial<NumericArray> | undefined)?.data) &&
  Array.isArray((value as Partial<NumericArray>).shape);

const kindOf = ({ data, shape }: NumericArray) =>
  `${data.constructor.name} [${["time", ...shape.slice(1)].join(", ")}]`;
