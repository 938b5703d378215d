// What counts, and how much, is one number: for all ranks, lengths, masks, ignored labels, weights, batch sizes and
// shards, eagerly and compiled.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { numericArray, Random } from "../../../src/data";
import { GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  accuracy,
  confusionMatrix,
  crossEntropy,
  evaluate,
  fit,
  type Model,
  meanAbsoluteError,
  overAll,
  squaredError,
  type TrainingData,
  topKAccuracy,
} from "../../../src/train";
import { quick } from "../support";

beforeAll(() => tf.ready());

const CLASSES = 3;
const IGNORED = -1;
const still = () => new GradientDescentOptimizer({ learningRate: 0 });
const mirror = (): Model => {
  const zero = tf.variable(tf.scalar(0));
  return { variables: [zero], call: (x: tf.Tensor, _training, _lengths) => tf.add(x, zero) };
};

/** One term: of an example i, a time step t and an element k. */
interface Term {
  readonly i: number;
  readonly t: number;
  readonly outputs: readonly number[];
  readonly y: number;
  readonly isLive: boolean;
  readonly weight: number;
}

const perWhat = fc.constantFrom("none", "example", "step");
const shapes = fc.record({
  lengths: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }),
  time: fc.constantFrom("none", "dense", "lengths", "ragged"),
  features: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
  isClasses: fc.boolean(),
  mask: perWhat,
  weights: perWhat,
  ignores: fc.boolean(),
  seed: fc.nat(1000),
});
type Shape = typeof shapes extends fc.Arbitrary<infer S> ? S : never;
/** Scores [2, 1, classes], and labels [2, 1]. */
const ONE_STEP: Shape = {
  ...{ lengths: [1, 1], time: "dense", features: [], isClasses: true, mask: "none", weights: "none" },
  ...{ ignores: false, seed: 0 },
};

/** Data of a shape, and its terms. What does not count is NaN in y where it may be, else a label of no class. */
function made({ time, isClasses, ignores, seed, ...shape }: Shape) {
  const random = new Random(seed);
  const hasTime = time !== "none";
  const nSteps = hasTime ? Math.max(1, ...shape.lengths) : 1;
  const lengths = shape.lengths.map((length) => (time === "dense" || !hasTime ? nSteps : length));
  const features = isClasses ? [] : shape.features;
  const size = features.reduce((product, each) => product * each, 1);
  const numbersOf = (what: string, of: () => number): number[][] =>
    lengths.map(() => {
      const first = of();
      return Array.from({ length: nSteps }, () => (what === "none" ? 1 : what === "step" ? of() : first));
    });
  const mask = numbersOf(shape.mask, () => (random.integer(3) > 0 ? 1 : 0));
  const weights = numbersOf(shape.weights, () => random.integer(4) / 2);
  const terms = lengths.flatMap((length, i) =>
    Array.from({ length: nSteps * size }, (_, j): Term => {
      const t = Math.floor(j / size);
      const label = isClasses ? random.integer(CLASSES) : random.uniform(-2, 2);
      const isIgnored = isClasses && ignores && random.integer(3) === 0;
      const isOut = t >= length || mask[i]?.[t] === 0;
      return {
        ...{ i, t, weight: weights[i]?.[t] as number, isLive: !isOut && !isIgnored },
        outputs: Array.from({ length: isClasses ? CLASSES : 1 }, () => Math.fround(random.uniform(-2, 2))),
        y: isIgnored ? IGNORED : isOut ? (isClasses ? 7 : Number.NaN) : Math.fround(label),
      };
    }),
  );
  const of = (values: readonly number[], axes: readonly number[], Kind: typeof Float32Array | typeof Int32Array) => {
    const rows = lengths.map((_, i) =>
      values.slice((i * values.length) / lengths.length, ((i + 1) * values.length) / lengths.length),
    );
    const perStep = (rows[0] as number[]).length / nSteps;
    const first = hasTime ? [lengths.length, nSteps] : [lengths.length];
    if (time !== "ragged") return numericArray(Kind.from(values), [...first, ...axes]);
    return rows.map((row, i) =>
      numericArray(Kind.from(row.slice(0, (lengths[i] as number) * perStep)), [lengths[i] as number, ...axes]),
    );
  };
  const counts = (what: string, values: number[][], Kind: typeof Float32Array | typeof Int32Array) =>
    what === "step" && hasTime
      ? of(values.flat(), [], Kind)
      : numericArray(Kind.from(values.map(([first]) => first as number)), [values.length]);
  const ints = numericArray(Int32Array.from(lengths), [lengths.length]);
  const data: TrainingData = {
    x: of(
      terms.flatMap(({ outputs }) => outputs),
      isClasses ? [CLASSES] : features,
      Float32Array,
    ),
    y: of(
      terms.map(({ y }) => y),
      features,
      isClasses ? Int32Array : Float32Array,
    ),
    ...(time === "lengths" && { lengths: { x: ints, y: ints } }),
    ...(shape.mask !== "none" && { mask: counts(shape.mask, mask, Int32Array) }),
    ...(shape.weights !== "none" && { sampleWeights: counts(shape.weights, weights, Float32Array) }),
    ...(isClasses && ignores && { ignoreLabel: IGNORED }),
  };
  return { data, live: terms.filter(({ isLive }) => isLive) };
}

const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);
const entropy = ({ outputs, y }: Term) => Math.log(sum(outputs.map(Math.exp))) - (outputs[y] as number);
const isRight = ({ outputs, y }: Term) => Number(outputs[y] === Math.max(...outputs));
const error = ({ outputs, y }: Term) => (outputs[0] as number) - y;

/** Σ w·l / number of live terms, and Σ w·m / Σ w of them. */
function expectedOf(live: readonly Term[], isClasses: boolean) {
  const weighed = (of: (term: Term) => number) => sum(live.map((term) => term.weight * of(term)));
  const [lossOf, metricOf] = isClasses
    ? [entropy, isRight]
    : [(term: Term) => error(term) ** 2, (term: Term) => Math.abs(error(term))];
  return { loss: weighed(lossOf) / live.length, metric: weighed(metricOf) / weighed(() => 1) };
}

const near = (got: unknown, expected: number, what: string) => {
  if (Number.isNaN(expected)) expect(got, what).toBeNaN();
  else expect(Math.abs((got as number) - expected), `${what}: ${got}, expected ${expected}`).toBeLessThan(2e-5);
};

describe.each([false, true])("compiled: %s", (compiled) => {
  test.runIf(!compiled || canCompile())(
    "property: loss, metric and confusion matrix are those of the live terms",
    async () => {
      const ways = fc.record({ batchSize: fc.integer({ min: 1, max: 6 }), shards: fc.integer({ min: 1, max: 3 }) });
      await fc.assert(
        fc.asyncProperty(shapes, ways, async (shape, { batchSize, shards }) => {
          const { data, live } = made(shape);
          const expected = expectedOf(live, shape.isClasses);
          const loss = shape.isClasses ? crossEntropy : squaredError;
          const metrics = { metric: shape.isClasses ? accuracy : meanAbsoluteError };
          const isMeasured = shape.isClasses && !Number.isNaN(expected.metric); // it refuses labels that count nothing
          const all = { ...metrics, ...(isMeasured && { all: overAll(topKAccuracy, { k: 1 }) }) };
          const measured = await evaluate(mirror(), data, { loss, metrics: all, batchSize, compiled });
          near(measured.loss, expected.loss, "loss");
          near(measured.metric, expected.metric, "metric");
          if (isMeasured) near(measured.all, expected.metric, "metric of all predictions");
          const options = quick({ loss, optimizer: still(), batchSize, compiled, ...(compiled && { shards }) });
          const { epochs } = await fit(mirror(), data, options);
          if (live.length > 0) near(epochs[0]?.loss, expected.loss, "the epoch's loss");
          if (!shape.isClasses) return;
          const matrix = await confusionMatrix(mirror(), data, { batchSize, compiled });
          const counted = new Array(CLASSES * CLASSES).fill(0);
          for (const { outputs, y } of live) counted[y * CLASSES + outputs.indexOf(Math.max(...outputs))]++;
          expect([...matrix.data]).toEqual(counted);
        }),
        { numRuns: compiled ? 12 : 60, examples: [[ONE_STEP, { batchSize: 2, shards: 1 }]] },
      );
    },
  );
});

const ints = (values: readonly number[], shape = [values.length]) => numericArray(Int32Array.from(values), shape);

test("ignoreLabel of a record is by name, and class weights need no weight for it", async () => {
  const model: Model<{ a: tf.Tensor; b: tf.Tensor }, { a: tf.Tensor; b: tf.Tensor }> = {
    variables: [],
    call: (x) => x,
  };
  const scores = numericArray(new Float32Array(8), [2, 2, 2]);
  const x = { a: scores, b: scores };
  const y = { a: ints([1, 0, -1, 1], [2, 2]), b: ints([1, 9, 0, 1], [2, 2]) };
  const losses = { a: crossEntropy, b: crossEntropy };
  const given = { loss: losses, metrics: { a: { accuracy }, b: { accuracy } } };
  const result = await evaluate(model, { x, y, ignoreLabel: { a: -1, b: 9 } }, given);
  expect(result.a_loss).toBeCloseTo(Math.log(2), 6);
  expect(result).toMatchObject({ a_accuracy: 1, b_accuracy: 1 });
  const zero = tf.variable(tf.scalar(0));
  const trained = { variables: [zero], call: ({ a }: { a: tf.Tensor }) => ({ a: tf.add(a, zero) }) };
  const { epochs } = await fit(
    trained,
    { x: { a: scores }, y: { a: y.a }, ignoreLabel: { a: -1 } },
    {
      ...quick({ loss: { a: crossEntropy }, optimizer: still() }),
      classWeights: { a: { 0: 1, 1: 4 } },
    },
  );
  expect(epochs[0]?.a_loss).toBeCloseTo((Math.log(2) * (4 + 1 + 4)) / 3, 5);
});

test("an ignoreLabel that does not fit is refused", async () => {
  const [x, y] = [numericArray(new Float32Array(4), [2, 2]), ints([0, -1])];
  const refused = (more: object, message: string) =>
    expect(evaluate(mirror(), { x, y, ...more }, { loss: crossEntropy })).rejects.toThrow(message);
  await refused({ ignoreLabel: 0.5 }, "data.ignoreLabel: expected a whole number, got number 0.5");
  await refused({ ignoreLabel: { a: 1 } }, "data.ignoreLabel: expected one array, as y is no record");
  await refused({ ignoreIndex: -1 }, "data.ignoreIndex: expected ignoreLabel");
  await refused({ y: x, ignoreLabel: -1 }, "data.y: expected int32 class numbers, as there is an ignoreLabel");
});
