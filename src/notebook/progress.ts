import { type HistoryLike, type LearningCurveOptions, learningCurve } from "../plot";
import { inNotebook, liveDisplay } from "./kernel";
import { type LiveFigure, showLive } from "./show";

/** What is shown of a step: `fit` in unroll/train gives it. */
interface Step {
  readonly epoch: number;
  readonly epochs: number;
  readonly batch: number;
  readonly stepsPerEpoch: number;
  readonly loss: number;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number | undefined;
}

type EpochRecord = HistoryLike["epochs"][number];

/** Shows a training where the cell is; a reporter for `fit`'s `progress`. */
export interface NotebookProgress {
  /** The epochs so far: after the stop button, whose cell never gets what `fit` returned, they are still here. */
  readonly epochs: readonly EpochRecord[];
  note(text: string): void;
  step(report: Step): void;
  epoch(record: EpochRecord, plan: { readonly epochs: number }): void;
  end(history: { readonly stopped?: string }): void;
}

const EVERY = 200; // milliseconds from one update of the line to the next
const PLOT_EVERY = 1_000; // of the plot: the page draws it anew each time, and a page that only draws hears no stop button

/**
 * Shows a training in the notebook: one line that changes in place, at most five times a second, and a plot of loss and
 * metrics that grows with each epoch, at most once a second. Outside a notebook it prints a line for each epoch.
 *
 *   const history = await fit(model, data, { …, progress: notebookProgress() });
 */
export function notebookProgress(options: LearningCurveOptions = {}): NotebookProgress {
  const line = liveDisplay();
  const live = inNotebook();
  const write = (text: string) => line.update({ "text/plain": text });
  const records: EpochRecord[] = [];
  let plot: LiveFigure | undefined;
  let [shown, told, drawn] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [ended, drawnEpochs] = ["", 0];
  const draw = () => {
    if (drawnEpochs === records.length) return;
    plot ??= showLive();
    plot.update(learningCurve({ epochs: records }, options));
    drawnEpochs = records.length;
    drawn = performance.now();
  };
  return {
    epochs: records,
    note: write,
    step: (report) => {
      const now = performance.now();
      if (!live || now - shown < EVERY) return;
      shown = now;
      write(stepText(report));
    },
    epoch: (record, { epochs }) => {
      records.push(record);
      ended = `epoch ${record.epoch + 1}/${epochs}: ${measures(record)}`;
      const now = performance.now();
      if (!live || now - told >= EVERY) {
        write(ended);
        shown = told = now;
      }
      if (live && now - drawn >= PLOT_EVERY) draw();
    },
    end: ({ stopped }) => {
      if (live) draw();
      if (stopped !== undefined) write(ended === "" ? `stopped: ${stopped}` : `${ended}; stopped: ${stopped}`);
      else if (live && ended !== "") write(ended);
    },
  };
}

function stepText({ epoch, epochs, batch, stepsPerEpoch, ...report }: Step): string {
  const loss = `loss ${report.loss.toPrecision(4)}`;
  const speed = report.stepsPerSecond > 0 ? `, ${report.stepsPerSecond.toPrecision(3)} steps/s` : "";
  const left = report.secondsLeft === undefined ? "" : `, ${Math.round(report.secondsLeft)} s left`;
  return `epoch ${epoch + 1}/${epochs}, step ${batch}/${stepsPerEpoch}: ${loss}${speed}${left}`;
}

function measures(record: EpochRecord): string {
  const shown = Object.entries(record).filter(([name]) => !["epoch", "learningRate", "seconds"].includes(name));
  return shown.map(([name, value]) => `${name} ${value.toPrecision(4)}`).join(", ");
}
