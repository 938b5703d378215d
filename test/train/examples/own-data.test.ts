// Data that are not arrays with a shape: the error says how to convert them.
import { beforeAll, expect, test } from "vitest";
import { ArgumentError } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { fit, predict } from "../../../src/train";
import { classifier, labels, numbers, quick } from "../support";

beforeAll(() => tf.ready());

test.each<[string, unknown, unknown, RegExp]>([
  [
    "a tensor",
    tf.zeros([2, 4, 2]),
    labels(2, 3),
    /^fit: data\.x: .*: numericArray\(await it\.data\(\), it\.shape\) of/,
  ],
  [
    "nested lists",
    [[[1, 2]], [[3, 4]]],
    labels(2, 3),
    /^fit: data\.x\[0\]: .*: numericArray\(Float32Array\.from\(it\.flat/,
  ],
  [
    "labels alone",
    numbers([2, 4, 2]),
    Int32Array.of(0, 1),
    /^fit: data\.y: .*: numericArray\(it, \[examples\]\) of.* Int32Array$/,
  ],
  [
    "a list instead of a typed array",
    { data: [1, 2], shape: [2, 1] },
    labels(2, 3),
    /Float32Array\.from\(it\.data\), it\.shape/,
  ],
])("fit refuses %s and says how to convert it", async (_, x, y, message) => {
  const refusal = await fit(classifier(), { x, y } as never, quick()).catch((error) => error);
  expect(refusal).toBeInstanceOf(ArgumentError);
  expect(refusal.message).toMatch(message);
});

test("predict refuses a single example and says how to make a batch of it", async () => {
  const one = numbers([4, 2]);
  const refusal = (data: unknown) => expect(predict(classifier(), data as never)).rejects;
  await refusal({ x: one }).toThrow(
    /^predict: data\.x: .*\{ x: \[it\] \} for a single one.*, got Float32Array of shape \[4,2\] \(dynamicRnn: /,
  );
  await refusal(one).toThrow(
    /^predict: data: expected \{ x \}.*\{ x: \[it\] \} for a single one, got Float32Array of shape/,
  );
  expect((await predict(classifier(), { x: [one] })).shape).toEqual([1, 3]);
});
