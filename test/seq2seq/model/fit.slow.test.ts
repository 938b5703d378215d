// fit of a model of encoder and decoder: compiled, eager and in shards.
import { beforeAll, expect, test } from "vitest";
import * as tf from "../../../src/tf";
import { type FitOptions, fit } from "../../../src/train";
import { numbersOf, options, sentences, translator } from "./support";

beforeAll(() => tf.ready());

type Schedule = number | ((step: tf.Scalar) => tf.Tensor);

/** The losses of a training. */
async function losses(more: Partial<FitOptions>, scheduledSampling: Schedule): Promise<number[]> {
  const { epochs } = await fit(translator({ scheduledSampling }), sentences().data, options(more));
  return epochs.map(({ loss }) => loss as number);
}

test.each([
  ["teacher forcing", 0, 25],
  ["scheduled sampling", (step: tf.Scalar) => tf.minimum(0.9, tf.div(step.toFloat(), 10)), 2],
] as const)("%s: compiled ≡ eager, and shards change nothing up to rounding", async (_, schedule, epochs) => {
  const first = await losses({ epochs, shards: 1 }, schedule);
  for (const more of [{ compiled: false }, { shards: 2 }]) {
    (await losses({ epochs, ...more }, schedule)).forEach((loss, i) => {
      expect(loss).toBeCloseTo(first[i] as number, 4);
    });
  }
});

test("scheduledSampling compiled: 0 is teacher forcing bit for bit, a schedule that is 0 is so up to rounding", async () => {
  const run = async (scheduledSampling?: Schedule) => {
    const model = translator({ keep: 0.7, ...(scheduledSampling === undefined ? {} : { scheduledSampling }) });
    const { epochs } = await fit(model, sentences().data, options());
    return [...epochs.map(({ loss }) => loss as number), ...numbersOf(model).flat()];
  };
  const forced = await run();
  expect(await run(0)).toEqual(forced);
  (await run((step) => tf.mul(step.toFloat(), 0))).forEach((value, i) => {
    expect(value).toBeCloseTo(forced[i] as number, 5);
  });
});
