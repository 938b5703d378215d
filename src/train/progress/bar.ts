import type { Reporter, StepReport } from "./reporter";
import { clock, measures, speed } from "./text";

/** What is used of a terminal's stream. */
export interface Terminal {
  write(text: string): unknown;
  /** None, or 0, where it does not say. */
  readonly columns?: number;
}

const WIDTH = 24; // characters of a full bar
const EVERY = 100; // milliseconds from one drawing to the next

/** One line that is drawn anew as the training goes, and one that stays for each epoch that is done. */
export function bar(terminal: Terminal): Reporter {
  let drawn = Number.NEGATIVE_INFINITY;
  let pace = 0;
  const line = (text: string, end = "") => terminal.write(`\r\x1b[2K${cutTo(text, terminal.columns || 80)}${end}`);
  return {
    note: (text) => line(text),
    step: (report) => {
      pace = report.stepsPerSecond;
      const now = performance.now();
      if (now - drawn < EVERY) return;
      drawn = now;
      line(progressLine(report));
    },
    epoch: (record, { epochs }) => {
      const took = `${clock(record.seconds)}${pace > 0 ? `, ${speed(pace)}` : ""}`;
      line(`epoch ${record.epoch + 1}/${epochs}  ${measures(record, "  ")}  (${took})`, "\n");
      drawn = Number.NEGATIVE_INFINITY;
    },
    end: ({ stopped }) => line(stopped === undefined ? "" : `stopped: ${stopped}`, stopped === undefined ? "" : "\n"),
  };
}

/** `epoch 3/10 ━━━━━━━─────────  123/367  loss 0.2312  412 steps/s  0:12 left` */
export function progressLine({ epoch, epochs, batch, stepsPerEpoch, ...report }: StepReport): string {
  const full = Math.round((WIDTH * batch) / stepsPerEpoch);
  const drawing = "━".repeat(full) + "─".repeat(WIDTH - full);
  const steps = `${String(batch).padStart(String(stepsPerEpoch).length)}/${stepsPerEpoch}`;
  const pace = report.stepsPerSecond === 0 ? [] : [speed(report.stepsPerSecond)];
  const left = report.secondsLeft === undefined ? [] : [`${clock(report.secondsLeft)} left`];
  return [`epoch ${epoch + 1}/${epochs} ${drawing}`, steps, measures(recordOf(report.loss)), ...pace, ...left].join(
    "  ",
  );
}

const recordOf = (loss: number) => ({ epoch: 0, loss, learningRate: 0, seconds: 0 });

/** A line that is longer than the terminal is wide would be left standing when the next is drawn. */
const cutTo = (text: string, columns: number) => (text.length < columns ? text : `${text.slice(0, columns - 2)}…`);
