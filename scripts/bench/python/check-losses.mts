/** Whether a peer computes our training step. */

/** Relative to the loss, as in --verify. */
export const MOST = 1e-4;

/**
 * Compares the losses of the first steps: of the first weights, and after the updates.
 *
 * @throws Error with both where one differs by over 1e-4 of it, or where there is none: another step must not be compared
 */
export function checkLosses(losses: readonly number[], expected: readonly number[]): void {
  const compared = losses.slice(0, expected.length);
  const isSame = compared.every((loss, i) => Math.abs(loss / (expected[i] ?? Number.NaN) - 1) <= MOST);
  if (compared.length > 1 && isSame) return;
  throw new Error(`refused, it computes another step: losses ${shown(compared)}, ours ${shown(expected)}`);
}

const shown = (losses: readonly number[]): string => losses.map((loss) => loss.toPrecision(6)).join(", ") || "none";
