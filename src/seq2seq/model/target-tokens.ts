import { ArgumentError } from "../../arguments";
import type { NumericArray } from "../../data";
import type { Part } from "../../train";

/** What is looked at of a model's data. */
export interface TargetData {
  readonly x: unknown;
  readonly y?: unknown;
}

/**
 * Refuses targets that were made with other tokens than the model's: `decode` begins with the model's `begin`, and waits for
 * its `end`, which such a training never showed. Targets may differ (a language's own begin, a cut end), but not all.
 *
 * @throws ArgumentError when no target begins with `begin`, or no y has `end` in it
 */
export function checkTargetTokens(
  where: string,
  argument: string,
  { x, y }: TargetData,
  { begin, end }: { readonly begin: number; readonly end: number },
): void {
  const read = listsOf((x as { target?: unknown } | undefined)?.target);
  const first = read.find((ids) => ids.length > 0)?.[0];
  if (first !== undefined && !read.some((ids) => ids[0] === begin)) {
    const expected = `targets that begin with ${begin}, the model's begin token`;
    throw new ArgumentError(where, `${argument}.x.target`, expected, `none; the first begins with ${first}`);
  }
  const said = listsOf(y);
  const last = said.find((ids) => ids.length > 0)?.at(-1);
  if (last === undefined || said.some((ids) => ids.includes(end))) return;
  const expected = `targets that end with ${end}, the model's end token`;
  throw new ArgumentError(where, `${argument}.y`, expected, `none; the first ends with ${last}`);
}

/** The ids of each example; nothing for what is no ids, which others refuse. */
function listsOf(part: unknown): Int32Array[] {
  const whole = part as Partial<NumericArray> | undefined;
  if (whole?.data instanceof Int32Array && whole.shape?.length === 2) {
    const [rows = 0, nSteps = 0] = whole.shape;
    const { data } = whole;
    return Array.from({ length: rows }, (_, i) => data.subarray(i * nSteps, (i + 1) * nSteps));
  }
  if (!Array.isArray(part)) return [];
  const ids = (part as Extract<Part, readonly unknown[]>).map((each) => (ArrayBuffer.isView(each) ? each : each?.data));
  return ids.filter((each): each is Int32Array => each instanceof Int32Array);
}
