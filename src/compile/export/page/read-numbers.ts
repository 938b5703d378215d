/** The numbers of one example, as a tensor of a batch of one takes them. */
export interface ReadNumbers {
  readonly values: readonly number[];
  readonly shape: readonly number[];
}

/**
 * Reads one example from what is typed: all numbers, separated by spaces, commas or line ends; of a sequence of features,
 * one line for each time step. The page gets this function's text, so the function uses nothing from outside.
 *
 * @param sizes the input's shape without the batch; null for any size
 * @throws Error that says what the model takes, what came, and in which line
 */
export function readNumbers(text: string, sizes: readonly (number | null)[], isWhole: boolean): ReadNumbers {
  const lines = text.split("\n").flatMap((line, i) => {
    const words = line.split(/[\s,;[\]]+/).filter((word) => word !== "");
    return words.length === 0 ? [] : [{ number: i + 1, words }];
  });
  const rows = lines.map(({ number, words }) =>
    words.map((word) => {
      const value = Number(word);
      if (!Number.isFinite(value)) throw new Error(`Line ${number}: "${word}" is no number.`);
      if (isWhole && !Number.isInteger(value))
        throw new Error(`Line ${number}: ${word} is no whole number, as the model takes.`);
      return value;
    }),
  );
  const values = rows.flat();
  const [steps, features] = sizes;
  if (sizes.length === 2 && features !== null && features !== undefined && features > 1) {
    const wrong = rows.findIndex((row) => row.length !== features);
    if (wrong >= 0) {
      const count = rows[wrong]?.length;
      throw new Error(
        `Line ${lines[wrong]?.number}: the model takes ${features} numbers for each time step, not ${count}.`,
      );
    }
    if (steps !== null && rows.length !== steps) throw new Error(`The model takes ${steps} lines, not ${rows.length}.`);
    if (rows.length === 0) throw new Error("Type a line of numbers for each time step.");
    return { values, shape: [1, rows.length, features] };
  }
  const known = sizes.reduce<number>((product, size) => product * (size ?? 1), 1);
  const free = sizes.filter((size) => size === null).length;
  const rest = values.length / known;
  if (free > 1) throw new Error("This page has no form for an input with several free sizes.");
  if (free === 0 && values.length !== known) throw new Error(`The model takes ${known} numbers, not ${values.length}.`);
  if (values.length === 0) throw new Error("Type some numbers.");
  if (!Number.isInteger(rest))
    throw new Error(`The model takes ${known} numbers for each time step; ${values.length} are no multiple.`);
  return { values, shape: [1, ...sizes.map((size) => size ?? rest)] };
}
