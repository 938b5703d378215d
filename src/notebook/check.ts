import { checkOptions } from "../arguments";
import { type Claim, judge } from "./claims";
import { display } from "./kernel";

/** The source of data. Loaders say "stand-in" for data that the project generated. */
export interface DataOrigin {
  readonly kind: string;
  /** "MNIST, from …" */
  readonly description?: string;
}

export interface CheckOptions {
  /**
   * The `source` of the data behind the claims; claims on stand-in data are "not proven". Default: the claims need no
   * data.
   */
  readonly data?: DataOrigin | readonly DataOrigin[];
}

export type Verdict = "holds" | "fails" | "not proven";

/** One claim, as the headless runner reads it. */
export interface ClaimResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** "0.9812, at least 0.97" */
  readonly text: string;
}

/** The MIME type that carries claims, `{ claims: ClaimResult[] }`, to the headless runner. */
export const CLAIMS_MIME = "application/vnd.unroll.claims+json";

const SIGNS: Record<Verdict, string> = { holds: "✓", fails: "✗", "not proven": "?" };

/** `check` throws this error after it has printed all claims, when at least one claim is false. */
export class ClaimError extends Error {
  override readonly name = "ClaimError";
  constructor(readonly failed: readonly ClaimResult[]) {
    super(failed.map(({ name, text }) => `${name} is ${text}: false`).join("; "));
    Object.defineProperty(this, "failed", { enumerable: false }); // a kernel prints enumerable properties, and the message has this one already
  }
}

/**
 * Checks the claims at the end of a notebook, and prints one line for each.
 *
 *   check({ testAccuracy: { value: last.testAccuracy, atLeast: 0.97 } }, { data: mnist.source });
 *
 * @throws ClaimError when a claim is false, after all were printed. NaN, infinities, null and undefined never hold.
 * @throws TypeError naming the claim without a bound, or an unknown key
 */
export function check(claims: Readonly<Record<string, Claim>>, options: CheckOptions = {}): void {
  checkOptions("check", options, ["data"]);
  const origins = [options.data ?? []].flat() as DataOrigin[];
  const standIn = origins.some(({ kind }) => kind === "stand-in");
  const results = Object.entries(claims).map(([name, claim]) => weigh(name, claim, standIn));
  if (results.length === 0) throw new TypeError("check: expected at least one claim, got none");
  display({ "text/plain": results.map(printed).join("\n"), [CLAIMS_MIME]: { claims: results } });
  const failed = results.filter(({ verdict }) => verdict === "fails");
  if (failed.length > 0) throw new ClaimError(failed);
}

/** On stand-in data a bound proves nothing either way, but a value that is missing or not finite is still an error. */
function weigh(name: string, claim: Claim, standIn: boolean): ClaimResult {
  const { holds, sound, text } = judge(name, claim);
  if (standIn && sound) return { name, verdict: "not proven", text };
  return { name, verdict: holds ? "holds" : "fails", text };
}

function printed({ name, verdict, text }: ClaimResult): string {
  const end = { holds: "", fails: ": false", "not proven": ": not proven, on stand-in data" }[verdict];
  return `${SIGNS[verdict]} ${name} is ${text}${end}`;
}
