/** Looks for stop strings in text that comes in pieces. */
export interface StopSearch {
  /**
   * @returns text that no later piece can make part of a stop string; `found` when one is complete: the text before it is the last
   */
  push(piece: string): { readonly text: string; readonly found: boolean };
  /** The text that is held back, at the end. */
  rest(): string;
}

/**
 * Finds the stop string that is complete first, wherever the pieces are cut; of several that end at one place, the longest.
 * Text that may be the begin of a stop string is held back.
 */
export function stopSearch(stops: readonly string[]): StopSearch {
  let held = "";
  return {
    push(piece) {
      held += piece;
      const begin = firstStop(held, stops);
      const count = begin ?? held.length - heldBack(held, stops);
      const text = held.slice(0, count);
      held = begin === undefined ? held.slice(count) : "";
      return { text, found: begin !== undefined };
    },
    rest: () => held,
  };
}

/** Where the stop string begins that ends first; undefined where there is none. */
function firstStop(text: string, stops: readonly string[]): number | undefined {
  let found: { readonly begin: number; readonly end: number } | undefined;
  for (const stop of stops) {
    const begin = text.indexOf(stop);
    if (begin < 0) continue;
    const end = begin + stop.length;
    if (found === undefined || end < found.end || (end === found.end && begin < found.begin)) found = { begin, end };
  }
  return found?.begin;
}

/** How long the longest end of the text is that begins a stop string. */
function heldBack(text: string, stops: readonly string[]): number {
  const longest = Math.min(text.length, Math.max(0, ...stops.map((stop) => stop.length - 1)));
  for (let length = longest; length > 0; length--) {
    const end = text.slice(-length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}
