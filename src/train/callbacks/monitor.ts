import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkNumber, checkOneOf, describe } from "../checks";
import { type Direction, directionByName } from "../direction";
import type { Logs } from "../history";
import { measuresBefore } from "./added-logs";

export interface MonitorOptions {
  /** The value of an epoch to watch, by its name in `history.epochs`. Default: "val_loss". */
  monitor?: string;
  /**
   * Whether small ("min") or large ("max") values are good. "auto": as the metric says (its `mode`), else small for a
   * name whose last word is loss, large where it is accuracy, acc or auc; every other name is refused when the training
   * begins. Default: "auto".
   */
  mode?: "auto" | Direction;
  /**
   * A change must be larger than this to count as an improvement. The sign does not matter, as in Keras. Default: 0
   * (0.0001 for ReduceLROnPlateau).
   */
  minDelta?: number;
}

/** What a checkpoint keeps of a monitor: the best value means nothing for another name or direction. */
export interface MonitorState {
  monitor?: string;
  mode?: Direction;
}

/** The keys of a `MonitorState`. */
export const MONITOR_STATE = ["monitor", "mode"] as const;

/** Watches one value of the epochs, as Keras's callbacks do. */
export class Monitor {
  readonly name: string;
  private readonly given: "auto" | Direction;
  private readonly minDelta: number;
  private direction: Direction | undefined;

  constructor(
    private readonly where: string,
    { monitor = "val_loss", mode = "auto", minDelta = 0 }: MonitorOptions,
  ) {
    if (typeof monitor !== "string")
      throw new ArgumentError(where, "monitor", "a name, say val_loss", describe(monitor));
    checkOneOf(where, "mode", mode, ["auto", "min", "max"]);
    checkNumber(where, "minDelta", minDelta);
    this.name = monitor;
    this.given = mode;
    this.minDelta = Math.abs(minDelta);
  }

  /**
   * Finds the value and its direction before the first step.
   *
   * @param owner the callback that watches: it sees the measures of fit, and what the callbacks before it add
   * @param kept the state of a training that is resumed
   * @throws ArgumentError for a name that no epoch will have, which lists the existing names; for a name whose direction
   *   nothing says; for a state of another name or direction
   */
  begin(run: TrainingRun, owner: Callback, kept: MonitorState = {}): void {
    const names = measuresBefore(run, owner);
    if (!names.includes(this.name)) {
      const isLater = run.measures.includes(this.name);
      const lacksData = this.name.startsWith("val_") && !names.some((name) => name.startsWith("val_"));
      const hint = lacksData ? " (there is no validationData)" : "";
      const expected = isLater
        ? "a callback that adds it to stand before this one"
        : `one of ${names.join(", ")}${hint}`;
      throw new ArgumentError(this.where, "monitor", expected, this.name);
    }
    const known = Object.hasOwn(run.directions, this.name) ? run.directions[this.name] : directionByName(this.name);
    this.direction = this.given === "auto" ? known : this.given;
    if (this.direction === undefined) {
      const expected = `"min" or "max", because nothing says whether small or large values of ${this.name} are good`;
      throw new ArgumentError(this.where, "mode", expected, '"auto"');
    }
    for (const name of MONITOR_STATE) {
      const now = name === "mode" ? this.direction : this.name;
      if (kept[name] === undefined || kept[name] === now) continue;
      throw new ArgumentError(this.where, name, `${kept[name]}, by which the checkpoint's best value was found`, now);
    }
  }

  /** @throws ArgumentError before `begin`, which finds it */
  get mode(): Direction {
    if (this.direction !== undefined) return this.direction;
    throw new ArgumentError(this.where, "onTrainBegin", "a call before the first epoch's end", "none");
  }

  get state(): MonitorState {
    return this.direction === undefined ? {} : { monitor: this.name, mode: this.direction };
  }

  /** The value of an epoch; undefined when it was not measured in this epoch. */
  valueOf(logs: Logs): number | undefined {
    return logs[this.name];
  }

  /**
   * Whether a value is better than the best so far by more than `minDelta`. NaN never is; any number is better than no
   * value.
   */
  improves(value: number, best: number | undefined): boolean {
    if (best === undefined) return !Number.isNaN(value);
    return (this.mode === "max" ? value - best : best - value) > this.minDelta;
  }
}
