import { ArgumentError } from "../../rnn";
import { checkNumber, checkOneOf, describe } from "../checks";
import type { Logs } from "../history";

export interface MonitorOptions {
  /** The value of an epoch to watch, by its name in `history.epochs`. Default: "val_loss". */
  monitor?: string;
  /**
   * Whether small ("min") or large ("max") values are good. "auto": large for names that end in acc, accuracy or auc,
   * else small. Default: "auto".
   */
  mode?: "auto" | "min" | "max";
  /** A change must be larger than this to count as an improvement. Default: 0 (0.0001 for ReduceLROnPlateau). */
  minDelta?: number;
}

/** Watches one value of the epochs, as Keras's callbacks do. */
export class Monitor {
  readonly name: string;
  private readonly sign: 1 | -1;
  private readonly minDelta: number;

  constructor(
    private readonly where: string,
    { monitor = "val_loss", mode = "auto", minDelta = 0 }: MonitorOptions,
  ) {
    if (typeof monitor !== "string")
      throw new ArgumentError(where, "monitor", "a name, say val_loss", describe(monitor));
    checkOneOf(where, "mode", mode, ["auto", "min", "max"]);
    checkNumber(where, "minDelta", minDelta, 0);
    this.name = monitor;
    this.sign = mode === "max" || (mode === "auto" && /(acc|accuracy|auc)$/i.test(monitor)) ? 1 : -1;
    this.minDelta = minDelta;
  }

  get mode(): "min" | "max" {
    return this.sign === 1 ? "max" : "min";
  }

  /**
   * Refuses a name that no epoch will have, before the first epoch is trained. @throws ArgumentError naming the
   * existing names
   */
  check(measures: readonly string[]): void {
    if (measures.includes(this.name)) return;
    throw new ArgumentError(this.where, "monitor", `one of ${measures.join(", ")}`, this.name);
  }

  /** The value of an epoch. @throws ArgumentError when the epoch has no value of that name */
  valueOf(logs: Logs): number {
    this.check(Object.keys(logs));
    return logs[this.name] as number;
  }

  /**
   * Whether a value is better than the best so far by more than `minDelta`. NaN never is; any number is better than no
   * value.
   */
  improves(value: number, best: number | undefined): boolean {
    if (best === undefined) return !Number.isNaN(value);
    return this.sign * (value - best) > this.minDelta;
  }
}
