// A model that does not take the lengths that the data have is told of, once.
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import * as tf from "../../src/tf";
import { crossEntropy, evaluate, fit, type Model, predict } from "../../src/train";
import { classifier, labels, numbers, quick, sequences } from "./support";

beforeAll(() => tf.ready());

const ragged = () => ({ x: [3, 1, 4].map((length, i) => numbers([length, 2], i)), y: labels(3, 3) });

function warnings(): readonly string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(console, "warn").mockImplementation((line: string) => void lines.push(line));
  onTestFinished(() => spy.mockRestore());
  return lines;
}

const withCall = (call: (model: Model) => Model["call"]): Model => {
  const model = classifier();
  return { ...model, call: call(model) };
};

test("fit, evaluate and predict say so in one line, once a model", async () => {
  const told = warnings();
  const { x, y } = ragged();
  const model = withCall(
    ({ call }) =>
      (x) =>
        call(x),
  );
  await fit(model, { x, y }, quick());
  expect(told).toEqual([expect.stringMatching(/^unroll: fit: the sequences have lengths, but .*sequenceLength \}\)$/)]);
  await evaluate(model, { x, y }, { loss: crossEntropy });
  await predict(model, { x });
  expect(told).toHaveLength(1);
  await predict(
    withCall(
      ({ call }) =>
        (x, training) =>
          call(x, training),
    ),
    { x },
  );
  const lengths = { data: Int32Array.of(3, 1), shape: [2] };
  const padded = { x: numbers([2, 4, 2]), y: labels(2, 3), lengths };
  await evaluate(
    withCall(
      ({ call }) =>
        (x) =>
          call(x),
    ),
    padded,
    { loss: crossEntropy },
  );
  expect(told.slice(1).map((line) => line.split(":")[1])).toEqual([" predict", " evaluate"]);
});

test("nothing is said of a model that takes them in any way, nor where there are none", async () => {
  const told = warnings();
  const takes: ((model: Model) => Model["call"])[] = [
    ({ call }) => call,
    ({ call }) => (...all) => call(...all), // biome-ignore format: one line each
    ({ call }) =>
      (x, training = undefined, lengths = undefined) =>
        call(x, training, lengths),
  ];
  for (const call of takes) await fit(withCall(call), ragged(), quick());
  await fit(
    withCall(
      ({ call }) =>
        (x) =>
          call(x),
    ),
    sequences(),
    quick(),
  );
  expect(told).toEqual([]);
});
