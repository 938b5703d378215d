import type { Random } from "../../data";

/** Words that wait until a segment of text is complete, and the window of each. */
export interface Pending {
  readonly ids: Int32Array;
  /** The positions of the first and of the last word of each window; a window without words has its last before its first. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** The number of words. */
  length: number;
}

export interface WindowOptions {
  readonly window: number;
  /** Whether the size of each window is drawn from 1 to `window`. */
  readonly shrinkWindow: boolean;
  /** The probability that a word is kept, by id. Undefined: all words are kept. */
  readonly keep: Float64Array | undefined;
  readonly random: Random;
}

/** @param before places before the first word, which have no windows */
export const pendingWords = (capacity: number, before: number): Pending => ({
  ids: new Int32Array(capacity),
  first: new Int32Array(capacity),
  last: new Int32Array(capacity),
  length: before,
});

/** Appends the words of a sentence that subsampling keeps. Their windows end where the sentence does. */
export function appendWords(
  pending: Pending,
  sentence: Int32Array,
  { window, shrinkWindow, keep, random }: WindowOptions,
): void {
  const { ids, first, last } = pending;
  const begin = pending.length;
  let end = begin;
  for (let i = 0; i < sentence.length; i++) {
    const id = sentence[i] as number;
    const kept = keep === undefined ? 1 : (keep[id] as number);
    if (kept < 1 && random.uniform() >= kept) continue;
    ids[end++] = id;
  }
  for (let at = begin; at < end; at++) {
    const reach = shrinkWindow ? 1 + random.integer(window) : window;
    first[at] = Math.max(begin, at - reach);
    last[at] = Math.min(end - 1, at + reach);
  }
  pending.length = end;
}

/** Removes the first words. */
export function withoutFirst(pending: Pending, count: number): void {
  const { ids, first, last, length } = pending;
  for (const list of [ids, first, last]) list.copyWithin(0, count, length);
  pending.length = length - count;
  for (let at = 0; at < pending.length; at++) {
    first[at] = (first[at] as number) - count;
    last[at] = (last[at] as number) - count;
  }
}

/** Adds places without words and windows at the end. */
export function padEnd(pending: Pending, count: number): void {
  const { ids, first, last, length } = pending;
  pending.length = length + count;
  ids.fill(0, length, pending.length);
  first.fill(1, length, pending.length);
  last.fill(0, length, pending.length);
}
