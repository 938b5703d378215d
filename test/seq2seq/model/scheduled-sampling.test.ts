import { beforeAll, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { LSTMCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { type FitOptions, fit } from "../../../src/train";
import { BEGIN, batch, numbersOf, options, sentences, translator } from "./support";

beforeAll(() => tf.ready());

type Schedule = number | ((step: tf.Scalar) => tf.Tensor);

test("scheduledSampling: 0 is teacher forcing bit for bit, and so is a schedule that is 0, eagerly", async () => {
  const { data } = sentences();
  const run = async (scheduledSampling?: Schedule) => {
    const model = translator({ keep: 0.7, ...(scheduledSampling === undefined ? {} : { scheduledSampling }) });
    const { epochs } = await fit(model, data, options({ compiled: false }));
    return [...epochs.map(({ loss }) => loss as number), ...numbersOf(model).flat()];
  };
  const forced = await run();
  expect(await run(0)).toEqual(forced);
  expect(await run((step) => tf.mul(step.toFloat(), 0))).toEqual(forced);
});

test("scheduled sampling depends on the training's seed and step alone: eager ≡ compiled", async () => {
  const { data } = sentences();
  const run = async (more: Partial<FitOptions>) => {
    const model = translator({ scheduledSampling: (step) => tf.minimum(0.9, tf.div(step.toFloat(), 10)) });
    return (await fit(model, data, options(more))).epochs.map(({ loss }) => loss as number);
  };
  const first = await run({});
  (await run({ compiled: false })).forEach((loss, i) => {
    expect(loss).toBeCloseTo(first[i] as number, 4);
  });
  expect(first[1]).not.toBeCloseTo((await run({ seed: 4, compiled: false }))[1] as number, 3);
});

test("scheduledSampling: 1 reads the decoder's own tokens, drawn from its distribution; the first stays the begin token", () => {
  const seen: tf.Tensor2D[] = [];
  const model = translator({ scheduledSampling: 1 });
  const watched = { ...model.embedding, vocabularySize: 11, call: model.embedding.call.bind(model.embedding) };
  const spy = translator({
    scheduledSampling: 1,
    embedding: {
      ...watched,
      call: (ids) => {
        if (ids.rank === 2) seen.push(tf.keep(tf.clone(ids)) as tf.Tensor as tf.Tensor2D);
        return watched.call(ids);
      },
    },
  });
  const rows = 400;
  const source = tf.tile(tf.tensor2d([3, 4, 5], [1, 3], "int32"), [rows, 1]) as tf.Tensor2D;
  const target = tf.tile(tf.tensor2d([BEGIN, 7, 8], [1, 3], "int32"), [rows, 1]) as tf.Tensor2D;
  spy.call({ source, target }, { seed: 5, step: 0 });
  const read = seen.at(-1)?.arraySync() as number[][];
  expect(new Set(read.map(([first]) => first))).toEqual(new Set([BEGIN]));
  const { cell, state } = spy.decoder(spy.encode(source));
  const [output] = cell.call(watched.call(tf.tensor1d(new Int32Array(rows).fill(BEGIN), "int32")), state);
  const probabilities = (tf.softmax(spy.head.call(output)).arraySync() as number[][])[0] as number[];
  probabilities.forEach((p, id) => {
    const share = read.filter((each) => each[1] === id).length / rows;
    expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / rows) + 1e-9); // 4 standard errors
  });
});

test("without training, and in evaluate, nothing is drawn", () => {
  const [plain, sampling] = [translator(), translator({ scheduledSampling: 1 })];
  expect(sampling.call(batch()).dataSync()).toEqual(plain.call(batch()).dataSync());
});

test("the parts of the encoder's state may stand in any order", () => {
  const cell = new LSTMCell({ inputSize: 5, numUnits: 8, seed: 1 });
  const [c, h] = [3, 4].map((seed) => tf.randomUniform<tf.Rank.R2>([40, 8], -2, 2, "float32", seed));
  const ids = tf.fill([40, 6], BEGIN, "int32") as tf.Tensor2D;
  const [right, turned] = [
    { c, h },
    { h, c },
  ].map((state) => {
    const model = translator({ scheduledSampling: 1, cell, encode: () => ({ state }) as never });
    return [...model.call({ source: ids, target: ids }, { seed: 1, step: 0 }).dataSync()];
  });
  expect(turned).toEqual(right);
});

test("a schedule that returns no probability is refused: at once, at a step, and as a loss that is NaN in a compiled one", async () => {
  const refusal = "seq2seqModelOf: scheduledSampling: expected a probability from 0 to 1 at each step, got";
  for (const wrong of [Number.NaN, 2, -0.5]) {
    expect(() => translator({ scheduledSampling: () => tf.scalar(wrong) })).toThrow(`${refusal} ${wrong} at step 0`);
  }
  const { data } = sentences();
  for (const wrong of [Number.NaN, 2]) {
    const schedule = (step: tf.Scalar) => tf.where(tf.less(step, 3), tf.scalar(0.5), tf.scalar(wrong));
    const train = (more: Partial<FitOptions>) => fit(translator({ scheduledSampling: schedule }), data, options(more));
    await expect(train({ compiled: false })).rejects.toThrow(`${refusal} ${wrong} at step 3`);
    if (canCompile()) await expect(train({})).rejects.toThrow("fit: the loss is NaN at step 4");
  }
});
