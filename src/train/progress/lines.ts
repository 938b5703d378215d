import type { Reporter } from "./reporter";
import { clock, measures, speed } from "./text";

/** Prints one line for each epoch, for logs and pipes. */
export function lines(print: (line: string) => void = console.log): Reporter {
  let pace = 0;
  return {
    note: (text) => print(text),
    step: (report) => {
      pace = report.stepsPerSecond;
    },
    epoch: (record, { epochs }) => {
      const took = `${clock(record.seconds)}${pace > 0 ? `, ${speed(pace)}` : ""}`;
      print(`epoch ${record.epoch + 1}/${epochs}: ${measures(record)} (${took})`);
    },
    end: ({ stopped }) => {
      if (stopped !== undefined) print(`stopped: ${stopped}`);
    },
  };
}
