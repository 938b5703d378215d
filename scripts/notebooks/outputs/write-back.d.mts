export interface WrittenResult {
  name: string;
  /** The notebook, and its executed copy. */
  path: string;
  output: string;
  shownPath: string;
  status: "passed" | "failed" | "not proven";
}

export function writeBack(
  results: WrittenResult[],
  run: { profile: string; version: string },
  options?: { signal?: AbortSignal },
): Promise<void>;
