import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkNumber, describe } from "../checks";
import type { EpochRecord } from "../history";
import { checkCallback, checkState } from "./checks";
import { MONITOR_STATE, Monitor, type MonitorOptions, type MonitorState } from "./monitor";

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** The factor of a reduction, between 0 and 1. Default: 0.1. */
  factor?: number;
  /** The learning rate is reduced after this number of epochs without improvement. Default: 10. */
  patience?: number;
  /** The number of epochs after a reduction that do not count. Default: 0. */
  cooldown?: number;
  /** The learning rate is never reduced below this one. Default: 0. */
  minLearningRate?: number;
}

interface Waiting extends MonitorState {
  wait: number;
  cooling: number;
  best?: number;
}

const WHERE = "ReduceLROnPlateau";
const OPTIONS = ["monitor", "mode", "minDelta", "factor", "patience", "cooldown", "minLearningRate"];

/**
 * Lowers the learning rate of a training that no longer improves, as Keras's callback of that name does. Epochs whose
 * record has no value of the monitor's name (`everyEpochs` of fit) do not count.
 *
 * @example
 *   await fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 100, validationData: mnist.validation,
 *     callbacks: [new ReduceLROnPlateau({ factor: 0.5, patience: 3 })],
 *   });
 */
export class ReduceLROnPlateau implements Callback {
  private readonly monitor: Monitor;
  private waiting: Waiting = { wait: 0, cooling: 0 };

  constructor(private readonly options: ReduceLROnPlateauOptions = {}) {
    checkCallback(WHERE, options, OPTIONS, ["patience", "cooldown"]);
    const { factor = 0.1, minLearningRate = 0 } = options;
    if (!(factor > 0 && factor < 1)) throw new ArgumentError(WHERE, "factor", "between 0 and 1", describe(factor));
    checkNumber(WHERE, "minLearningRate", minLearningRate, 0);
    this.monitor = new Monitor(WHERE, { minDelta: 1e-4, ...options });
  }

  onTrainBegin(run: TrainingRun): void {
    const { step, optimizer } = run;
    this.monitor.begin(run, this, step > 0 ? this.waiting : {});
    if (typeof optimizer.learningRate !== "number") {
      throw new ArgumentError(WHERE, "optimizer.learningRate", "a number, which it can reduce", "a function");
    }
    if (step === 0) this.waiting = { wait: 0, cooling: 0 };
  }

  onEpochEnd(_epoch: number, logs: EpochRecord, { optimizer }: TrainingRun): void {
    const { factor = 0.1, patience = 10, cooldown = 0, minLearningRate = 0 } = this.options;
    const value = this.monitor.valueOf(logs);
    if (value === undefined) return;
    const { waiting } = this;
    if (waiting.cooling > 0) {
      waiting.cooling--;
      waiting.wait = 0;
    }
    if (this.monitor.improves(value, waiting.best)) {
      waiting.best = value;
      waiting.wait = 0;
    } else if (waiting.cooling === 0 && ++waiting.wait >= patience) {
      const rate = optimizer.learningRate as number;
      if (rate <= minLearningRate) return;
      optimizer.learningRate = Math.max(rate * factor, minLearningRate);
      waiting.cooling = cooldown;
      waiting.wait = 0;
    }
  }

  getState(): unknown {
    return { ...this.waiting, ...this.monitor.state };
  }

  setState(state: unknown): void {
    checkState(WHERE, state, ["wait", "cooling", "best", ...MONITOR_STATE]);
    this.waiting = { ...(state as Waiting) };
  }
}
