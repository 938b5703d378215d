import type { Reporter, StepReport } from "./reporter";
import { clock, measures, speed } from "./text";

/** The part of a terminal's stream that the bar uses. */
export interface Terminal {
  write(text: string): unknown;
  /** undefined, or 0, where the stream does not know its width. */
  readonly columns?: number;
  on?(event: "error", listener: (error: Error) => void): unknown;
  off?(event: "error", listener: (error: Error) => void): unknown;
}

const WIDTH = 24; // characters of a full bar
const LATE = 1000; // milliseconds
const EVERY = 100; // milliseconds from one drawing to the next

/**
 * Draws one line again and again while an epoch is trained, and leaves one line for each epoch that is done. A terminal that
 * cannot be written any more (a full disk, a pipe whose reader has ended) ends the drawing, with a line on stderr, and not the
 * training.
 */
export function bar(terminal: Terminal): Reporter {
  let lastDrawn = Number.NEGATIVE_INFINITY;
  let pace = 0;
  let isBroken = false;
  let noted = false; // a note that another note follows stays in a line of its own
  const fail = (error: NodeJS.ErrnoException) => {
    if (!isBroken) console.warn(`unroll: fit: progress: stdout cannot be written, ${error.code ?? error.message}`);
    isBroken = true;
  };
  const write = (text: string) => {
    if (isBroken) return;
    try {
      terminal.write(text);
    } catch (error) {
      fail(error as Error);
    }
  };
  const line = (text: string, end = "") => write(`\r\x1b[2K${cutTo(text, terminal.columns || 80)}${end}`);
  return {
    begin: () => {
      terminal.on?.("error", fail); // an error event without a listener would end the process
    },
    note: (text) => {
      if (noted) write("\n");
      noted = true;
      line(text);
    },
    step: (report) => {
      noted = false;
      pace = report.stepsPerSecond;
      const now = performance.now();
      if (now - lastDrawn < EVERY) return;
      lastDrawn = now;
      line(progressLine(report));
    },
    epoch: (record, { epochs }) => {
      const took = `${clock(record.seconds)}${pace > 0 ? `, ${speed(pace)}` : ""}`;
      line(`epoch ${record.epoch + 1}/${epochs}  ${measures(record, "  ")}  (${took})`, "\n");
      lastDrawn = Number.NEGATIVE_INFINITY;
    },
    end: ({ stopped }) => {
      if (noted) write("\n"); // no step came after the note
      line(stopped === undefined ? "" : `stopped: ${stopped}`, stopped === undefined ? "" : "\n");
      setTimeout(() => terminal.off?.("error", fail), LATE).unref(); // the error of the last line comes later
    },
  };
}

/** The line of an epoch in progress: `epoch 3/10 ━━━━━━━───────── 123/367 loss 0.2312 412 steps/s 0:12 left`. */
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

/**
 * Shortens a line to the terminal's width: a longer line would wrap, and the next drawing would not erase all of it.
 */
const cutTo = (text: string, columns: number) => (text.length < columns ? text : `${text.slice(0, columns - 2)}…`);
