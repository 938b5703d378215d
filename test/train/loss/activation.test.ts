// A cross-entropy of logits that gets the outputs of a softmax or sigmoid: one warning, as Keras gives it.
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { binaryCrossEntropy, crossEntropy, crossEntropyWith, fit, modelOf, squaredError } from "../../../src/train";
import { labels, numbers, quick, warnings } from "../support";

beforeAll(() => tf.ready());

type Last = (scores: tf.Tensor) => tf.Tensor;
const model = (last: Last, outputSize = 3) => {
  const layer = new Dense({ inputSize: 2, outputSize, seed: 1 });
  return modelOf({ layer }, (x: tf.Tensor2D) => last(layer.call(x)));
};
const data = () => ({ x: numbers([16, 2]), y: labels(16, 3) });
const yesNo = () => ({ x: numbers([16, 2]), y: { data: new Float32Array(16), shape: [16, 1] } });

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());

  there("a last softmax before crossEntropy is told once, also behind a reshape and with smoothing", async () => {
    const lasts: [Last, typeof crossEntropy | ReturnType<typeof crossEntropyWith>][] = [
      [tf.softmax, crossEntropy],
      [(scores) => tf.reshape(tf.softmax(scores), scores.shape), crossEntropyWith({ labelSmoothing: 0.1 })],
    ];
    for (const [last, loss] of lasts) {
      const lines = warnings();
      await fit(model(last), data(), quick({ loss, compiled, epochs: 2 }));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(
        /^unroll: fit: crossEntropy takes logits and applies the softmax itself, but the model's output is that of a softmax\./,
      );
    }
  });

  there("a last sigmoid before binaryCrossEntropy is told, by the output's name", async () => {
    const lines = warnings();
    const layer = new Dense({ inputSize: 2, outputSize: 1, seed: 1 });
    const named = modelOf({ layer }, (x: tf.Tensor2D) => ({ isLate: tf.sigmoid(layer.call(x)) }));
    const { x, y } = yesNo();
    await fit(named, { x, y: { isLate: y } }, quick({ loss: { isLate: binaryCrossEntropy }, compiled }));
    expect(lines).toEqual([expect.stringContaining("the model's output isLate is that of a sigmoid. Leave the last")]);
  });

  there("no warning for logits, for what is computed from probabilities, and for other losses", async () => {
    const lines = warnings();
    await fit(
      model((scores) => scores),
      data(),
      quick({ compiled }),
    );
    await fit(model(tf.logSoftmax as Last), data(), quick({ compiled }));
    await fit(
      model((scores) => tf.log(tf.softmax(scores))),
      data(),
      quick({ compiled }),
    ); // log-probabilities are logits
    await fit(model(tf.sigmoid, 1), yesNo(), quick({ loss: squaredError, compiled }));
    expect(lines).toEqual([]);
  });
});
