/** README's table of measured steps, of the lines that --json printed. */
import { PEERS, type Peer } from "../peers.mts";
import type { About } from "./about.mts";
import { bestOf, isTimed, type Row } from "./rows.mts";

/** The table stands between these lines. */
export const MARKS = ["<!-- bench table: begin -->", "<!-- bench table: end -->"] as const;

const TITLES: Readonly<Record<Peer, string>> = {
  unroll: "Unroll",
  "unroll-eager": "Unroll, eager",
  "tfjs-layers": "TensorFlow.js layers",
  torch: "PyTorch",
  "torch-compile": "PyTorch, compiled",
  jax: "JAX",
  "jax-0.4.31": "JAX 0.4.31",
  tf1: "TensorFlow 1",
  keras: "Keras",
  "keras3-tensorflow": "Keras 3 on TensorFlow",
  "keras3-jax": "Keras 3 on JAX",
  "keras3-torch": "Keras 3 on PyTorch",
};

/** README's columns. */
export const COLUMNS: readonly Peer[] = ["unroll", "torch", "jax", "tf1", "keras"];

/**
 * @param lines what `npm run -s bench -- --json` printed: a row for each peer and workload, and where it was measured
 * @param columns the peers to show, of which those stay that have a row
 * @returns the table in Markdown, with machine and versions below
 * @throws Error naming the line that is not such a line, or what is missing
 */
export function readmeTable(lines: string, file: string, columns = COLUMNS): string {
  const given = lines
    .split("\n")
    .flatMap((line, i) => (line.trim() === "" ? [] : [parsed(line, `${file}, line ${i + 1}`)]));
  const about = given.filter(isAbout).at(-1);
  const rows = given.filter(isRow).filter(({ peer }) => columns.includes(peer));
  if (about === undefined) throw new Error(`${file}: expected a line with machine, date and versions, got none`);
  if (rows.length === 0) {
    throw new Error(`${file}: expected a line for each workload and one of ${columns.join(", ")}, got none`);
  }
  const peers = PEERS.filter((name) => rows.some(({ peer }) => peer === name));
  const workloads = [...new Set(rows.map(({ workload }) => workload))];
  const table = [
    ["milliseconds a step", ...peers.map((peer) => TITLES[peer])],
    ["---", ...peers.map(() => "---:")],
    ...workloads.map((workload) => [`\`${workload}\``, ...cellsOf(rows, workload, peers)]),
  ];
  const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`);
  return `${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n\nMeasured ${about.date} on ${about.machine}: ${versions.join(", ")}.`;
}

/** One workload's times by peer, the least in bold. */
function cellsOf(rows: readonly Row[], workload: string, peers: readonly Peer[]): string[] {
  const own = rows.filter((row) => row.workload === workload);
  const best = bestOf(own, peers);
  return peers.map((peer) => {
    const row = own.filter((each) => each.peer === peer).at(-1);
    if (row === undefined) return "–";
    if (!isTimed(row)) return "failed";
    const shown = row.median_ms.toFixed(row.median_ms < 10 ? 2 : row.median_ms < 100 ? 1 : 0);
    return row.peer === best?.peer ? `**${shown}**` : shown;
  });
}

/** @returns README with the table in the place of what stood between the marks @throws Error where they are not */
export function withTable(readme: string, table: string): string {
  const [begin, end] = MARKS.map((mark) => readme.indexOf(mark));
  if (begin === undefined || end === undefined || begin < 0 || end < begin) {
    throw new Error(`README.md: expected the lines ${MARKS.join(" and ")}, got a text without them`);
  }
  return `${readme.slice(0, begin + MARKS[0].length)}\n${table}\n${readme.slice(end)}`;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const isAbout = (value: unknown): value is About =>
  isRecord(value) && typeof value.machine === "string" && typeof value.date === "string" && isRecord(value.versions);
const isRow = (value: unknown): value is Row =>
  isRecord(value) &&
  PEERS.some((peer) => peer === value.peer) &&
  typeof value.workload === "string" &&
  (value.median_ms === null || (typeof value.median_ms === "number" && value.median_ms > 0));

function parsed(line: string, where: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (isAbout(value) || isRow(value)) return value;
  throw new Error(`${where}: expected a row of npm run bench -- --json, got ${line.slice(0, 60)}`);
}
