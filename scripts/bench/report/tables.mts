/** The rows as tables for people. */
import { type Peer, PYTHON } from "../peers.mts";
import { floorMs, type Sizes } from "../workloads/floor.mts";
import { aligned } from "./aligned.mts";
import { bestOf, type Row } from "./rows.mts";

const NONE = "–";

export interface TablesOptions {
  /** In their order. */
  readonly peers: readonly Peer[];
  readonly workloads: readonly string[];
  /** The speed of a large product, and the workloads whose products it is to do, where there is a floor to show. */
  readonly floor?: { readonly gflops: number; readonly specs: Readonly<Record<string, Sizes>> } | undefined;
}

export function tables(rows: readonly Row[], { peers, workloads, floor }: TablesOptions): string {
  const each = (key: "median_ms" | "first_step_ms" | "rss_mb", shown: (value: number | null | undefined) => string) => {
    return (workload: string) =>
      peers.map((peer) => {
        const row = rows.find((each) => each.peer === peer && each.workload === workload);
        return row?.failed ? "failed" : shown(row?.[key]);
      });
  };
  const [times, firsts, memory] = [each("median_ms", ms), each("first_step_ms", ms), each("rss_mb", megabytes)];
  const python = peers.filter((peer) => rows.some((row) => row.peer === peer && row.with !== undefined));
  const ways = (workload: string) =>
    python.map((peer) => rows.find((row) => row.peer === peer && row.workload === workload)?.with ?? NONE);
  const floorOf = (workload: string) => {
    const spec = floor?.specs[workload];
    return floor && spec ? [ms(floorMs(spec, floor.gflops))] : [];
  };
  const compared = (workload: string) => ratios(rows.filter((row) => row.workload === workload));
  const table = (title: string, header: readonly string[], line: (workload: string) => readonly string[]) => {
    const lines = workloads.map((workload) => [workload, ...line(workload)]);
    return `${title}\n${aligned([["", ...header], ...lines])}`;
  };
  return [
    table("milliseconds (median)", [...peers, "of best", "of layers", ...(floor ? ["floor"] : [])], (workload) => [
      ...times(workload),
      ...compared(workload),
      ...floorOf(workload),
    ]),
    table("first step, milliseconds", peers, firsts),
    table("peak memory of the process, MB", peers, memory),
    ...(python.length > 0 ? [table("the fastest way to run each, which was measured", python, ways)] : []),
    ...(floor
      ? [`floor: the matrix products alone at ${floor.gflops.toFixed(0)} GFLOP/s, a large product on all cores`]
      : []),
  ].join("\n\n");
}

/** Unroll's time over the best Python peer's, and over TensorFlow.js's layers'. */
function ratios(rows: readonly Row[]): [ofBest: string, ofLayers: string] {
  const time = (name: Peer) => rows.find(({ peer }) => peer === name)?.median_ms ?? Number.NaN;
  const best = bestOf(rows, PYTHON);
  const ofBest = time("unroll") / (best?.median_ms ?? Number.NaN);
  const ofLayers = ratio(time("unroll") / time("tfjs-layers"));
  return [best === undefined || Number.isNaN(ofBest) ? NONE : `${ratio(ofBest)} ${best.peer}`, ofLayers];
}

const ms = (value: number | null | undefined): string =>
  value == null ? NONE : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const megabytes = (value: number | null | undefined): string => (value == null ? NONE : String(value));
const ratio = (value: number): string => (Number.isNaN(value) ? NONE : value.toFixed(2));
