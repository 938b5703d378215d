import type { LoaderOptions } from "../../../../src/data";
import { temporaryFolder } from "../../support";

/** Options with an empty environment, an empty cache and no mirror. */
export const alone = (options: LoaderOptions = {}): LoaderOptions => ({
  environment: {},
  mirrors: [],
  cache: temporaryFolder(),
  log: () => undefined,
  ...options,
});

/** How often each lower-cased word of letters a to z occurs. */
export function wordCounts(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.toLowerCase().matchAll(/[a-z]+/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
