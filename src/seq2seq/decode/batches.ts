import { roundedUp } from "../../compile/internal";
import type { Sources } from "./sources";

/** Sources that are decoded at once. */
export interface SourceBatch {
  /** The sources' numbers. */
  readonly indices: readonly number[];
  /** The rows of the tensors: at least as many as there are sources. The rows left over repeat the last source. */
  readonly rows: number;
  /** The time steps that ragged sources are padded to. */
  readonly steps: number;
}

export interface BatchOptions {
  readonly batchSize: number;
  /** Rounds sizes up to few different ones, because each size is another graph. */
  readonly roundsUp: boolean;
  /** Whether sources of different lengths may be in one batch, padded. */
  readonly pads: boolean;
}

/** Cuts sources into batches of similar lengths. */
export function batchesOf({ count, lengths }: Sources, { batchSize, roundsUp, pads }: BatchOptions): SourceBatch[] {
  const lengthOf = (index: number) => lengths?.[index] ?? 0;
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  const round = (size: number) => (roundsUp ? roundedUp(size) : size);
  const batches: SourceBatch[] = [];
  for (let from = 0; from < count; ) {
    let to = Math.min(count, from + batchSize);
    if (!pads) while (lengthOf(order[to - 1] as number) !== lengthOf(order[from] as number)) to--;
    const indices = order.slice(from, to);
    const longest = lengthOf(indices.at(-1) as number);
    batches.push({ indices, rows: Math.min(round(indices.length), batchSize), steps: pads ? round(longest) : longest });
    from = to;
  }
  return batches;
}
