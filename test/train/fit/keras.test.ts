// fit with sample weights, class weights, masks and loss weights gives Keras's numbers: golden/fit/make_fit.py made them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { numericArray } from "../../../src/data";
import { BasicRNNCell, Dense, dynamicRnn, GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { absoluteError, accuracy, crossEntropy, fit, type Model, modelOf, squaredError } from "../../../src/train";
import { quick } from "../support";

beforeAll(() => tf.ready());

// biome-ignore lint/suspicious/noExplicitAny: of any inputs and outputs
type AnyModel = Model<any, any>;
type Nested = number | readonly Nested[];
type Arrays = Readonly<Record<string, Nested>>;

interface KerasData {
  readonly x: Nested;
  readonly y: Arrays;
  readonly sample_weights: Arrays;
  readonly lengths?: readonly number[];
  readonly mask?: Nested;
}

interface KerasCase {
  readonly train: KerasData;
  readonly validation: KerasData;
  readonly class_weights: Readonly<Record<string, number>> | null;
  readonly loss_weights: Readonly<Record<string, number>> | null;
  readonly start: Arrays;
  readonly end: Arrays;
  readonly history: Readonly<Record<string, readonly number[]>>;
}

const FILE = join(__dirname, "../../golden/fit/fit.json");
const golden = JSON.parse(readFileSync(FILE, "utf8"));
const cases = Object.entries(golden.cases as Readonly<Record<string, KerasCase>>);

const flat = (values: Nested): number[] => (typeof values === "number" ? [values] : values.flatMap(flat));
const shapeOf = (values: Nested): number[] =>
  typeof values === "number" ? [] : [values.length, ...shapeOf(values[0] as Nested)];
const floats = (values: Nested) => numericArray(Float32Array.from(flat(values)), shapeOf(values));
const ints = (values: Nested) => numericArray(Int32Array.from(flat(values)), shapeOf(values));
const each = <T, R>(record: Readonly<Record<string, T>>, of: (value: T, name: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value, name)]));

/** A case's data. A single output is no record. */
function dataOf({ x, y, sample_weights: weights, lengths, mask }: KerasData) {
  const single = <T>(record: Record<string, T>) => (Object.keys(y).length === 1 ? (record.a as T) : record);
  return {
    x: floats(x),
    y: single(
      each<Nested, ReturnType<typeof floats> | ReturnType<typeof ints>>(y, (v, k) => (k === "a" ? ints : floats)(v)),
    ),
    ...(Object.keys(weights).length > 0 && { sampleWeights: single(each(weights, floats)) }),
    ...(lengths && { lengths: { x: ints(lengths), y: ints(lengths) } }),
    ...(mask !== undefined && { mask: ints(mask) }),
  };
}

/** The case's model, its weights set to Keras's, and a function that reads them by Keras's names. */
function modelFrom(start: Arrays): {
  readonly model: AnyModel;
  readonly weights: Readonly<Record<string, tf.Variable>>;
} {
  const sizes = (name: string) => shapeOf(start[name] as Nested) as [number, number];
  const dense = (name: string) => {
    const [inputSize, outputSize] = sizes(`${name}/kernel`);
    const layer = new Dense({ inputSize, outputSize, seed: 1 });
    set(layer.kernel, start[`${name}/kernel`] as Nested);
    set(layer.bias as tf.Variable, start[`${name}/bias`] as Nested);
    return layer;
  };
  const ofDense = (name: string, { kernel, bias }: Dense) => ({ [`${name}/kernel`]: kernel, [`${name}/bias`]: bias });
  const a = dense("a");
  const scope = "rnn/simple_rnn_cell";
  const kernels = [`${scope}/kernel`, `${scope}/recurrent_kernel`] as const;
  if (`${scope}/bias` in start) {
    const [inputSize, numUnits] = sizes(kernels[0]);
    const cell = new BasicRNNCell({ inputSize, numUnits, seed: 1 });
    set(
      cell.kernel,
      kernels.flatMap((name) => start[name] as Nested[]),
    );
    set(cell.bias, start[`${scope}/bias`] as Nested);
    const model = modelOf({ cell, a }, (x: tf.Tensor3D, training, sequenceLength) =>
      a.call(dynamicRnn(cell, x, { training, sequenceLength })[0]),
    );
    return { model, weights: { ...ofDense("a", a), kernels: cell.kernel, [`${scope}/bias`]: cell.bias } };
  }
  if (!("b/bias" in start)) {
    return { model: modelOf({ a }, (x: tf.Tensor2D) => a.call(x)), weights: ofDense("a", a) };
  }
  const b = dense("b");
  const model = modelOf({ a, b }, (x: tf.Tensor2D) => ({ a: a.call(x), b: b.call(x) }));
  return { model, weights: { ...ofDense("a", a), ...ofDense("b", b) } };
}

const set = (variable: tf.Variable, values: Nested) =>
  variable.assign(tf.tensor(Float32Array.from(flat(values)), variable.shape));

/** Within 1e-6 of a number, or of 1 where that is more. */
function expectSame(got: number, expected: number, what: string) {
  const apart = Math.abs(got - expected) / Math.max(1, Math.abs(expected));
  expect(apart, `${what}: ${got}, Keras ${expected}`).toBeLessThanOrEqual(1e-6);
}

/** The last batches of one example have one shard. */
describe.each([{ compiled: false }, { compiled: true, shards: 3 }])("%o", (how) => {
  test.runIf(!how.compiled || canCompile()).each(cases)("%s", async (_, given) => {
    const { model, weights } = modelFrom(given.start);
    const isSingle = Object.keys(given.train.y).length === 1;
    const { epochs: records } = await fit(model, dataOf(given.train), {
      ...quick({ ...how, batchSize: golden.batch_size, epochs: golden.epochs, shuffle: false }),
      optimizer: new GradientDescentOptimizer({ learningRate: golden.learning_rate }),
      validationData: dataOf(given.validation),
      trainingMetrics: false,
      ...(isSingle
        ? { loss: crossEntropy, metrics: { accuracy } }
        : {
            loss: { a: crossEntropy, b: squaredError },
            metrics: { a: { accuracy }, b: { mae: absoluteError } },
          }),
      ...(given.loss_weights && { lossWeights: given.loss_weights }),
      ...(given.class_weights && { classWeights: given.class_weights }),
    });
    expect(records).toHaveLength(golden.epochs);
    for (const [name, values] of Object.entries(given.history)) {
      values.forEach((value, epoch) => {
        expectSame((records[epoch] as Record<string, number>)[name] as number, value, `${name} of epoch ${epoch}`);
      });
    }
    const kernels = Object.keys(given.end).filter((name) => name.startsWith("rnn") && name.endsWith("kernel"));
    const expected: Arrays = { ...given.end, kernels: kernels.map((name) => given.end[name] as Nested) };
    for (const [name, variable] of Object.entries(weights)) {
      const values = flat(expected[name] as Nested);
      variable.dataSync().forEach((value, i) => {
        expectSame(value, values[i] as number, `${name}[${i}]`);
      });
    }
  });
});
