/** A row of a table: the cells by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** What is shown of a data frame; danfo.js's `DataFrame` is one. `values` has a list for each row. */
export interface FrameLike {
  readonly index: readonly (string | number)[];
  readonly columns: readonly string[];
  readonly values: unknown;
}

/** The rows of a table: objects as they are, those of a data frame with what its index says under "". */
export function rowsOf(table: readonly object[] | FrameLike): readonly Row[] {
  if (!("columns" in table)) return table.map((row) => ({ ...row }));
  const { index, columns, values } = table;
  const lists = Array.isArray(values) ? values : [];
  return index.map((name, row) => {
    const cells = columns.map((column, i): [string, unknown] => [column, lists[row]?.[i]]);
    return { "": name, ...Object.fromEntries(cells) };
  });
}

export interface TableOptions {
  /** The columns to show, in this order. Default: all. */
  readonly columns?: readonly string[];
  /** Significant digits of numbers that are not integers. Default: 4. */
  readonly digits?: number;
}

interface Grid {
  readonly columns: readonly string[];
  readonly cells: readonly (readonly string[])[];
  /** For each column, whether it is aligned to the right, as numbers are. */
  readonly numeric: readonly boolean[];
}

function grid(rows: readonly Row[], options: TableOptions): Grid {
  const columns = options.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const digits = options.digits ?? 4;
  return {
    columns,
    cells: rows.map((row) => columns.map((column) => cellText(row[column], digits))),
    numeric: columns.map((column) => rows.some((row) => typeof row[column] === "number")),
  };
}

function cellText(value: unknown, digits: number): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "number" || Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 10 ** digits) return value.toFixed(0);
  return size < 1e-4 ? value.toExponential(digits - 1) : value.toPrecision(digits);
}

/** A text as it stands in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The table as HTML. A table that is wider than its page scrolls by itself, so that the page does not. */
export function tableHtml(rows: readonly Row[], options: TableOptions = {}): string {
  const { columns, cells, numeric } = grid(rows, options);
  const line = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text, i) => `<${tag} style="text-align: ${numeric[i] ? "right" : "left"}; white-space: nowrap">${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
  const body = cells.map((row) => line("td", row)).join("");
  return `<div style="overflow-x: auto"><table><thead>${line("th", columns)}</thead><tbody>${body}</tbody></table></div>`;
}

/** The table as aligned text. */
export function tableText(rows: readonly Row[], options: TableOptions = {}): string {
  const { columns, cells, numeric } = grid(rows, options);
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => (numeric[i] ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [columns, ...cells].map(line).join("\n");
}
