import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import { describe } from "../checks";
import { arraySource } from "./arrays";
import { raggedSource } from "./ragged";
import type { ArrayExamples, Examples, RaggedExamples, Source, TrainingData } from "./source";
import { isStreamed, type StreamedExamples, streamedSource } from "./streamed";

/**
 * Checks data and makes a source of them.
 *
 * @param buckets the number of lengths to which ragged sequences are padded. Default: 4
 * @throws ArgumentError naming the part that is missing or does not fit
 */
export function sourceOf(
  where: string,
  argument: string,
  data: (Examples & { readonly y?: unknown }) | StreamedExamples,
  { needsY, buckets = 4, mayStream = false }: { needsY: boolean; buckets?: number; mayStream?: boolean },
): Source {
  const expected = needsY ? "{ x, y }, arrays with a shape or lists of sequences" : "{ x }";
  if (data === null || typeof data !== "object") throw new ArgumentError(where, argument, expected, describe(data));
  if (mayStream && isStreamed(data)) return streamedSource({ where, argument }, data);
  if (!("x" in data) || data.x === undefined || (needsY && data.y === undefined)) {
    const isArray = !("x" in data) && "shape" in data;
    const hint =
      isArray && !needsY ? ", where the array's first axis counts examples; { x: [it] } for a single one" : "";
    throw new ArgumentError(where, argument, `${expected}${hint}`, describe(data));
  }
  const location = { where, argument };
  if (Array.isArray(data.x) && "lengths" in data && data.lengths !== undefined) {
    throw new ArgumentError(where, `${argument}.lengths`, "none beside a list, whose sequences have theirs", "lengths");
  }
  if (Array.isArray(data.x)) return raggedSource(location, data as TrainingData & RaggedExamples, buckets);
  return arraySource(location, data as ArrayExamples & { readonly y?: NumericArray });
}
