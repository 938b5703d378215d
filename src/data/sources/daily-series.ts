import { type NumericArray, numericArray } from "../array";
import { DataError } from "../errors";
import type { DataFile } from "../files/data-file";
import { csvColumn, csvNumbers, readCsv } from "../formats/csv";
import { drawnStock, drawnTemperatures } from "../synthetic/drawn-days";
import type { DataSource } from "./mnist";
import { findFiles, type SourceOptions } from "./source";

/** What was measured day by day. */
export interface DailySeries {
  /** One for each day, "1981-01-31", in their order. Days may be missing. */
  readonly dates: readonly string[];
  /** What the columns of `values` are. */
  readonly columns: readonly string[];
  /** `[days, columns]` */
  readonly values: NumericArray<Float32Array>;
  readonly source: DataSource;
}

export interface DailySeriesOptions extends SourceOptions {
  /** false: an error, where the real numbers cannot be had, in place of drawn ones. Default true. */
  standIn?: boolean;
  /** Takes the lines that tell of stand-in data or of trouble on the way. Default: console.log. */
  log?: (line: string) => void;
}

/** A published file of days, and what takes its place where it cannot be had. */
interface DailyFile {
  readonly file: DataFile;
  readonly mirror: string;
  readonly what: string;
  /** Our names of the columns, and the file's. */
  readonly columns: Readonly<Record<string, string>>;
  readonly drawn: () => { dates: string[]; values: Float32Array };
}

const TEMPERATURES: DailyFile = {
  file: {
    folder: "time-series",
    name: "daily-min-temperatures.csv",
    bytes: 67921,
    sha256: "8b9de63ed6789492bf497625e7f9beb96a63d367b4b0a21754006f749fa5e5da",
  },
  mirror: "https://raw.githubusercontent.com/jbrownlee/Datasets/d20fcb6402ae34e653d4513b00f39257bb37ed7f/",
  what: "Melbourne's daily minimum temperatures",
  columns: { minimum: "Temp" },
  drawn: drawnTemperatures,
};

const STOCK: DailyFile = {
  file: {
    folder: "time-series",
    name: "finance-charts-apple.csv",
    bytes: 60220,
    sha256: "24c7604edfd5afe862ddb9f9535e2fd7351f43711bfc442bca52055e15e37bcd",
  },
  mirror: "https://raw.githubusercontent.com/plotly/datasets/0c447c47b757ad74edecab31f0d72f849d2e67c2/",
  what: "a stock's days",
  columns: { open: "AAPL.Open", high: "AAPL.High", low: "AAPL.Low", close: "AAPL.Close", volume: "AAPL.Volume" },
  drawn: drawnStock,
};

/**
 * The lowest temperature of each day in Melbourne, in °C, 1981 to 1990 (Australian Bureau of Meteorology): 3,650 days,
 * as the last days of 1984 and 1988 are missing. The file is looked for as MNIST's are: in `time-series` under
 * `UNROLL_DATA`, then in the user's cache, then at its public mirror. Where there is none of these, temperatures that the
 * program draws take its place, and one line that begins "stand-in data: " says so.
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when the file cannot be had
 */
export const loadMinTemperatures = (options: DailySeriesOptions = {}): Promise<DailySeries> =>
  loadDays("loadMinTemperatures", TEMPERATURES, options);

/**
 * A stock's trading days: open, high, low and close in US dollars, and volume in shares; Apple, 17 February 2015 to 16
 * February 2017, 506 days. Looked for, and replaced where it cannot be had, as `loadMinTemperatures` does.
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when the file cannot be had
 */
export const loadStockDays = (options: DailySeriesOptions = {}): Promise<DailySeries> =>
  loadDays("loadStockDays", STOCK, options);

async function loadDays(where: string, known: DailyFile, options: DailySeriesOptions): Promise<DailySeries> {
  const { standIn = true, log = console.log } = options;
  const { file, mirror, what, columns } = known;
  const found = await findFiles([file], [mirror], options);
  const names = Object.keys(columns);
  const seriesOf = (dates: readonly string[], values: Float32Array, source: DataSource): DailySeries => {
    return { dates, columns: names, values: numericArray(values, [dates.length, names.length]), source };
  };
  if (found.files === undefined) {
    const why = found.reasons.join("; ");
    if (!standIn) throw new DataError(where, file.name, "it in a folder, the cache or a mirror", why);
    log(
      `stand-in data: numbers drawn by the program in place of ${what}, because ${file.name} could not be had (${why}). ` +
        `For the real ones, allow the network or set UNROLL_DATA to a folder that holds ${file.folder}/${file.name}.`,
    );
    const { dates, values } = known.drawn();
    return seriesOf(dates, values, { kind: "stand-in", description: `drawn in place of ${what}`, from: [] });
  }
  for (const note of found.notes) log(`${file.name}: ${note}`);
  const table = readCsv(found.files[0] as Uint8Array, file.name);
  const values = csvNumbers(table, Object.values(columns), file.name);
  const source = { kind: "real", description: `${what}, from ${found.from.join(" and ")}`, from: found.from } as const;
  return seriesOf(csvColumn(table, "Date", file.name), values, source);
}
