import { checkOptions } from "../../arguments";
import type { Profile, ProfileRow } from "./profile";

/**
 * A profile as text: a table by operation and one by cell or layer.
 *
 * @example
 *   const double = compile((x: tf.Tensor) => tf.mul(x, 2), { variables: [] });
 *   double(tf.ones([4]));
 *   console.log(profileTable(profile(() => double(tf.ones([4])))));
 *
 * @param options.rows how many rows each table has at most; the rest is summed up in one more row. Default: 12.
 */
export function profileTable({ byOp, bySource, runs, elapsed, ops }: Profile, options: { rows?: number } = {}): string {
  checkOptions("profileTable", options, ["rows"]);
  const { rows = 12 } = options;
  const graphs = runs === 1 ? "1 run of a graph" : `${runs} runs of graphs`;
  return [
    `${graphs}, ${ops.length} operations, ${milliseconds(elapsed)} ms from the first to the last`,
    "",
    ...table("operation", byOp, rows),
    "",
    ...table("cell or layer", bySource, rows),
  ].join("\n");
}

function table(title: string, all: readonly ProfileRow[], most: number): string[] {
  const shown = all.length > most ? [...all.slice(0, most - 1), sumOf(all.slice(most - 1))] : all;
  const width = Math.max(title.length, ...shown.map(({ name }) => name.length));
  const lines = shown.map(
    ({ name, count, microseconds, share }) =>
      `${name.padEnd(width)}  ${String(count).padStart(6)}  ${milliseconds(microseconds).padStart(9)}  ${percent(share).padStart(6)}`,
  );
  return [`${title.padEnd(width)}   count         ms   share`, ...lines];
}

function sumOf(rows: readonly ProfileRow[]): ProfileRow {
  const sum = (of: (row: ProfileRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    name: `(${rows.length} more)`,
    count: sum(({ count }) => count),
    microseconds: sum(({ microseconds }) => microseconds),
    share: sum(({ share }) => share),
  };
}

const milliseconds = (microseconds: number) => (microseconds / 1000).toFixed(3);
const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

/** A trace as chrome://tracing and ui.perfetto.dev read it, once written as JSON. */
export interface ChromeTrace {
  readonly displayTimeUnit: "ms";
  readonly traceEvents: readonly Readonly<Record<string, unknown>>[];
}

/**
 * A profile as a trace for chrome://tracing or ui.perfetto.dev: a process for each device, a line for each thread, a bar for
 * each operation.
 *
 * @example
 *   const double = compile((x: tf.Tensor) => tf.mul(x, 2), { variables: [] });
 *   double(tf.ones([4]));
 *   const trace = JSON.stringify(chromeTrace(profile(() => double(tf.ones([4]))))); // write it to trace.json
 */
export function chromeTrace({ ops }: Profile): ChromeTrace {
  const [devices, threads] = [new Map<string, number>(), new Map<number, number>()];
  const events = ops.map(({ op, source, node, device, thread, start, duration }) => ({
    ph: "X",
    name: op,
    cat: source,
    pid: numberOf(device, devices),
    tid: numberOf(thread, threads),
    ts: start,
    dur: duration,
    args: { source, node },
  }));
  const named = [...devices].map(([name, pid]) => ({ ph: "M", name: "process_name", pid, args: { name } }));
  return { displayTimeUnit: "ms", traceEvents: [...named, ...events] };
}

function numberOf<T>(key: T, numbers: Map<T, number>): number {
  if (!numbers.has(key)) numbers.set(key, numbers.size);
  return numbers.get(key) as number;
}
