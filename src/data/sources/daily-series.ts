import { type NumericArray, numericArray } from "../array";
import type { DataFile } from "../files/data-file";
import { csvNumbers } from "../formats/csv/csv-numbers";
import { csvColumn, readCsv } from "../formats/csv/read-csv";
import { drawnStock, drawnTemperatures } from "../synthetic/drawn-days";
import type { DataSource } from "./source";
import { findOrDraw, type LoaderOptions } from "./stand-in";

/** Daily measurements. */
export interface DailySeries {
  /** The days, "1981-01-31", in their order. Days may be missing. */
  readonly dates: readonly string[];
  /** The names of the columns of `values`. */
  readonly columns: readonly string[];
  /** `[days, columns]` */
  readonly values: NumericArray<Float32Array, 2>;
  readonly source: DataSource;
}

export type DailySeriesOptions = LoaderOptions;

/** A published file of daily measurements, and the generated numbers that replace it when it is not available. */
interface DailyFile {
  readonly file: DataFile;
  readonly mirror: string;
  readonly subject: string;
  /** From our names of the columns to the file's names. */
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
  subject: "Melbourne's daily minimum temperatures",
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
  subject: "a stock's days",
  columns: { open: "AAPL.Open", high: "AAPL.High", low: "AAPL.Low", close: "AAPL.Close", volume: "AAPL.Volume" },
  drawn: drawnStock,
};

/**
 * Loads the lowest temperature of each day in Melbourne, in °C, 1981 to 1990 (Australian Bureau of Meteorology): 3,650
 * days, because the last days of 1984 and 1988 are missing. The file is searched like MNIST's files: in `time-series`
 * under `UNROLL_DATA`, then in the user's cache, then at its public mirror. When it is nowhere, generated temperatures
 * replace it, and one line that begins "stand-in data: " says so.
 *
 * @example
 *   const { dates, values } = await loadMinTemperatures();
 *   const windows = slidingWindows(values, { nSteps: 30 });
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when the file is not available
 */
export const loadMinTemperatures = (options: DailySeriesOptions = {}): Promise<DailySeries> =>
  loadDays("loadMinTemperatures", TEMPERATURES, options);

/**
 * Loads a stock's trading days: open, high, low and close in US dollars, and volume in shares; Apple, 17 February 2015
 * to 16 February 2017, 506 days. The file is searched, and replaced when it is not available, as `loadMinTemperatures`
 * does.
 *
 * @example
 *   const stock = await loadStockDays({ standIn: false });
 *   console.log(stock.columns, stock.values.shape); // [ "open", "high", "low", "close", "volume" ] and [506, 5]
 *
 * @throws DataError for a wrong file in the named folder, and with `standIn: false` when the file is not available
 */
export const loadStockDays = (options: DailySeriesOptions = {}): Promise<DailySeries> =>
  loadDays("loadStockDays", STOCK, options);

async function loadDays(where: string, series: DailyFile, options: DailySeriesOptions): Promise<DailySeries> {
  const { file, mirror, subject, columns } = series;
  const wanted = { loader: where, files: [file], mirrors: [mirror], subject, drawn: "numbers" };
  const { files, source } = await findOrDraw(wanted, options);
  const names = Object.keys(columns);
  const seriesOf = (dates: readonly string[], values: Float32Array): DailySeries => {
    return { dates, columns: names, values: numericArray(values, [dates.length, names.length]), source };
  };
  if (files === undefined) {
    const { dates, values } = series.drawn();
    return seriesOf(dates, values);
  }
  const table = readCsv(files[0] as Uint8Array, file.name);
  const values = csvNumbers(table, Object.values(columns), file.name);
  return seriesOf(csvColumn(table, "Date", file.name), values);
}
