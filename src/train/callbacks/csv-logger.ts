import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFoldersSync, writeError } from "../../data/internal";
import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkOptions, describe } from "../checks";
import type { EpochRecord } from "../history";
import { checkSeesAll } from "./added-logs";
import { csvLine, firstCell } from "./writing/csv-line";
import { WriteFailure } from "./writing/write-failure";

export interface CSVLoggerOptions {
  /**
   * true: appends to an existing file, which must have the same columns. A resumed training first removes the lines of
   * the epochs that it trains again from the file's end. false: begins the file anew. Default: false.
   */
  append?: boolean;
  /** The text between the values of a line. Default: ",". */
  separator?: string;
}

const LINE_END = "\n";
const ROOM = "the values of an epoch";

/**
 * Writes a line to a file after each epoch, so that a training that is killed leaves the lines of its epochs. After a
 * resume the file has the lines of all epochs. The column `epoch` counts from 0, as `history.epochs` and Keras do. A name or
 * value with a separator, a quote or a line end is quoted, as RFC 4180 says.
 *
 * A file that cannot be written when the training begins is refused before the first step. When the disk is full later, the
 * training ends after that epoch, other callbacks end as always, and `fit` throws the error; `historyOf` gives the history.
 *
 * @example
 *   await fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 10,
 *     callbacks: [new CSVLogger("runs/first.csv", { append: true })],
 *   });
 *
 * @throws DataError that names the file, when it cannot be read or written
 */
export class CSVLogger implements Callback {
  private names: readonly string[] = [];
  private isEmpty = true;
  private readonly separator: string;
  private readonly failure = new WriteFailure();

  constructor(
    readonly file: string,
    private readonly options: CSVLoggerOptions = {},
  ) {
    if (typeof file !== "string" || file === "") throw new ArgumentError("CSVLogger", "file", "a path", describe(file));
    checkOptions("CSVLogger", options, ["append", "separator"]);
    const { separator = "," } = options;
    this.separator = separator;
    if (typeof separator === "string" && separator !== "" && !/["\r\n]/.test(separator)) return;
    throw new ArgumentError(
      "CSVLogger",
      "separator",
      "a text without quotes and line ends, say ,",
      describe(separator),
    );
  }

  /**
   * @throws ArgumentError when the file to append to has other columns than these epochs, or a callback after this one
   *   adds values
   */
  onTrainBegin(run: TrainingRun): void {
    checkSeesAll("CSVLogger", run, this);
    const { history, measures } = run;
    this.names = measures;
    this.failure.clear();
    this.onDisk(() => makeFoldersSync(dirname(this.file)));
    const { epochs } = history;
    const last = epochs.at(-1);
    if (this.options.append) this.openToAppend(last && last.epoch + 1);
    else this.beginWith(epochs);
  }

  onEpochEnd(_epoch: number, logs: EpochRecord, run?: TrainingRun): void {
    this.failure.guard(run, () => {
      const header = this.isEmpty ? this.line(this.names) : "";
      this.onDisk(() => appendFileSync(this.file, `${header}${this.lineOf(logs)}`));
      this.isEmpty = false;
    });
  }

  onTrainEnd(): void {
    this.failure.rethrow();
  }

  /** Begins the file anew, with the epochs before a resume. */
  private beginWith(epochs: readonly EpochRecord[]): void {
    this.isEmpty = epochs.length === 0;
    const before = this.isEmpty ? "" : `${this.line(this.names)}${epochs.map(this.lineOf).join("")}`;
    this.onDisk(() => writeFileSync(this.file, before));
  }

  /**
   * Cuts off a last line that a full disk or a kill left unfinished, and of a resumed training the last lines whose epochs
   * are at least `epoch`.
   */
  private openToAppend(epoch: number | undefined): void {
    const found = this.onDisk(() => statSync(this.file, { throwIfNoEntry: false }));
    if (found?.isFile() === false) throw writeError(this.file, found.isDirectory() ? "a folder" : "what is no file");
    this.onDisk(() => appendFileSync(this.file, ""));
    const bytes = this.onDisk(() => readFileSync(this.file));
    this.isEmpty = bytes.length === 0;
    if (this.isEmpty) return;
    const header = Buffer.from(this.line(this.names));
    if (!bytes.subarray(0, header.length).equals(header)) {
      const columns = bytes.toString("utf8").split("\n", 1)[0] as string;
      throw new ArgumentError("CSVLogger", "file", `one with the columns ${header.toString().trimEnd()}`, columns);
    }
    let end = bytes.lastIndexOf(LINE_END) + 1;
    for (let begin = end; epoch !== undefined && end > header.length; end = begin) {
      begin = bytes.lastIndexOf(LINE_END, end - 2) + 1;
      if (!(Number(firstCell(bytes.toString("utf8", begin, end), this.separator)) >= epoch)) break;
    }
    if (end < bytes.length) this.onDisk(() => truncateSync(this.file, end));
  }

  private readonly lineOf = (record: EpochRecord) => this.line(this.names.map((name) => record[name] ?? ""));

  private readonly line = (values: readonly (string | number)[]) => `${csvLine(values, this.separator)}\n`;

  /** @throws DataError that names the file */
  private onDisk<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      throw writeError(this.file, String((error as NodeJS.ErrnoException).code ?? error), { room: ROOM });
    }
  }
}
