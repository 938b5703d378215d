import { beforeAll, expect, test } from "vitest";
import * as tf from "../../../src/tf";
import { type FitOptions, fit, ModelCheckpoint, type TrainingRun } from "../../../src/train";
import { bar } from "../../../src/train/progress/bar";
import { lines } from "../../../src/train/progress/lines";
import { adam, classifier, quick, sequences, temporaryFolder } from "../support";

beforeAll(() => tf.ready());

/** 23 examples in batches of 8: 3 steps an epoch. */
const train = (folder: string, epochs: number, progress: FitOptions["progress"], stopAt = Number.POSITIVE_INFINITY) => {
  const stopper = {
    onBatchEnd: (_batch: number, _logs: unknown, run: TrainingRun) =>
      run.step === stopAt ? run.stop("now") : undefined,
  };
  const callbacks = [stopper, new ModelCheckpoint({ folder, every: { steps: 1 } })];
  return fit(classifier(), sequences(), quick({ optimizer: adam(), epochs, progress, resume: folder, callbacks }));
};

test("a resumed fit says where it goes on: epoch, batch, step and folder, counted from 1", async () => {
  const folder = temporaryFolder();
  await train(folder, 3, false, 4); // the first batch of the second epoch is done
  const printed: string[] = [];
  await train(
    folder,
    3,
    lines((line) => printed.push(line)),
  );
  expect(printed[0]).toMatch(/^going on in epoch 2 of 3, batch 2 of 3 \(step 5\), from .*checkpoint-0*4$/);
  expect(printed[0]).toContain(folder);
  expect(printed[1]).toMatch(/^epoch 2\/3: /);
  const again: string[] = [];
  await train(
    folder,
    3,
    lines((line) => again.push(line)),
  );
  expect(again).toEqual([
    expect.stringMatching(/^nothing to train: epoch 3 of 3 is done \(step 9\), from .*checkpoint-0*9$/),
  ]);
});

test("bar(terminal) leaves the line that says where a training goes on, also when another note follows", () => {
  const written: string[] = [];
  const { note, step, end } = bar({ write: (text) => written.push(text), columns: 80 });
  note?.("going on in epoch 2");
  note?.("compiling");
  const report = { epoch: 1, epochs: 3, batch: 1, stepsPerEpoch: 3, initialEpoch: 1, loss: 1, stepsPerSecond: 1 };
  step?.({ ...report, secondsLeft: 1 });
  end?.({ epochs: [], next: { epoch: 3, batch: 0 } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal's own code
  const screen = written.join("").replace(/[^\n]*\r\x1b\[2K/g, "");
  expect(screen.split("\n")[0]).toBe("going on in epoch 2");
  expect(screen).not.toContain("compiling");
  const only: string[] = [];
  const nothing = bar({ write: (text) => only.push(text), columns: 80 });
  nothing.note?.("nothing to train");
  nothing.end?.({ epochs: [], next: { epoch: 3, batch: 0 } });
  expect(only.join("")).toMatch(/nothing to train\n/);
});
