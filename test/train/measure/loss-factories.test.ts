import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { type NumericArray, numericArray } from "../../../src/data";
import { Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { countedTerms, sumAndCount } from "../../../src/train/loss/terms";
import { expectClose } from "../../support";
import { adam, classifier, quick, sequences } from "../support";

beforeAll(() => tf.ready());

const floats = (values: number[], shape: number[]): NumericArray => numericArray(Float32Array.from(values), shape);
const ints = (values: number[]): NumericArray<Int32Array> => numericArray(Int32Array.from(values), [values.length]);

/** A model whose outputs are its inputs. */
function mirror(): train.Model {
  const zero = tf.variable(tf.scalar(0));
  return { variables: [zero], call: (x: tf.Tensor) => tf.add(x, zero) };
}

describe.each([false, true])("compiled: %s", (compiled) => {
  const lossOf = async (loss: train.TermsOf, x: NumericArray, y: NumericArray) =>
    (await train.evaluate(mirror(), { x, y }, { loss, compiled, batchSize: 2 })).loss;

  test.runIf(!compiled || canCompile())("huberError and quantileError are means over all elements", async () => {
    const [x, y] = [floats([0, 0, 0], [3, 1]), floats([0.5, -3, 1], [3, 1])];
    expect(await lossOf(train.huberError(), x, y)).toBeCloseTo((0.125 + 2.5 + 0.5) / 3, 6);
    expect(await lossOf(train.huberError({ delta: 2 }), x, y)).toBeCloseTo((0.125 + 4 + 0.5) / 3, 6);
    expect(await lossOf(train.quantileError(0.9), x, y)).toBeCloseTo((0.45 + 0.3 + 0.9) / 3, 6);
  });

  test.runIf(!compiled || canCompile())(
    "crossEntropyWith({ labelSmoothing }) smooths class numbers and rows",
    async () => {
      const x = floats([0, 1, 2, 0, 0, 5], [2, 3]);
      const logZ = [Math.log(1 + Math.E + Math.exp(2)), Math.log(2 + Math.exp(5))];
      const mean = [1, 5 / 3]; // of each example's logits
      const terms = [2, 0].map((logit, i) => (logZ[i] as number) - 0.9 * logit - 0.1 * (mean[i] as number));
      const loss = train.crossEntropyWith({ labelSmoothing: 0.1 });
      const expected = ((terms[0] as number) + (terms[1] as number)) / 2;
      expect(await lossOf(loss, x, ints([2, 0]))).toBeCloseTo(expected, 5);
      expect(await lossOf(loss, x, floats([0, 0, 1, 1, 0, 0], [2, 3]))).toBeCloseTo(expected, 5);
    },
  );

  test.runIf(!compiled || canCompile())("binaryCrossEntropyWith({ posWeight }) weighs each output's ones", async () => {
    const [x, y] = [floats([0, 0, 0, 0], [2, 2]), floats([1, 0, 1, 1], [2, 2])];
    const loss = train.binaryCrossEntropyWith({ posWeight: [2, 5] });
    expect(await lossOf(loss, x, y)).toBeCloseTo(((2 + 1 + 2 + 5) / 4) * Math.log(2), 6);
    const even = train.binaryCrossEntropyWith({ labelSmoothing: 1 });
    expect(await lossOf(even, floats([3], [1, 1]), floats([1], [1, 1]))).toBeCloseTo(Math.log(2 * Math.cosh(1.5)), 5);
  });
});

test("past the end of a sequence huberError and crossEntropyWith count nothing, NaN and wrong labels included", () => {
  tf.tidy(() => {
    const lengths = tf.tensor1d([1], "int32");
    const counting = { examples: 1, isPartial: true };
    const valuesOf = (terms: train.Terms) => {
      const { sum, count } = sumAndCount(countedTerms("test", "loss", terms, counting), 1);
      return [sum.dataSync()[0], count.dataSync()[0]];
    };
    const [outputs, y] = [tf.tensor3d([[[3], [0]]]), tf.tensor3d([[[1], [Number.NaN]]])];
    expect(valuesOf(train.huberError()(outputs, y, lengths))).toEqual([1.5, 1]);
    const labels = tf.tensor2d([[1, -1]], [1, 2], "int32");
    const [sum, count] = valuesOf(
      train.crossEntropyWith({ labelSmoothing: 0.5 })(tf.zeros([1, 2, 2]), labels, lengths),
    );
    expect([sum, count]).toEqual([Math.fround(Math.log(2)), 1]);
  });
});

test.runIf(canCompile())("fit with smoothed labels gives the same losses eager, compiled and in shards", async () => {
  const runs = [{ compiled: false }, { compiled: true, shards: 1 }, { compiled: true, shards: 4 }];
  const losses: number[][] = [];
  for (const options of runs) {
    const loss = train.crossEntropyWith({ labelSmoothing: 0.2 });
    const { epochs } = await train.fit(
      classifier(),
      sequences(24),
      quick({ ...options, loss, optimizer: adam(), epochs: 2 }),
    );
    losses.push(epochs.map((epoch) => epoch.loss as number));
  }
  const [eager, ...others] = losses as [number[], ...number[][]];
  for (const each of others) expectClose(each, eager, 1e-5);
});

test("wrong options and a y of another shape are refused by name", () => {
  expect(() => train.binaryCrossEntropyWith({ labelSmoothing: 0.1, posWeight: 2 })).toThrow(
    /posWeight or labelSmoothing/,
  );
  expect(() => train.binaryCrossEntropyWith({ posWeigth: 2 } as object)).toThrow(/also posWeigth/);
  tf.tidy(() => {
    const column = tf.zeros([2, 1]);
    expect(() => train.huberError({ delta: -1 })(column, column)).toThrow(/delta: expected a number above 0/);
    expect(() => train.quantileError(0)(column, column)).toThrow(/quantile: expected a number above 0 and below 1/);
    expect(() => train.huberError()(column, tf.zeros([2]))).toThrow(/huberError: y: expected the outputs' shape/);
    expect(() => train.binaryCrossEntropy(column, tf.zeros([2]))).toThrow(/numericArray\(labels, \[examples, 1\]\)/);
  });
});

test("one score for each label is refused where classes are compared: its softmax is 1, whatever the label", () => {
  tf.tidy(() => {
    const column = tf.zeros([2, 1]);
    for (const y of [column, tf.zeros([2], "int32")]) {
      expect(() => train.crossEntropy(column, y)).toThrow(/two or more classes; binaryCrossEntropy takes one logit/);
      expect(() => train.accuracy(column, y)).toThrow(/two or more classes; binaryAccuracy takes one logit/);
    }
  });
});

test("a loss or metric of one output names the form by output, when it gets a record", async () => {
  const head = new Dense({ inputSize: 1, outputSize: 2 });
  const x = numericArray(new Float32Array(2), [2, 1]);
  const model = train.modelOf({ head }, (input: tf.Tensor2D) => ({ kind: head.call(input) }));
  const data = { x, y: { kind: numericArray(new Int32Array(2), [2]) } };
  const { accuracy } = train;
  await expect(train.evaluate(model, data, { metrics: { kind: accuracy } })).rejects.toThrow(
    /metrics: { kind: { … } }/,
  );
});

test.each(
  Object.entries({
    huberError: train.huberError,
    quantileError: train.quantileError,
    crossEntropyWith: train.crossEntropyWith,
    binaryCrossEntropyWith: train.binaryCrossEntropyWith,
  }),
)("%s itself in place of the loss that it makes is refused with what to write", async (name, maker) => {
  const options = quick({ loss: maker as never, compiled: false });
  await expect(train.fit(classifier(), sequences(), options)).rejects.toThrow(
    `${name}: loss: expected a loss, which ${name} makes: loss: ${name}(`,
  );
});
