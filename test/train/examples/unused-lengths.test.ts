// A model whose call takes no lengths gets a warning, once, when sequences are padded.
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

test("fit, evaluate and predict warn once for each model", async () => {
  const warned = warnings();
  const { x, y } = ragged();
  const model = deaf();
  await fit(model, { x, y }, quick());
  expect(warned).toEqual([
    expect.stringMatching(/^unroll: fit: the sequences have lengths, but .*sequenceLength \}\)$/),
  ]);
  await evaluate(model, { x, y }, { loss: crossEntropy });
  await predict(model, { x });
  expect(warned).toHaveLength(1);
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
  expect(warned.slice(1).map((line) => line.split(":")[1])).toEqual([" predict", " evaluate"]);
});

test("no warning when nothing is padded: a single sequence, or sequences of one length", async () => {
  const warned = warnings();
  const model = deaf();
  await predict(model, { x: [numbers([3, 2])] });
  await predict(model, { x: [numbers([3, 2]), numbers([3, 2])] });
  const lengths = { data: Int32Array.of(4, 4), shape: [2] };
  await evaluate(model, { x: numbers([2, 4, 2]), y: labels(2, 3), lengths }, { loss: crossEntropy });
  expect(warned).toEqual([]);
});

test("fit warns about validation data too", async () => {
  const warned = warnings();
  const model = deaf();
  await fit(model, sequences(), quick({ validationData: ragged() }));
  expect(warned).toHaveLength(1);
});

test("no warning for a model that takes lengths in any form, nor for data without lengths", async () => {
  const warned = warnings();
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
  expect(warned).toEqual([]);
});
