import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkOptions, describe } from "../checks";
import type { EpochRecord } from "../history";

export interface CSVLoggerOptions {
  /**
   * Goes on with a file that is there, which must have the same columns; else it is begun anew. A training that is resumed
   * takes the lines of epochs that it does again off the file's end.
   */
  append?: boolean;
  /** Between the values of a line, "," unless told. */
  separator?: string;
}

/**
 * Writes a line for each epoch into a file, at once: a training that is killed leaves what it did. One that is resumed
 * has the lines of all its epochs.
 */
export class CSVLogger implements Callback {
  private names: readonly string[] = [];

  constructor(
    readonly file: string,
    private readonly options: CSVLoggerOptions = {},
  ) {
    if (typeof file !== "string" || file === "") throw new ArgumentError("CSVLogger", "file", "a path", describe(file));
    checkOptions("CSVLogger", options, ["append", "separator"]);
    const { separator = "," } = options;
    if (typeof separator === "string" && separator !== "") return;
    throw new ArgumentError("CSVLogger", "separator", "a text, say ,", describe(separator));
  }

  /** @throws ArgumentError when the file to go on with has other columns than these epochs */
  onTrainBegin({ history, measures }: TrainingRun): void {
    this.names = measures;
    mkdirSync(dirname(this.file), { recursive: true });
    if (this.options.append) {
      this.checkHeader();
      if (history.epochs.length > 0) this.dropFrom(history.epochs.length);
      return;
    }
    writeFileSync(this.file, "");
    for (const record of history.epochs) this.onEpochEnd(record.epoch, record); // those before a checkpoint
  }

  onEpochEnd(_epoch: number, logs: EpochRecord): void {
    const header = this.isEmpty() ? `${this.line(this.names)}\n` : "";
    appendFileSync(this.file, `${header}${this.line(this.names.map((name) => logs[name] ?? ""))}\n`);
  }

  private checkHeader(): void {
    if (this.isEmpty()) return;
    const [header = ""] = readFileSync(this.file, "utf8").split("\n", 1);
    const expected = this.line(this.names);
    if (header !== expected) throw new ArgumentError("CSVLogger", "file", `one with the columns ${expected}`, header);
  }

  /** Takes the last lines away whose epochs are at least `epoch`. */
  private dropFrom(epoch: number): void {
    if (this.isEmpty()) return;
    const [header = "", ...lines] = readFileSync(this.file, "utf8").trimEnd().split("\n");
    const column = this.names.indexOf("epoch");
    const epochOf = (line: string) => Number(line.split(this.options.separator ?? ",")[column]);
    while (column >= 0 && lines.length > 0 && epochOf(lines.at(-1) as string) >= epoch) lines.pop();
    writeFileSync(this.file, `${[header, ...lines].join("\n")}\n`);
  }

  private isEmpty(): boolean {
    return !existsSync(this.file) || statSync(this.file).size === 0;
  }

  private line(values: readonly (string | number)[]): string {
    return values.join(this.options.separator ?? ",");
  }
}
