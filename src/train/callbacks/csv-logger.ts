import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkOptions, describe } from "../checks";
import type { EpochRecord } from "../history";
import { checkSeesAll } from "./added-logs";
import { makeFolder } from "./make-folder";

export interface CSVLoggerOptions {
  /**
   * true: appends to an existing file, which must have the same columns. A resumed training first removes the lines of
   * the epochs that it trains again from the file's end. false: begins the file anew. Default: false.
   */
  append?: boolean;
  /** The text between the values of a line. Default: ",". */
  separator?: string;
}

/**
 * Writes a line to a file after each epoch, so that a training that is killed leaves the lines of its epochs. After a
 * resume the file has the lines of all epochs.
 *
 * @example
 *   await fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 10,
 *     callbacks: [new CSVLogger("runs/first.csv", { append: true })],
 *   });
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

  /**
   * @throws ArgumentError when the file to append to has other columns than these epochs, or a callback after this one
   *   adds values
   */
  onTrainBegin(run: TrainingRun): void {
    checkSeesAll("CSVLogger", run, this);
    const { history, measures } = run;
    this.names = measures;
    makeFolder(dirname(this.file));
    if (this.options.append) {
      this.checkHeader();
      if (history.epochs.length > 0) this.dropFrom(history.epochs.length);
      return;
    }
    writeFileSync(this.file, "");
    for (const record of history.epochs) this.onEpochEnd(record.epoch, record); // the epochs before the checkpoint
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

  /** Removes the last lines whose epochs are at least `epoch`. */
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
    const texts = values.map((value) => (Object.is(value, -0) ? "-0" : value)); // String(-0) is "0"
    return texts.join(this.options.separator ?? ",");
  }
}
