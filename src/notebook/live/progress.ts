import { checkOptions } from "../../arguments";
import { type HistoryLike, type LearningCurveOptions, learningCurve } from "../../plot";
import { inNotebook, liveDisplay } from "../kernel";
import { type LiveFigure, showLive } from "../show";

/** The part of a step that is shown; `fit` in unroll/train gives it. */
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

/** Shows a training below its cell; a reporter for `fit`'s option `progress`. */
export interface NotebookProgress {
  /** The epochs so far. They stay available after the stop button, when the cell never gets the result of `fit`. */
  readonly epochs: readonly EpochRecord[];
  note(text: string): void;
  step(report: Step): void;
  epoch(record: EpochRecord, plan: { readonly epochs: number }): void;
  end(history: { readonly stopped?: string }): void;
}

const EVERY = 200; // milliseconds from one update to the next
// The same for the plot, which the page draws completely each time. When epochs are short, more updates fill the kernel's
// socket, and a page that is always drawing does not react to the stop button.
const EVERY_PLOT = 1_000;

/**
 * Shows a training in the notebook: one line that changes at most five times a second, and a plot of loss and metrics
 * that grows with the epochs, at most once a second. Outside a notebook it prints a line for each epoch.
 *
 *   const history = await fit(model, data, { …, progress: notebookProgress() });
 */
export function notebookProgress(options: LearningCurveOptions = {}): NotebookProgress {
  checkOptions("notebookProgress", options, ["title", "measures"]);
  const line = liveDisplay();
  const live = inNotebook();
  const kept: string[] = []; // notes that another note followed, such as where a resumed training goes on
  let noted: string | undefined;
  const write = (text: string) => {
    noted = undefined;
    line.update({ "text/plain": (live ? [...kept, text] : [text]).join("\n") });
  };
  const records: EpochRecord[] = [];
  let plot: LiveFigure | undefined;
  let [shown, drawn] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let ended = "";
  let behind = false; // the last epoch is not in the plot yet
  const draw = () => {
    plot ??= showLive();
    plot.update(learningCurve({ epochs: records }, options));
    drawn = shown = performance.now();
    behind = false;
  };
  return {
    epochs: records,
    note: (text) => {
      if (noted !== undefined) kept.push(noted);
      write(text);
      noted = text;
    },
    step: (report) => {
      const now = performance.now();
      if (!live || now - shown < EVERY) return;
      shown = now;
      write(stepText(report));
    },
    epoch: (record, { epochs }) => {
      records.push(record);
      ended = `epoch ${record.epoch + 1}/${epochs}: ${measures(record)}`;
      const isCurve = records.length > 1; // the line above has the values of a single epoch
      behind = live && isCurve;
      if (live && performance.now() - drawn < EVERY_PLOT && record.epoch + 1 < epochs) return;
      write(ended);
      if (behind) draw();
    },
    end: ({ stopped }) => {
      const reason = stopped === undefined ? "" : `stopped: ${stopped}`;
      if (behind || reason !== "") write([ended, reason].filter(Boolean).join("; "));
      if (behind) draw();
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
