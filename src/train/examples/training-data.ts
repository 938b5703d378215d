import { ArgumentError } from "../../rnn";
import { type ArgumentLocation, describe } from "../checks";
import type { Examples, TrainingData } from "./data";
import { type InMemoryOptions, inMemorySource } from "./in-memory";
import type { Source } from "./source";
import { isStreams, type StreamsOf, streamSource } from "./stream-source";
import { isStreamed, type StreamedExamples, streamedSource } from "./streamed";

/** What a source is to have. */
export interface SourceOptions extends Partial<InMemoryOptions> {
  readonly needsY: boolean;
  /** Whether the data may come batch by batch. Default: false. */
  readonly mayStream?: boolean;
  /** The model that takes the data, and may look at them. */
  readonly model?: { readonly checkData?: DataCheck | undefined };
}

/** As `checkData` of a `Model`. */
type DataCheck = (where: string, argument: string, data: { readonly x: unknown; readonly y?: unknown }) => void;

/**
 * Checks data and makes a source of them.
 *
 * @throws ArgumentError naming the part that is missing or does not fit
 */
export function sourceOf(
  location: ArgumentLocation,
  data: Examples | TrainingData | StreamedExamples | StreamsOf,
  { needsY, buckets = 4, mayStream = false, classWeights, roundsUp, model, checkTargets }: SourceOptions,
): Source {
  const { where, argument } = location;
  const expected = needsY ? "{ x, y }, arrays with a shape or lists of sequences" : "{ x }";
  if (data === null || typeof data !== "object") throw new ArgumentError(where, argument, expected, describe(data));
  if (isStreams(data)) {
    if (mayStream && classWeights === undefined) return streamSource(location, data, needsY);
    const wanted = mayStream ? "data that are no streams, as there are classWeights" : `${expected}, not streams`;
    throw new ArgumentError(where, argument, wanted, "streams");
  }
  if (mayStream && isStreamed(data)) return streamedSource(location, data, { classWeights, roundsUp });
  const given = data as Examples & Partial<TrainingData>;
  if (given.x === undefined || (needsY && given.y === undefined)) {
    const isArray = !("x" in data) && "shape" in data;
    const hint =
      isArray && !needsY ? ", where the array's first axis counts examples; { x: [it] } for a single one" : "";
    throw new ArgumentError(where, argument, `${expected}${hint}`, describe(data));
  }
  const source = inMemorySource(location, given, { buckets, classWeights, checkTargets });
  model?.checkData?.(where, argument, given);
  return source;
}
