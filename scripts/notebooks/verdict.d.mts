/** What execute.py reports of a run. */
export interface Facts {
  seconds: number;
  failed_cell: number | null;
  current_cell?: number | null;
  died?: boolean;
  timed_out?: boolean;
  not_started?: string | null;
  broken_off?: string | null;
  streams: { name: string; cell: number | null; text: string }[];
  claims: Claim[];
  kernel_log: string;
  /** Characters that were printed but not kept. */
  left_out?: number;
}

export interface Claim {
  name: string;
  verdict: "holds" | "fails" | "not proven";
  text: string;
}

export interface Reason {
  kind:
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
  message: string;
}

export interface Verdict {
  status: "passed" | "failed" | "not proven";
  reasons: Reason[];
  claims: Claim[];
}

export function verdict(facts: Facts, declaredClaims: unknown): Verdict;
