/** The rows as tables for people. */
import { floorMs } from "./floor.mjs";
import { PYTHON } from "./peers.mjs";
import { bestOf } from "./rows.mjs";

const NONE = "–";

/**
 * @param rows from `rowOf`
 * @param options `peers` and `workloads`, the names in their order; `specs`, the workloads by name, and `gflops`, where
 *   there is a floor to show
 */
export function tables(rows, { peers, workloads, specs, gflops }) {
  const cell = (peer, workload) => rows.find((row) => row.peer === peer && row.workload === workload);
  const each = (key, shown) => (workload) =>
    peers.map((peer) => {
      const row = cell(peer, workload);
      return row?.failed ? "failed" : shown(row?.[key]);
    });
  const [times, firsts, memory] = [each("median_ms", ms), each("first_step_ms", ms), each("rss_mb", megabytes)];
  const floor = (workload) => (gflops ? [ms(floorMs(specs[workload], gflops))] : []);
  const compared = (workload) => ratios(rows.filter((row) => row.workload === workload));
  const table = (title, header, line) => {
    const lines = workloads.map((workload) => [workload, ...line(workload)]);
    return `${title}\n${aligned([["", ...header], ...lines])}`;
  };
  return [
    table("milliseconds (median)", [...peers, "of best", "of layers", ...(gflops ? ["floor"] : [])], (workload) => [
      ...times(workload),
      ...compared(workload),
      ...floor(workload),
    ]),
    table("first step, milliseconds", peers, firsts),
    table("peak memory of the process, MB", peers, memory),
    ...(gflops
      ? [`floor: the matrix products alone at ${gflops.toFixed(0)} GFLOP/s, a large product on all cores`]
      : []),
  ].join("\n\n");
}

/** Unroll's time over the best Python peer's, and over TensorFlow.js's layers'. */
function ratios(rows) {
  const time = (name) => rows.find(({ peer }) => peer === name)?.median_ms ?? Number.NaN;
  const best = bestOf(rows, PYTHON);
  const over = (other) => time("unroll") / other;
  const ofBest = over(best?.median_ms ?? Number.NaN);
  return [Number.isNaN(ofBest) ? NONE : `${ratio(ofBest)} ${best.peer}`, ratio(over(time("tfjs-layers")))];
}

const ms = (value) => (value == null ? NONE : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0));
const megabytes = (value) => (value == null ? NONE : String(value));
const ratio = (value) => (Number.isNaN(value) ? NONE : value.toFixed(2));

/** Columns as wide as their widest cell, the first to the left, the others to the right. */
function aligned(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const pad = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  return lines.map((line) => `  ${line.map(pad).join("  ")}`.trimEnd()).join("\n");
}
