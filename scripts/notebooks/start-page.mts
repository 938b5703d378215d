/**
 * The page with which JupyterLab opens, notebooks/README.md: its list of the notebooks, and how long each takes.
 *
 *   node scripts/run.mjs notebooks/start-page [REPORTS…]
 *
 * adds notebooks that are new, removes those that are gone, and takes the times of the reports (`report/notebooks.json`, which
 * every headless run writes). A run with `--write` does so by itself.
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson, writeWhole } from "#setup/files.mjs";
import { joined, type Profile } from "#setup/jupyter/notebook-file.mjs";
import { ROOT } from "#setup/paths.mjs";
import { findNotebooks, readNotebook } from "./find.mts";

const FOLDER = join(ROOT, "notebooks");
const PAGE = join(FOLDER, "README.md");
const TIMES = join(ROOT, "scripts", "notebooks", "times.json");

/** Seconds by notebook and profile, of headless runs that passed. */
export type Times = Readonly<Record<string, Readonly<Partial<Record<Profile, number>>>>>;

/** A notebook as the page tells of it. */
export interface Entry {
  readonly name: string;
  readonly title: string;
  /** What a new row says; the page's authors write more. */
  readonly about: string;
}

/** What a report says of one run. */
export interface ReportedRun {
  readonly profile: Profile;
  readonly results: readonly { readonly name: string; readonly status: string; readonly seconds: number }[];
}

/** The times, with those of a run in place of older ones. A notebook that failed may have ended early, and counts for nothing. */
export function timesWith(times: Times, { profile, results }: ReportedRun): Times {
  const passed = results.filter(({ status }) => status === "passed");
  const measured = passed.map(({ name, seconds }) => [name, { ...times[name], [profile]: seconds }] as const);
  const all = Object.entries<Times[string]>({ ...times, ...Object.fromEntries(measured) });
  return Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b)));
}

const ROW = /^\| \[[^\]]*\]\((?<name>[\w-]+)\.ipynb\) \| (?<about>.*) \| [^|]* \| [^|]* \|\n/gm;

/** The page with a row for each notebook: what the page says of it, and its times. */
export function pageWith(page: string, entries: readonly Entry[], times: Times): string {
  const rows = [...page.matchAll(ROW)];
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) throw new Error("the start page has no row of a notebook");
  const written = new Map(rows.map(({ groups: { name = "", about = "" } = {} }) => [name, about]));
  const made = entries.map(({ name, title, about }) => {
    const { quick, full } = times[name] ?? {};
    return `| [${title}](${name}.ipynb) | ${written.get(name) ?? about} | ${inWords(quick)} | ${inWords(full)} |\n`;
  });
  return page.slice(0, first.index) + made.join("") + page.slice(last.index + last[0].length);
}

/** Whole minutes are enough for anybody who waits. */
function inWords(seconds: number | undefined): string {
  if (seconds === undefined) return "not measured";
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** The notebooks of the book, by name: number, title, and the first sentence below the title. */
export function entriesOf(paths: readonly string[]): Entry[] {
  return paths.map((path) => {
    const name = basename(path, ".ipynb");
    const [heading = "", first = ""] = joined(readNotebook(path).cells[0]?.source).split("\n\n");
    const number = /^\d+/.exec(name)?.[0];
    const title = heading.replace(/^# /, "");
    return { name, title: number ? `${number} ${title}` : title, about: first.split(/(?<=[.?!]) /)[0] ?? "" };
  });
}

/** Writes the page, with the times of runs. @returns what has changed, in words */
export function writeStartPage(runs: readonly ReportedRun[]): string {
  const before = readFileSync(PAGE, "utf8");
  const times = runs.reduce(timesWith, readTimes());
  const page = pageWith(before, entriesOf(findNotebooks([], FOLDER)), times);
  writeWhole(TIMES, `${JSON.stringify(times, null, 2)}\n`);
  if (page === before) return "the start page stays as it was";
  writeWhole(PAGE, page);
  return "wrote notebooks/README.md, the start page";
}

export const readTimes = (): Times => readJson(TIMES) as Times;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(writeStartPage(process.argv.slice(2).map((path) => readJson(path) as unknown as ReportedRun)));
}
