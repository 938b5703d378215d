import { type EvaluateHooks, evaluateHooks } from "../callback-hooks";
import type { Direction } from "../direction";
import type { Source } from "../examples/source";
import type { Logs } from "../history";
import { firstExamples, type Measurement, measurement } from "../measure/measurement";
import type { AnyModel } from "../model";
import type { StopWatch } from "../stop";
import type { FitSettings } from "./options";
import { tryValidation } from "./try-validation";

/** The measurements after each epoch: metrics of the training data, and loss and metrics of the validation data. */
export class EpochMeasurements {
  readonly names: readonly string[];
  readonly directions: Readonly<Record<string, Direction>>;
  /** Called around each measurement of the validation data. */
  private readonly hooks: EvaluateHooks | undefined;
  private readonly all: { readonly prefix: string; readonly of: Measurement }[] = [];

  constructor(
    private readonly model: AnyModel,
    private readonly data: { readonly source: Source; readonly validation: Source | undefined },
    private readonly settings: FitSettings & { readonly compiled: boolean },
  ) {
    const { source, validation } = data;
    const { parts, compiled, metrics, trainingMetrics, measuringBatchSize, callbacks } = settings;
    const options = { where: "fit", model, compiled, batchSize: measuringBatchSize };
    if (Object.keys(metrics).length > 0 && trainingMetrics !== false) {
      const measured = trainingMetrics === true ? source : firstExamples(source, trainingMetrics);
      this.all.push({ prefix: "", of: measurement({ ...options, source: measured }, [], metrics) });
    }
    if (validation !== undefined) {
      this.all.push({ prefix: "val_", of: measurement({ ...options, source: validation }, parts, metrics) });
    }
    this.hooks = evaluateHooks(callbacks, {
      ...{ where: "fit", model, batchSize: measuringBatchSize },
      batches: validation?.plan(measuringBatchSize).length ?? 0,
    });
    this.names = this.all.flatMap(({ prefix, of }) => of.names.map((name) => `${prefix}${name}`));
    const directions = this.all.flatMap(({ prefix, of }) =>
      Object.entries(of.directions).map(([name, direction]) => [`${prefix}${name}`, direction] as const),
    );
    this.directions = Object.fromEntries(directions);
  }

  /** Tries the validation data before the first step. @throws ArgumentError when model or loss refuse the data */
  tryValidation(): void {
    tryValidation(this.all.at(-1)?.of, this.model, this.data, this.settings);
  }

  /**
   * Measures the weights; or their moving averages, where the optimizer says so.
   *
   * @returns the values by name; undefined when the measurement was stopped
   */
  async run(watch: StopWatch): Promise<Logs | undefined> {
    const { optimizer } = this.settings;
    if (!optimizer.measuresAverages) return this.measure(watch);
    optimizer.swapAverages();
    try {
      return await this.measure(watch);
    } finally {
      optimizer.swapAverages();
    }
  }

  private async measure(watch: StopWatch): Promise<Logs | undefined> {
    let logs: Logs = {};
    for (const { prefix, of } of this.all) {
      const measured = await of.run(watch, prefix === "val_" ? this.hooks : undefined);
      if (measured === undefined) return undefined;
      const named = Object.entries(measured).map(([name, value]) => [`${prefix}${name}`, value]);
      logs = { ...logs, ...Object.fromEntries(named) };
    }
    return logs;
  }

  dispose(): void {
    for (const { of } of this.all) of.dispose();
  }
}
