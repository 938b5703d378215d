import { appendFileSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkOptions, describe } from "../checks";
import type { EpochRecord } from "../history";

export interface CSVLoggerOptions {
  /** Goes on with a file that is there; else it is begun anew. */
  append?: boolean;
  /** Between the values of a line, "," unless told. */
  separator?: string;
}

/**
 * Writes a line for each epoch into a file, at once: a training that is killed leaves what it did. One that is resumed
 * has the lines of all its epochs.
 */
export class CSVLogger implements Callback {
  private names: readonly string[] | undefined;

  constructor(
    readonly file: string,
    private readonly options: CSVLoggerOptions = {},
  ) {
    if (typeof file !== "string" || file === "") throw new ArgumentError("CSVLogger", "file", "a path", describe(file));
    checkOptions("CSVLogger", options, ["append", "separator"]);
  }

  onTrainBegin({ history }: TrainingRun): void {
    this.names = undefined;
    mkdirSync(dirname(this.file), { recursive: true });
    if (this.options.append) return;
    writeFileSync(this.file, "");
    for (const record of history.epochs) this.onEpochEnd(record.epoch, record); // those before a checkpoint
  }

  onEpochEnd(_epoch: number, logs: EpochRecord): void {
    const { separator = "," } = this.options;
    const isEmpty = !existsSync(this.file) || statSync(this.file).size === 0;
    this.names ??= Object.keys(logs);
    const header = isEmpty ? `${this.names.join(separator)}\n` : "";
    appendFileSync(this.file, `${header}${this.names.map((name) => logs[name]).join(separator)}\n`);
  }
}
