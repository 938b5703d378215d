/** The figures of --decode, for people. */
import type { WayTurn } from "../decode/turn.mts";
import type { WayName } from "../decode/ways.mts";
import { median } from "../median.mts";
import { aligned } from "./aligned.mts";
import { medianInterval } from "./median-interval.mts";
import { type Failure, isFailure } from "./rows.mts";

export interface DecodedWay {
  readonly way: WayName;
  readonly turns: number;
  /** Sentences a second: the median of the turns. */
  readonly speeds: Readonly<Record<string, number>>;
  /** The peer that is faster of the two. */
  readonly best: string;
  /** Our speed over the best peer's, paired: the median of the turns and its 90 % interval. Above 1 ours is faster. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export type Decoded = DecodedWay | (Failure & { readonly way: WayName });

export function decodedOf(way: WayName, turns: readonly WayTurn[]): DecodedWay {
  const of = (key: "ms" | "ratios", name: string) => turns.map((turn) => turn[key][name] ?? Number.NaN);
  const names = Object.keys(turns[0]?.ms ?? {});
  const peers = Object.keys(turns[0]?.ratios ?? {});
  const ratioOf = (peer: string) => median(of("ratios", peer));
  const best = peers.reduce((a, b) => (ratioOf(b) < ratioOf(a) ? b : a));
  return {
    way,
    turns: turns.length,
    speeds: Object.fromEntries(names.map((name) => [name, 1000 / median(of("ms", name))])),
    best,
    ratio: ratioOf(best),
    ...medianInterval(of("ratios", best)),
  };
}

const isDone = (each: Decoded): each is DecodedWay => !isFailure(each);

export function decodeTable(all: readonly Decoded[]): string {
  const names = Object.keys(all.find(isDone)?.speeds ?? {});
  const lines = all.map((each) => {
    if (isFailure(each)) return [each.way, "failed"];
    const { way, speeds, best, ratio, low, high } = each;
    const shown = names.map((name) => (speeds[name] ?? Number.NaN).toFixed(0));
    return [way, ...shown, `${ratio.toFixed(2)} ${best}`, `${low.toFixed(2)} to ${high.toFixed(2)}`];
  });
  return `sentences a second
${aligned([["", ...names, "of best", "90 % interval"], ...lines])}

of best: our speed over the faster peer's, in paired turns, above 1 is faster. All decode the same tokens`;
}
