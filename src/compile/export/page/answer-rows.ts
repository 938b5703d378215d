/** One line of an answer: what it is of, the number, and whether it is the largest. */
export interface AnswerRow {
  readonly name: string;
  readonly value: number;
  readonly isBest: boolean;
}

/**
 * The lines of one output for one example: its numbers with the names of the classes, of time steps those of the last one. Of
 * more than 20 numbers, the 10 largest. The page gets this function's text, so the function uses nothing from outside.
 *
 * @param shape the output's, with the batch of one
 */
export function answerRows(
  values: ArrayLike<number>,
  shape: readonly number[],
  names: readonly string[] | undefined,
): { title: string; rows: AnswerRow[] } {
  const sizes = shape.slice(1);
  const count = sizes.at(-1) ?? 1;
  const isSeries = sizes.length === 2 && count === 1; // a number for each time step
  const last = isSeries ? Array.from(values) : Array.from(values).slice(-count);
  const best = last.reduce((at, value, i) => (value > (last[at] as number) ? i : at), 0);
  const nameOf = (i: number) => (isSeries ? `step ${i + 1}` : (names?.[i] ?? (last.length === 1 ? "" : String(i))));
  const rows = last.map((value, i) => ({ name: nameOf(i), value, isBest: !isSeries && last.length > 1 && i === best }));
  const many = rows.length > 20 && !isSeries;
  const shown = many ? rows.sort((a, b) => b.value - a.value).slice(0, 10) : rows;
  const atEnd = sizes.length > 1 && !isSeries ? ", after the last time step" : "";
  return { title: `${many ? `the 10 largest of ${last.length} numbers` : ""}${atEnd}`.replace(/^, /, ""), rows: shown };
}
