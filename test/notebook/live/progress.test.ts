import { afterEach, expect, test, vi } from "vitest";
import { notebookProgress } from "../../../src/notebook";
import type { Reporter } from "../../../src/train";
import { endKernel, kernel } from "../kernel";

afterEach(endKernel);

const plan = { epochs: 2, stepsPerEpoch: 500, initialEpoch: 0 };
const step = (batch: number) => ({ ...plan, epoch: 0, batch, loss: 0.5, stepsPerSecond: 123, secondsLeft: 4.4 });
const record = { epoch: 0, loss: 0.5, val_loss: 0.25, learningRate: 0.1, seconds: 1 };

test("it is a reporter for fit", () => {
  const reporter: Reporter = notebookProgress();
  expect(Object.keys(reporter).sort()).toEqual(["end", "epoch", "epochs", "note", "step"]);
});

test("in a notebook one line changes in place, five times a second at most, and a plot is drawn anew with the epochs", () => {
  const write = kernel();
  const progress = notebookProgress({ title: "Mine" });
  progress.note("compiling");
  for (let batch = 1; batch <= 500; batch++) progress.step(step(batch));
  progress.epoch(record, plan);
  progress.epoch({ ...record, epoch: 1 }, plan);
  progress.end({ stopped: "aborted" });
  const texts = write.mock.calls
    .filter(([{ data }]) => Object.keys(data).length === 1)
    .map(([{ data }]) => data["text/plain"]);
  expect(texts.slice(0, 2)).toEqual(["compiling", "epoch 1/2, step 1/500: loss 0.5000, 123 steps/s, 4 s left"]);
  expect(texts.length).toBeLessThan(10);
  expect(texts.at(-1)).toBe("epoch 2/2: loss 0.5000, val_loss 0.2500; stopped: aborted");
  const plots = write.mock.calls.flatMap(([{ data }]) => data["application/vnd.plotly.v1+json"] ?? []);
  expect(plots.at(-1).data.map(({ name, x }: { name: string; x: number[] }) => [name, x])).toEqual([
    ["loss", [1, 2]],
    ["val_loss", [1, 2]],
  ]);
  expect(plots.at(-1).layout.title.text).toBe("Mine");
  expect(progress.epochs).toHaveLength(2);
  expect(new Set(write.mock.calls.map(([{ transient }]) => transient.display_id)).size).toBe(2);
});

test("the note that says where a resumed training goes on stays above the line", () => {
  const write = kernel();
  const progress = notebookProgress();
  progress.note("going on in epoch 3 of 10");
  progress.note("compiling");
  progress.step(step(1));
  progress.end({ stopped: "interrupted" });
  const texts = write.mock.calls.map(([{ data }]) => data["text/plain"]);
  expect(texts.slice(0, 2)).toEqual(["going on in epoch 3 of 10", "going on in epoch 3 of 10\ncompiling"]);
  expect(texts[2]).toMatch(/^going on in epoch 3 of 10\nepoch 1\/2, step 1\/500: /);
  expect(texts.at(-1)).toBe("going on in epoch 3 of 10\nstopped: interrupted");
});

test("epochs shorter than a glance are drawn together, and none is missing at the end", () => {
  const write = kernel();
  const progress = notebookProgress();
  const many = { ...plan, epochs: 200 };
  for (let epoch = 0; epoch < 150; epoch++) progress.epoch({ ...record, epoch }, many);
  expect(write.mock.calls.length).toBeLessThan(10); // tslab's socket throws where it is busy
  progress.end({ stopped: "EarlyStopping" });
  const texts = write.mock.calls.map(([{ data }]) => data["text/plain"]);
  expect(texts).toContain("epoch 150/200: loss 0.5000, val_loss 0.2500; stopped: EarlyStopping");
  expect(write.mock.lastCall?.[0].data["application/vnd.plotly.v1+json"].data[0].x).toHaveLength(150);
});

test("outside a notebook it prints a line an epoch", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const progress = notebookProgress();
  for (let batch = 1; batch <= 5; batch++) progress.step(step(batch));
  progress.epoch(record, plan);
  progress.end({});
  expect(log.mock.calls).toEqual([["epoch 1/2: loss 0.5000, val_loss 0.2500"]]);
});
