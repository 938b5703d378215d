/** The rules by which a run of a notebook is green, red or not proven. */

/**
 * What stderr says of an error that no cell's reply tells: tslab's own words, Node's, and the diagnostics of a module
 * cell that does not compile ("2:7 - Type 'number' is not assignable …").
 */
const ERRORS_ON_STDERR = [
  /^UnhandledPromiseRejection/m,
  /^UncaughtException/m,
  /\bUnhandledPromiseRejectionWarning\b/,
  /\bERR_UNHANDLED_REJECTION\b/,
  /^unexpected error:/m,
  /^FATAL ERROR:/m,
  /^(\S+ )?\d+:\d+ - /m,
];

/** What execute.py reports of a run. */
export interface Facts {
  readonly seconds: number;
  readonly failed_cell: number | null;
  readonly current_cell?: number | null;
  readonly died?: boolean;
  readonly timed_out?: boolean;
  readonly not_started?: string | null;
  readonly broken_off?: string | null;
  readonly streams: readonly { readonly name: string; readonly cell: number | null; readonly text: string }[];
  readonly claims: readonly Claim[];
  readonly kernel_log: string;
  /** Characters that were printed but not kept. */
  readonly left_out?: number;
}

export interface Claim {
  readonly name: string;
  readonly verdict: "holds" | "fails" | "not proven";
  readonly text: string;
}

export interface Reason {
  readonly kind:
    | "not-started"
    | "broken-off"
    | "time-limit"
    | "kernel-died"
    | "cell"
    | "unhandled"
    | "too-much-output"
    | "claim"
    | "undeclared"
    | "no-claims"
    | "few-claims";
  readonly message: string;
}

export interface Verdict {
  readonly status: "passed" | "failed" | "not proven";
  /** Why it failed. */
  readonly reasons: readonly Reason[];
  readonly claims: readonly Claim[];
}

const STAND_IN = /^stand-in data: /m;
const SHOWN_LINES = 15;

/** A run that went to its end: every cell was asked for and answered. */
function wentThrough(facts: Facts): boolean {
  return !facts.not_started && !facts.broken_off && !facts.timed_out && !facts.died && facts.failed_cell === null;
}

/** @param declaredClaims the notebook's `metadata.unroll.claims` */
export function verdict(facts: Facts, declaredClaims: unknown): Verdict {
  const claims = settledClaims(facts);
  const reasons = [
    ...endings(facts),
    ...silentErrors(facts),
    ...unread(facts),
    ...claimErrors(facts, claims, declaredClaims),
  ];
  const unproven = claims.some((claim) => claim.verdict === "not proven");
  const status = reasons.length > 0 ? "failed" : unproven ? "not proven" : "passed";
  return { status, reasons, claims };
}

/** One claim a name, the worst verdict of those made under it; all are unproven where a loader took stand-in data. */
function settledClaims(facts: Facts): Claim[] {
  const order = ["fails", "not proven", "holds"];
  const standIn = textOf(facts, "stdout").some((text) => STAND_IN.test(text));
  const byName = new Map<string, Claim>();
  for (const made of facts.claims) {
    const claim: Claim = standIn && made.verdict === "holds" ? { ...made, verdict: "not proven" } : made;
    const other = byName.get(claim.name);
    if (!other || order.indexOf(claim.verdict) < order.indexOf(other.verdict)) byName.set(claim.name, claim);
  }
  return [...byName.values()];
}

/** A run that did not get to its end. */
function endings(facts: Facts): Reason[] {
  const where = `cell ${facts.current_cell}`;
  if (facts.not_started) return [{ kind: "not-started", message: `${facts.not_started}\n${facts.kernel_log}`.trim() }];
  if (facts.broken_off)
    return [{ kind: "broken-off", message: `in ${where}: ${facts.broken_off}\n${facts.kernel_log}`.trim() }];
  if (facts.timed_out) return [{ kind: "time-limit", message: `stopped at its time limit in ${where}` }];
  if (facts.died)
    return [{ kind: "kernel-died", message: `the kernel ended in or after ${where}\n${facts.kernel_log}`.trim() }];
  const claimFailed = facts.claims.some((claim) => claim.verdict === "fails");
  const said = textOf(facts, "stderr", facts.failed_cell).join("");
  if (facts.failed_cell === null || (claimFailed && said.includes("ClaimError"))) return [];
  return [{ kind: "cell", message: `cell ${facts.failed_cell} failed\n${said}`.trim() }];
}

/** Errors that cost no cell its "ok": a lost rejection, a throw in a timer. */
function silentErrors(facts: Facts): Reason[] {
  const texts = [...textOf(facts, "stderr"), facts.not_started ? "" : facts.kernel_log];
  const telling = texts.filter((text) => ERRORS_ON_STDERR.some((pattern) => pattern.test(text)));
  const known = facts.failed_cell === null ? [] : textOf(facts, "stderr", facts.failed_cell);
  return telling.filter((text) => !known.includes(text)).map((text) => ({ kind: "unhandled", message: text.trim() }));
}

/** An error, or the line about stand-in data, may have been among what was not kept. */
function unread({ left_out }: Facts): Reason[] {
  if (!left_out) return [];
  return [{ kind: "too-much-output", message: `it printed more than is looked at: ${left_out} characters too many` }];
}

function claimErrors(facts: Facts, claims: readonly Claim[], declared: unknown): Reason[] {
  const failed = claims.filter((claim) => claim.verdict === "fails");
  const reasons = failed.map(({ name, text }): Reason => ({ kind: "claim", message: `${name} is ${text}: false` }));
  if (typeof declared !== "number" || !Number.isInteger(declared) || declared < 1) {
    const message = "metadata.unroll.claims must say how many claims the notebook makes (at least 1)";
    return [...reasons, { kind: "undeclared", message }];
  }
  if (!wentThrough(facts) || claims.length >= declared) return reasons;
  if (claims.length === 0) return [...reasons, { kind: "no-claims", message: "it made no claim" }];
  return [
    ...reasons,
    { kind: "few-claims", message: `it made ${claims.length} of the ${declared} claims it declares` },
  ];
}

function textOf(facts: Facts, name: string, cell?: number | null): string[] {
  const streams = facts.streams.filter(
    (stream) => stream.name === name && (cell === undefined || stream.cell === cell),
  );
  return streams.map((stream) => stream.text);
}

/** A reason in at most 15 lines. */
export function shortMessage(message: string): string {
  const lines = message.split("\n");
  return lines.length <= SHOWN_LINES ? message : [...lines.slice(0, SHOWN_LINES), "…"].join("\n");
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly notProven: number;
}

/** How many notebooks and claims passed, failed and are not proven. */
export function countResults(results: readonly Verdict[]): { notebooks: Counts; claims: Counts } {
  const statuses = results.map(({ status }) => status);
  const verdicts = results.flatMap(({ claims }) => claims.map(({ verdict }) => verdict));
  const count = <T,>(all: readonly T[], one: T) => all.filter((each) => each === one).length;
  return {
    notebooks: {
      passed: count(statuses, "passed"),
      failed: count(statuses, "failed"),
      notProven: count(statuses, "not proven"),
    },
    claims: {
      passed: count(verdicts, "holds"),
      failed: count(verdicts, "fails"),
      notProven: count(verdicts, "not proven"),
    },
  };
}
