import { CompileError } from "../errors";
import type { Trace } from "../ir/trace";
import { exceedsRounding, perNudge } from "./nudge";

/** The results of a function: the whole batch's, and then those that its shards give. */
type Results = readonly ArrayLike<number>[];

interface Rows {
  readonly results: Trace["results"];
  readonly batchSize: number;
  readonly shards: number;
}

/** Beyond this share of the largest number, a difference may come from more than rounding. */
const SUSPECT = 1e-4;
/** Beyond this share, on average, it does, unless the numbers are rounding errors themselves: see `exceedsRounding`. */
const CERTAIN = 1e-2;

/**
 * Compares the results of a batch, as its shards give them, with those of the whole batch. They differ where a row depends on
 * other examples than its own, or where an argument was cut that all examples share. Rounding may differ too; then the
 * whole batch is run again with other examples in place of a shard's own, and a row that sees them changes.
 *
 * @param run runs both on the batch (`ab`), or on one whose first and last shards are both the first (`aa`) or the last
 *   (`bb`), with numbers nudged so far
 * @throws CompileError
 */
export function checkRows(
  run: (groups: "ab" | "aa" | "bb", nudge?: number) => Results,
  { results, batchSize, shards }: Rows,
): void {
  const ab = run("ab");
  const count = results.length;
  const suspect = results.map((_, i) => i).filter((i) => share(ab[i] ?? [], ab[count + i] ?? [], max) > SUSPECT);
  if (suspect.length === 0) return;
  const large = suspect.filter((i) => share(ab[i] ?? [], ab[count + i] ?? [], sum) > CERTAIN);
  const nudgedBy = perNudge((nudge) => run("ab", nudge));
  const certain = large.find((i) => {
    const [whole, ofShards] = [ab[i] ?? [], ab[count + i] ?? []];
    const found = { difference: meanDifference(whole, ofShards), share: share(whole, ofShards, sum) };
    return exceedsRounding(found, (nudge) => meanDifference(whole, nudgedBy(nudge)[i] ?? []));
  });
  const [aa, bb] = certain === undefined ? [run("aa"), run("bb")] : [ab, ab];
  const changes = suspect.find((i) => {
    const values = ab[i] as ArrayLike<number>;
    const ofShard = values.length / shards;
    return differs(values, aa[i], 0, ofShard) || differs(values, bb[i], values.length - ofShard, values.length);
  });
  const wrong = certain ?? changes;
  if (wrong === undefined) return;
  throw new CompileError(
    `compile: shards: result ${wrong} of the whole batch of ${batchSize} examples differs from that of its ${shards} shards. ` +
      "A row depends on other examples than its own, or an argument was cut that all examples share. For such a function, set " +
      "shards: 1; such an argument is to be passed as shared(t)",
  );
}

type Fold = (most: number, value: number) => number;
const max: Fold = (most, value) => Math.max(most, value);
const sum: Fold = (total, value) => total + value;

/** How large the differences of two lists are beside the first one's numbers. What is not finite is left out. */
function share(whole: ArrayLike<number>, shards: ArrayLike<number>, fold: Fold): number {
  let [differences, scale] = [0, 0];
  for (let i = 0; i < whole.length; i++) {
    const [a, b] = [whole[i] as number, shards[i] as number];
    if (!Number.isFinite(a - b)) continue;
    differences = fold(differences, Math.abs(a - b));
    scale = fold(scale, Math.abs(a));
  }
  return scale === 0 ? differences : differences / scale;
}

/** The mean of the differences of two lists. What is not finite is left out. */
function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) {
    const each = Math.abs((a[i] as number) - (b[i] as number));
    if (Number.isFinite(each)) total += each;
  }
  return total / Math.max(1, a.length);
}

function differs(a: ArrayLike<number>, b: ArrayLike<number> | undefined, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!Object.is(a[i], b?.[i])) return true;
  return false;
}
