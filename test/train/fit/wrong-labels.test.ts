// A label outside the classes gives the same error compiled and eager: it names the example and the label.
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { ArgumentError, Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  crossEntropy,
  evaluate,
  fit,
  type Model,
  modelOf,
  NotFiniteError,
  perplexity,
  TerminateOnNaN,
} from "../../../src/train";
import { dense, expectNoTensors, labels, numbers, quick, weightsOf } from "../support";

beforeAll(() => tf.ready());

/** 16 examples; example 9 has the label 7. */
const wrong = () => {
  const data = { x: numbers([16, 2]), y: labels(16, 3) };
  data.y.data[9] = 7;
  return data;
};
const right = () => ({ x: numbers([16, 2]), y: labels(16, 3) });
const error = (where: string, argument: string, classes = "0 to 2") =>
  new ArgumentError(where, argument, `a class number, ${classes}`, "7").message;

const assertNever = (_: unknown): never => {
  throw new Error("called without a training");
};

/** A model with scores at each time step. */
function overTime(): Model {
  const layer = new Dense({ inputSize: 2, outputSize: 3, seed: 1 });
  return modelOf({ layer }, (x: tf.Tensor3D, _training, _lengths) => layer.call(x));
}

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());

  there("in training: the step changes no weight, and onNotFinite is not called", async () => {
    const model = dense();
    const before = weightsOf(model);
    const callbacks = [new TerminateOnNaN()];
    for (const shuffle of [false, true]) {
      const options = quick({ compiled, shuffle, batchSize: 16, callbacks });
      await expect(fit(model, wrong(), options)).rejects.toThrow(error("fit", "data.y[9]"));
      expect(weightsOf(model)).toEqual(before);
    }
    const afterGood = quick({ compiled, shuffle: false, batchSize: 4, callbacks });
    await expect(fit(model, wrong(), afterGood)).rejects.toThrow(error("fit", "data.y[9]"));
    await expectNoTensors(async () => void (await fit(model, wrong(), quick({ compiled })).catch(() => undefined)));
  });

  there(
    "a loss that is NaN for another reason is a NotFiniteError, whatever the model does with its training",
    async () => {
      const { variables, call } = dense();
      const model = modelOf({ all: { variables } }, (x: tf.Tensor2D, training) => {
        const scores = call(x) as tf.Tensor2D;
        return training === undefined ? assertNever(scores) : scores;
      });
      const loss = (outputs: tf.Tensor, y: tf.Tensor) => tf.mul(crossEntropy(outputs, y) as tf.Tensor, Number.NaN);
      const trained = fit(model, right(), quick({ compiled, loss: loss as never }));
      await expect(trained).rejects.toBeInstanceOf(NotFiniteError);
    },
  );

  there("in validation, also in a later batch, and in evaluate", async () => {
    const options = quick({ compiled, validationData: wrong(), measuringBatchSize: 4 });
    await expect(fit(dense(), right(), options)).rejects.toThrow(error("fit", "validationData.y[9]"));
    const measures = { loss: crossEntropy, compiled, batchSize: 4 };
    await expect(evaluate(dense(), wrong(), measures)).rejects.toThrow(error("evaluate", "data.y[9]"));
    const metrics = { metrics: { perplexity }, compiled };
    await expect(evaluate(dense(), wrong(), metrics)).rejects.toThrow(error("evaluate", "data.y[9]"));
    const streamed = { batches: 2, batch: async (i: number) => (i === 0 ? right() : wrong()) };
    await expect(evaluate(dense(), streamed, { loss: crossEntropy, compiled })).rejects.toThrow("data.batch(1).y[9]");
  });

  there("over time: the error names the time step too; labels past a sequence's end are ignored", async () => {
    const y = { data: Int32Array.of(0, 1, 2, 0, 7, -1), shape: [2, 3] };
    const lengths = { data: Int32Array.of(3, 2), shape: [2] };
    const data = { x: numbers([2, 3, 2]), y, lengths: { x: lengths, y: lengths } };
    const measures = { loss: crossEntropy, compiled };
    await expect(evaluate(overTime(), data, measures)).rejects.toThrow(error("evaluate", "data.y[1][1]"));
    y.data[4] = 1;
    expect((await evaluate(overTime(), data, measures)).loss).toBeGreaterThan(0);
  });

  there("a loss that is NaN for another reason stays NaN", async () => {
    const data = right();
    data.x.data[0] = Number.NaN;
    expect(await evaluate(dense(), data, { loss: crossEntropy, compiled })).toEqual({ loss: Number.NaN });
  });
});
