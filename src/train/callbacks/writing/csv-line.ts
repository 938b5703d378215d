/** A line of CSV (RFC 4180) without its end: a value with a separator, a quote or a line end is quoted. */
export const csvLine = (values: readonly (string | number)[], separator: string): string =>
  values
    .map((value) => (Object.is(value, -0) ? "-0" : String(value))) // String(-0) is "0"
    .map((value) => (value.includes(separator) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join(separator);

/** The first value of a line, which has no quotes inside: the number of an epoch. */
export const firstCell = (line: string, separator: string): string =>
  /^"([^"]*)"/.exec(line)?.[1] ?? (line.split(separator, 1)[0] as string);
