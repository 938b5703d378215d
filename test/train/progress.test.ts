import { beforeAll, expect, test, vi } from "vitest";
import * as tf from "../../src/tf";
import { accuracy, fit, type Reporter } from "../../src/train";
import { bar, progressLine } from "../../src/train/progress/bar";
import { lines } from "../../src/train/progress/lines";
import { Pace } from "../../src/train/progress/pace";
import { clock, number } from "../../src/train/progress/text";
import { onNative } from "../compile/support";
import { classifier, quick, sequences } from "./support";

beforeAll(() => tf.ready());

const at = { epoch: 2, epochs: 10, initialEpoch: 0, batch: 92, stepsPerEpoch: 367, loss: 0.23123 };

test("progressLine(report) has epoch, steps, loss, speed, time left", () => {
  expect(progressLine({ ...at, stepsPerSecond: 412.4, secondsLeft: 12 })).toBe(
    "epoch 3/10 ━━━━━━──────────────────   92/367  loss 0.2312  412 steps/s  0:12 left",
  );
  expect(progressLine({ ...at, stepsPerSecond: 0, secondsLeft: undefined })).toMatch(/loss 0\.2312$/);
});

test("bar(terminal) draws at most ten times a second, within the terminal's width, and leaves one line for each epoch", () => {
  const written: string[] = [];
  const reporter = bar({ write: (text) => written.push(text), columns: 30 });
  for (let i = 0; i < 1000; i++) reporter.step?.({ ...at, batch: i % 367, stepsPerSecond: 100, secondsLeft: 1 });
  expect(written.length).toBeLessThan(5);
  const record = { epoch: 2, loss: 0.5, accuracy: 0.25, learningRate: 0.1, seconds: 61 };
  reporter.epoch?.(record, { ...at });
  reporter.end?.({ epochs: [], next: { epoch: 3, batch: 0 } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test looks for the terminal's control codes
  const plain = written.map((text) => text.replace(/\r\x1b\[2K/, ""));
  expect(plain.every((text) => text.trimEnd().length < 30)).toBe(true);
  expect(plain.filter((text) => text.endsWith("\n"))).toEqual(["epoch 3/10  loss 0.5000  acc…\n"]);
});

test("bar(terminal) takes 80 columns when the terminal does not know its width", () => {
  const written: string[] = [];
  bar({ write: (text) => written.push(text), columns: 0 }).note?.("compiling");
  expect(written[0]).toMatch(/compiling$/);
});

test("lines(print) prints one line for each epoch, and why a training stopped", async () => {
  const printed: string[] = [];
  const callbacks = [
    {
      onEpochEnd: (epoch: number, _: unknown, run: { stop(reason: string): void }) =>
        epoch === 1 ? run.stop("enough") : undefined,
    },
  ];
  const options = { epochs: 5, progress: lines((line) => printed.push(line)), metrics: { accuracy }, callbacks };
  await fit(classifier(), sequences(), quick(options));
  expect(printed).toEqual([
    expect.stringMatching(/^epoch 1\/5: loss [\d.]+, accuracy [\d.]+ \(\d+:\d\d, [\d.]+ steps\/s\)$/),
    expect.stringMatching(/^epoch 2\/5: /),
    "stopped: enough",
  ]);
});

test("fit(…, { progress: reporter }) calls begin, step, epoch and end, also after an error", async () => {
  const calls: string[] = [];
  const reporter: Reporter = {
    begin: ({ epochs, stepsPerEpoch }) => calls.push(`begin ${epochs} ${stepsPerEpoch}`),
    step: ({ epoch, batch, loss, stepsPerSecond }) => calls.push(`${epoch}.${batch} ${loss > 0} ${stepsPerSecond > 0}`),
    epoch: ({ epoch }) => calls.push(`epoch ${epoch}`),
    end: ({ epochs }) => calls.push(`end ${epochs.length}`),
  };
  await fit(classifier(), sequences(), quick({ progress: reporter }));
  expect(calls).toEqual(["begin 1 3", "0.1 true false", "0.2 true true", "0.3 true true", "epoch 0", "end 1"]);
  const broken = { onBatchEnd: () => Promise.reject(new Error("no")) };
  await expect(fit(classifier(), sequences(), quick({ progress: reporter, callbacks: [broken] }))).rejects.toThrow(
    "no",
  );
  expect(calls.at(-1)).toBe("end 0");
});

onNative("compiled", () => {
  test("fit announces the long first call, and lets the event loop show the note first", async () => {
    const calls: string[] = [];
    const reporter: Reporter = { note: (text) => calls.push(text), step: () => calls.push("step") };
    setImmediate(() => calls.push("another task"));
    await fit(classifier(), sequences(), quick({ progress: reporter, compiled: true }));
    expect(calls.slice(0, 3)).toEqual(["another task", expect.stringContaining("compiling"), "step"]);
  });
});

test("fit prints lines without a terminal, and nothing with { progress: false }", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const { progress: _, ...rest } = quick();
  const model = classifier();
  await fit(model, sequences(), rest);
  expect(log).toHaveBeenCalledTimes(1);
  await fit(model, sequences(), { ...rest, progress: false });
  expect(log).toHaveBeenCalledTimes(1);
  log.mockRestore();
});

test("Pace measures the steps alone, from the end of the first; the time left includes measurements", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const pace = new Pace();
  vi.advanceTimersByTime(60_000); // compiling
  pace.stepped();
  expect([pace.stepsPerSecond, pace.secondsLeft(10)]).toEqual([0, undefined]);
  for (let i = 0; i < 10; i++) {
    vi.advanceTimersByTime(100);
    pace.stepped();
  }
  vi.advanceTimersByTime(1000);
  pace.paused(1);
  expect(pace.stepsPerSecond).toBeCloseTo(10, 6);
  expect(pace.secondsLeft(10)).toBeCloseTo(2, 6);
  vi.useRealTimers();
});

test("number(value) and clock(seconds) are short", () => {
  expect([0, 12, 0.123456, 12345.6, 0.00001].map(number)).toEqual(["0", "12", "0.1235", "1.23e+4", "1.00e-5"]);
  expect([7, 750, 3723].map(clock)).toEqual(["0:07", "12:30", "1:02:03"]);
});
