// A model that does not take the lengths that the data have is told of, once.
import { beforeAll, expect, test } from "vitest";
import * as tf from "../../../src/tf";
import { crossEntropy, evaluate, fit, type Model, predict } from "../../../src/train";
import { classifier, labels, numbers, quick, sequences, warnings } from "../support";

beforeAll(() => tf.ready());

const LENGTHS = [3, 1, 4, 2, 5, 6];
const ragged = () => ({ x: LENGTHS.map((length, i) => numbers([length, 2], i)), y: labels(LENGTHS.length, 3) });

const withCall = (call: (model: Model) => Model["call"]): Model => {
  const model = classifier();
  return { ...model, call: call(model) };
};

/** A model that takes no lengths. */
const deaf = () =>
  withCall(
    ({ call }) =>
      (x) =>
        call(x),
  );

test("fit, evaluate and predict say so in one line, once a model", async () => {
  const told = warnings();
  const { x, y } = ragged();
  const model = deaf();
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
  await evaluate(deaf(), padded, { loss: crossEntropy });
  expect(told.slice(1).map((line) => line.split(":")[1])).toEqual([" predict", " evaluate"]);
});

test("nothing is said where nothing is padded: a single sequence, or all of one length", async () => {
  const told = warnings();
  const model = deaf();
  await predict(model, { x: [numbers([3, 2])] });
  await predict(model, { x: [numbers([3, 2]), numbers([3, 2])] });
  const lengths = { data: Int32Array.of(4, 4), shape: [2] };
  await evaluate(model, { x: numbers([2, 4, 2]), y: labels(2, 3), lengths }, { loss: crossEntropy });
  expect(told).toEqual([]);
});

test("it is said of validation data too", async () => {
  const told = warnings();
  const model = deaf();
  await fit(model, sequences(), quick({ validationData: ragged() }));
  expect(told).toHaveLength(1);
});

test("nothing is said of a model that takes them in any way, nor where there are none", async () => {
  const told = warnings();
  const takes: ((model: Model) => Model["call"])[] = [
    ({ call }) => call,
    ({ call }) => (...all) => call(...all), // biome-ignore format: one line each
    ({ call }) =>
      (x, training = undefined, lengths = undefined) =>
        call(x, training, lengths),
    ({ call }) =>
      (x: tf.Tensor, { ...training } = {} as never, lengths?: tf.Tensor1D) =>
        call(x, training, lengths),
  ];
  for (const call of takes) await fit(withCall(call), ragged(), quick());
  await fit(deaf(), sequences(), quick());
  expect(told).toEqual([]);
});
