import { count } from "../ir/shapes";
import type { Signature } from "../ir/trace";
import type { Builder } from "./builder";
import type { Buffer, Place } from "./instructions";

/** What a call leaves. */
export interface Results {
  /** Where the outputs lie after a call. */
  readonly outputs: readonly Place[];
  /** The buffers that they lie in, and those of the next state until it is written. */
  readonly kept: ReadonlySet<Buffer>;
}

/**
 * Ends the instructions of a call: writes the next state over the state.
 *
 * @param results of the trace: the outputs, then the next state
 * @param states where the state lies
 */
export function finish(
  builder: Builder,
  results: readonly Place[],
  signatures: readonly Signature[],
  states: readonly Place[],
): Results {
  const ofStates = new Set(states.map(({ buffer }) => buffer));
  const words = (i: number) => count((signatures[i] as Signature).shape);
  /** A value that lies in the state is copied, before the state is written. */
  const safe = results.map((place, i) => {
    if (!ofStates.has(place.buffer)) return place;
    const copy = builder.buffer(words(i));
    builder.copy([words(i)], copy, [1], place, [1]);
    return copy;
  });
  const first = results.length - states.length;
  states.forEach((state, i) => {
    builder.copy([words(first + i)], state, [1], safe[first + i] as Place, [1]);
  });
  return { outputs: safe.slice(0, first), kept: new Set(safe.map(({ buffer }) => buffer)) };
}
