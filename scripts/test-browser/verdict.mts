/** What was seen of a notebook in the browser → whether that is as it must be, and if not, why. */
import type { ClaimResult } from "unroll/notebook";
import type { CellState, DrawnFigure } from "./in-page.mts";

const SHOWN = 300; // characters of a text in a reason

/** What was seen of a notebook. */
export interface Facts {
  readonly cells: readonly CellState[];
  readonly figures: readonly CellFigures[];
  /** How many states of one output were seen, at most. */
  readonly changes: number;
  /** What a reader sees below the cells that make claims. */
  readonly claimsShown: string;
  /** Addresses of other hosts that the page has asked. */
  readonly foreign: readonly string[];
  /** Errors that the page's own code has thrown. */
  readonly errors: readonly string[];
  /** The text of a dialog that was left open. */
  readonly dialog?: string | undefined;
}

/** The figures that the kernel has sent for a cell, and those that the page has drawn. */
export interface CellFigures {
  readonly cell: number;
  readonly sent: number;
  readonly drawn: readonly DrawnFigure[];
}

/** What a notebook promises. */
export interface Expected {
  readonly declaredClaims: number | undefined;
  /** How many states of an output that changes in place must be seen at least. */
  readonly liveStates: number;
}

export interface Verdict {
  readonly status: "passed" | "failed" | "not proven";
  readonly reasons: readonly string[];
}

export function verdict(facts: Facts, { declaredClaims, liveStates }: Expected): Verdict {
  const { cells, figures, foreign, errors, dialog, changes } = facts;
  const claims = cells.flatMap(({ outputs }) => outputs.flatMap((output) => output.claims ?? []));
  const reasons = [
    ...cells.flatMap(cellProblems),
    ...figures.flatMap(figureProblems),
    ...claimProblems(claims, declaredClaims, facts.claimsShown),
    ...(changes < liveStates ? [`its progress did not move: ${changes} states of one output were seen`] : []),
    ...foreign.map((url) => `the page asked another host: ${url}`),
    ...errors.map((error) => `an error in the page: ${cut(error)}`),
    ...(dialog ? [`a dialog was left open: ${cut(dialog)}`] : []),
  ];
  const unproven = claims.some((claim) => claim.verdict === "not proven");
  return { status: reasons.length > 0 ? "failed" : unproven ? "not proven" : "passed", reasons };
}

function cellProblems({ index, count, outputs }: CellState): string[] {
  const where = `cell ${index}`;
  const stderr = outputs.filter(({ type, name }) => type === "error" || name === "stderr");
  return [
    ...(Number.isInteger(count) ? [] : [`${where} did not run`]),
    ...stderr.map(({ text }) => `${where} wrote to stderr: ${cut(text)}`),
  ];
}

function figureProblems({ cell, sent, drawn }: CellFigures): string[] {
  const where = `cell ${cell}`;
  if (drawn.length < sent) return [`${where}: ${drawn.length} of ${sent} figures are drawn`];
  const empty = drawn.filter(({ marks }) => marks === 0);
  return empty.map(({ title }) => `${where}: the figure "${title}" is empty`);
}

/** The page shows each claim in a line, below the cell that makes it. */
function claimProblems(claims: readonly ClaimResult[], declared = 0, shown: string): string[] {
  const named = claims.map(({ name }) => name);
  const few = named.length < declared ? [`${named.length} of the ${declared} claims were made`] : [];
  const failed = claims
    .filter((claim) => claim.verdict === "fails")
    .map(({ name, text }) => `${name} is ${text}: false`);
  const unseen = named.filter((name) => !shown.includes(`${name} is `));
  return [...few, ...failed, ...unseen.map((name) => `the claim ${name} is not printed below its cell`)];
}

const cut = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text.trim());
