import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, compile, shared, trainStep } from "../../../../src/compile";
import { numericArray } from "../../../../src/data";
import {
  ArgumentError,
  Embedding,
  firstRows,
  fixedUnigramCandidateSampler,
  GradientDescentOptimizer,
  nceLoss,
  negativeSamplingLoss,
  type SampledLossOptions,
  sampledSoftmaxLoss,
} from "../../../../src/rnn";
import * as tf from "../../../../src/tf";
import { fit, modelOf, type TensorsOf } from "../../../../src/train";
import { expectClose, scopeEachTest } from "../../../support";

beforeAll(() => tf.ready());
scopeEachTest();

interface Case {
  readonly loss: "nceLoss" | "sampledSoftmaxLoss";
  readonly sampler: string;
  readonly numTrue: number;
  readonly removeAccidentalHits: boolean;
  readonly unique: boolean;
  readonly labels: number[][];
  readonly values: { sampledCandidates: number[]; trueExpectedCount: number[][]; sampledExpectedCount: number[] };
  readonly terms: number[];
  readonly gradients: { weights: number[][]; biases: number[]; inputs: number[][] };
}
interface Golden {
  readonly weights: number[][];
  readonly biases: number[];
  readonly inputs: number[][];
  readonly cases: Case[];
}
/** Terms and gradients by TensorFlow 1.x; `make_losses.py` beside the file made them. */
const golden: Golden = JSON.parse(readFileSync(join(__dirname, "../../../golden/sampled/losses.json"), "utf8"));
const LOSSES = { nceLoss, sampledSoftmaxLoss };

/** The tensors of a case. @param rows whether each example gets candidates of its own, here the same ones */
function optionsOf({ labels, values, removeAccidentalHits }: Case, rows = false): SampledLossOptions {
  const perBatch = (list: number[], dtype: "int32" | "float32") =>
    rows ? tf.tensor2d(labels.map(() => list) as number[][], undefined, dtype) : tf.tensor1d(list, dtype);
  return {
    weights: tf.tensor2d(golden.weights),
    biases: tf.tensor1d(golden.biases),
    inputs: tf.tensor2d(golden.inputs),
    labels: tf.tensor2d(labels, undefined, "int32"),
    sampledValues: {
      sampledCandidates: perBatch(values.sampledCandidates, "int32"),
      trueExpectedCount: tf.tensor2d(values.trueExpectedCount),
      sampledExpectedCount: perBatch(values.sampledExpectedCount, "float32"),
    },
    removeAccidentalHits,
  };
}

describe("terms and gradients of all inputs are TensorFlow 1.x's, eager and compiled, shared candidates and rows", () => {
  test.each(golden.cases)("$loss, $sampler, numTrue $numTrue, removeAccidentalHits $removeAccidentalHits", (each) => {
    for (const rows of [false, true]) {
      const { weights, biases, inputs, labels, sampledValues } = optionsOf(each, rows);
      const { sampledCandidates, trueExpectedCount, sampledExpectedCount } = sampledValues;
      const both = (...given: tf.Tensor[]) => {
        const [w, b, x, y, ids, trueCount, count] = given as [tf.Tensor2D, tf.Tensor1D, tf.Tensor2D, ...tf.Tensor[]];
        const values = { sampledCandidates: ids, trueExpectedCount: trueCount, sampledExpectedCount: count };
        const others = { labels: y, sampledValues: values, removeAccidentalHits: each.removeAccidentalHits };
        const termsOf = (...at: tf.Tensor[]) =>
          LOSSES[each.loss]({ ...others, weights: at[0], biases: at[1], inputs: at[2] } as SampledLossOptions);
        return [termsOf(w, b, x), ...tf.grads((...at: tf.Tensor[]) => tf.sum(termsOf(...at)))([w, b, x])];
      };
      const given = [weights, biases, inputs, labels, sampledCandidates, trueExpectedCount, sampledExpectedCount];
      const compiled = canCompile() && each.sampler === "logUniform" ? compile(both) : undefined; // one sampler: same graph
      for (const run of compiled ? [both, compiled] : [both]) {
        const [terms, ofWeights, ofBiases, ofInputs] = run(...given) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        expectClose(terms, each.terms, 5e-6);
        expectClose(ofWeights, each.gradients.weights, 5e-6);
        expectClose(ofBiases, each.gradients.biases, 5e-6);
        expectClose(ofInputs, each.gradients.inputs, 5e-6);
      }
      compiled?.dispose();
    }
  });

  test("the cases have accidental hits, and removing them changes the terms", () => {
    const removing = golden.cases.filter(({ removeAccidentalHits }) => removeAccidentalHits);
    const changed = removing.filter((each) => {
      const options = { ...optionsOf(each), removeAccidentalHits: false };
      const terms = LOSSES[each.loss](options).dataSync();
      return each.terms.some((term, i) => Math.abs(term - (terms[i] as number)) > 1e-3);
    });
    expect(changed.length).toBe(removing.length);
  });
});

test("a class that two candidates share is removed twice: TensorFlow's kernel removes the last one alone", () => {
  const [first] = golden.cases as [Case];
  const hit = first.labels[0]?.[0] as number;
  const values = { ...first.values, sampledCandidates: [hit, hit, ...first.values.sampledCandidates.slice(2)] };
  const options = optionsOf({ ...first, values, removeAccidentalHits: true });
  const inputs = tf.grad((x: tf.Tensor) => tf.slice(nceLoss({ ...options, inputs: x as tf.Tensor2D }), [0], [1]));
  const others = { ...values, sampledCandidates: values.sampledCandidates.map((id) => (id === hit ? 11 : id)) };
  const weights = tf.tensor2d(golden.weights.map((row, i) => (i === 11 ? row.map(() => 0) : row)));
  const without = optionsOf({ ...first, values: others });
  const rest = tf.grad((x: tf.Tensor) =>
    tf.slice(nceLoss({ ...without, weights, inputs: x as tf.Tensor2D }), [0], [1]),
  );
  expectClose(inputs(options.inputs), rest(options.inputs).arraySync() as number[][], 1e-6);
});

test("negativeSamplingLoss is −Σ log σ(u·v) over true classes − Σ log σ(−u·v) over negatives, by hand", () => {
  const weights = tf.tensor2d([[1, 0], [0, 2], [-1, 1]]); // biome-ignore format: a matrix
  const inputs = tf.tensor2d([[0.5, 1], [2, -1]]); // biome-ignore format: a matrix
  const labels = tf.tensor2d([[0], [1]], undefined, "int32");
  const log = (z: number) => -Math.log(1 / (1 + Math.exp(-z)));
  const own = tf.tensor2d([[1, 2], [0, 0]], undefined, "int32"); // biome-ignore format: a matrix
  const byHand = [log(0.5) + log(-2) + log(-0.5), log(-2) + log(-2) + log(-2)];
  expectClose(negativeSamplingLoss({ weights, inputs, labels, negatives: own }), byHand, 1e-6);
  const common = tf.tensor1d([1, 2], "int32");
  const withCommon = [log(0.5) + log(-2) + log(-0.5), log(-2) + log(2) + log(3)];
  expectClose(negativeSamplingLoss({ weights, inputs, labels, negatives: common }), withCommon, 1e-6);
});

describe.runIf(canCompile())("compiled training steps", () => {
  const [first] = golden.cases as [Case];

  /** Trains three steps. @returns the losses and the weights after them */
  function trained(shards: number, rows: boolean): number[][] {
    const { labels, inputs, sampledValues, ...others } = optionsOf({ ...first, removeAccidentalHits: true }, rows);
    const [weights, biases] = [tf.variable(others.weights), tf.variable(others.biases)];
    const loss = (
      x: tf.Tensor2D,
      y: tf.Tensor2D,
      trueExpectedCount: tf.Tensor2D,
      sampledCandidates: tf.Tensor,
      sampledExpectedCount: tf.Tensor,
    ) => {
      const values = { sampledCandidates, trueExpectedCount, sampledExpectedCount } as typeof sampledValues;
      return nceLoss({ ...others, weights, biases, inputs: x, labels: y, sampledValues: values });
    };
    const optimizer = new GradientDescentOptimizer({ learningRate: 0.1 });
    const step = trainStep(loss, { variables: [weights, biases], optimizer, shards });
    const asBatch = <T extends tf.Tensor>(t: T) => (rows ? t : shared(t));
    const { sampledCandidates, trueExpectedCount, sampledExpectedCount } = sampledValues;
    const losses = [1, 2, 3].map(() =>
      step(inputs, labels, trueExpectedCount, asBatch(sampledCandidates), asBatch(sampledExpectedCount)),
    );
    const after = [losses, ...[weights, biases].map((each) => [...each.dataSync()])];
    step.dispose();
    tf.dispose([weights, biases]);
    return after;
  }

  test("shards, and candidates that are shared or one row for each example, train the same weights", () => {
    const [reference, ...others] = [trained(1, false), trained(2, false), trained(2, true)];
    expect((reference as number[][])[0]?.[2]).toBeLessThan(reference?.[0]?.[0] as number);
    for (const other of others) {
      for (const [i, list] of other.entries()) expectClose(tf.tensor1d(list), reference?.[i] as number[], 3e-6);
    }
  });

  test("fit trains with the candidates of sampleRows, the same weights in compiled and eager steps", async () => {
    const unigrams = [50, 30, 20, 10, 9, 8, 7, 5, 4, 3, 2, 1];
    const sampler = fixedUnigramCandidateSampler({ numSampled: 6, rangeMax: 12, unigrams, distortion: 0.75, seed: 4 });
    const [ids, labels] = [
      numericArray(Int32Array.of(5, 1, 7, 7), [4]),
      numericArray(Int32Array.of(4, 11, 0, 3), [4, 1]),
    ];
    const batch = (step: number) => ({ x: { ids, labels, ...sampler.sampleRows(step, labels) }, y: labels });
    type X = TensorsOf<ReturnType<typeof batch>["x"]>;
    const trained = async (compiled: boolean) => {
      const words = new Embedding({ vocabularySize: 12, embeddingSize: 3, seed: 1 });
      const [weights, biases] = [tf.variable(tf.tensor2d(golden.weights)), tf.variable(tf.tensor1d(golden.biases))];
      const model = modelOf({ words, nce: { variables: [weights, biases] } }, ({ ids, labels, ...rows }: X) =>
        nceLoss({ weights, biases, labels, inputs: words.call(ids), sampledValues: firstRows(rows) }),
      );
      const optimizer = new GradientDescentOptimizer({ learningRate: 0.5 });
      const loss = (terms: tf.Tensor) => terms;
      await fit(model, { batches: 5, batch }, { loss, optimizer, compiled, seed: 1, progress: false });
      return model.variables.flatMap((variable) => [...variable.dataSync()]);
    };
    const [first, second] = [await trained(true), await trained(false)];
    expectClose(tf.tensor1d(first), second, 2e-6);
  });

  test("a class outside the classes is refused by the gather, which names it", () => {
    const weights = tf.variable(tf.tensor2d(golden.weights));
    const loss = (x: tf.Tensor2D, labels: tf.Tensor2D, negatives: tf.Tensor1D) =>
      negativeSamplingLoss({ weights, labels, inputs: x, negatives });
    const optimizer = new GradientDescentOptimizer({ learningRate: 0.1 });
    const step = trainStep(loss, { variables: [weights], optimizer, shards: 1 });
    const labels = tf.tensor2d([[1], [2]], undefined, "int32");
    const negatives = tf.tensor1d([3, 12], "int32");
    expect(() => step(tf.ones([2, 3]), labels, shared(negatives))).toThrow(/from 0 to 11, got 12/);
    step.dispose();
    weights.dispose();
  });
});

describe("bad arguments", () => {
  const good = () => optionsOf(golden.cases[0] as Case);
  const withValues = (more: object) => ({ ...good(), sampledValues: { ...good().sampledValues, ...more } });

  test.each([
    ["a label outside", () => ({ ...good(), labels: tf.tensor2d([[0], [1], [12], [3]], undefined, "int32") }), /labels\[2, 0\]: expected 0 to 11, got 12/], // biome-ignore format: a table
    ["labels of rank 1", () => ({ ...good(), labels: tf.tensor1d([0, 1, 2, 3], "int32") }), /labels: expected an int32 tensor of shape \[4, numTrue\]/], // biome-ignore format: a table
    ["labels of floats", () => ({ ...good(), labels: tf.ones([4, 1]) }), /labels: expected an int32/],
    ["inputs of another width", () => ({ ...good(), inputs: tf.ones([4, 2]) }), /inputs: expected .*\[batch, 3\]/],
    ["no biases", () => ({ ...good(), biases: undefined }), /biases/],
    ["biases for other classes", () => ({ ...good(), biases: tf.ones([11]) }), /biases: expected .*\[12\]/],
    ["a candidate outside", () => withValues({ sampledCandidates: tf.tensor1d([0, 1, 2, 3, 4, -1], "int32") }), /sampledCandidates\[5\]: expected 0 to 11, got -1/], // biome-ignore format: a table
    ["too few expected counts", () => withValues({ sampledExpectedCount: tf.ones([5]) }), /sampledExpectedCount: expected .*\[6\]/], // biome-ignore format: a table
    ["no expected counts", () => withValues({ trueExpectedCount: undefined }), /trueExpectedCount/],
    ["no values", () => ({ ...good(), sampledValues: undefined }), /sampledValues/],
    ["a misspelt option", () => ({ ...good(), numSampled: 3 }), /also numSampled/],
  ])("%s", (_, options, message) => {
    for (const loss of [nceLoss, sampledSoftmaxLoss]) {
      expect(() => loss(options() as SampledLossOptions)).toThrow(ArgumentError);
      expect(() => loss(options() as SampledLossOptions)).toThrow(message);
    }
  });

  test("negativeSamplingLoss: negatives of another batch, outside the classes, or misspelt", () => {
    const { weights, inputs, labels } = good();
    const lossOf = (negatives: tf.Tensor) => () =>
      negativeSamplingLoss({ weights, inputs, labels, negatives: negatives as tf.Tensor1D });
    expect(lossOf(tf.ones([3, 2], "int32"))).toThrow(/negatives: expected .*\[4, numSampled\]/);
    expect(lossOf(tf.tensor1d([40], "int32"))).toThrow(/negatives\[0\]: expected 0 to 11, got 40/);
    expect(lossOf(undefined as never)).toThrow(ArgumentError);
  });

  test("firstRows: candidates without a row for each example", () => {
    expect(() => firstRows(good().sampledValues)).toThrow(
      /firstRows: sampledCandidates: expected .*\[batch, numSampled\]/,
    );
  });
});
