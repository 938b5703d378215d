/** The figures of --inference --peers, for people. */
import type { NetworkName } from "../infer/networks.mts";
import { median } from "../median.mts";
import { aligned } from "./aligned.mts";
import { type Failure, isFailure } from "./rows.mts";

export interface InferredNetwork {
  readonly network: NetworkName;
  readonly turns: number;
  /** Microseconds a call: the median of the turns. */
  readonly us: Readonly<Record<string, number>>;
  /** The time of the fastest peer over ours with values: the median of the turns. Above 1 ours is faster. */
  readonly ratio: number;
}

export type Inferred = InferredNetwork | (Failure & { readonly network: NetworkName });

export function inferredOf(network: NetworkName, turns: readonly Readonly<Record<string, number>>[]): InferredNetwork {
  const names = Object.keys(turns[0] ?? {});
  const ratios = turns.map((turn) => {
    const peers = Object.entries(turn).flatMap(([name, us]) => (name.startsWith("unroll") ? [] : [us]));
    return Math.min(...peers) / (turn.unroll ?? Number.NaN);
  });
  const us = Object.fromEntries(names.map((name) => [name, median(turns.map((turn) => turn[name] ?? Number.NaN))]));
  return { network, turns: turns.length, us, ratio: median(ratios) };
}

const isDone = (each: Inferred): each is InferredNetwork => !isFailure(each);

export function inferTable(all: readonly Inferred[]): string {
  const names = [...new Set(all.filter(isDone).flatMap(({ us }) => Object.keys(us)))];
  const lines = all.map((each) => {
    if (isFailure(each)) return [each.network, "failed"];
    const shown = names.map((name) => each.us[name]?.toFixed(1) ?? "");
    return [each.network, ...shown, each.ratio.toFixed(2)];
  });
  return `microseconds a call, one example, one thread
${aligned([["", ...names, "of best"], ...lines])}

of best: the fastest peer's time over unroll's, in paired turns, above 1 unroll is faster. All compute the same outputs within 1e-5.
unroll: from values to values; unroll-tensors: with a tensor made of each input, and one read of each output`;
}
