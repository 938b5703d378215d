import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { CompileError, compile, trainStep, trainStepOnRows } from "../../../src/compile";
import { IndexRangeError } from "../../../src/compile/internal";
import {
  ArgumentError,
  dynamicRnn,
  Embedding,
  EmbeddingWrapper,
  GRUCell,
  GradientDescentOptimizer,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const table = () => new Embedding({ vocabularySize: 10, embeddingSize: 3, seed: 1 });
const words = (rows: number[][]) => tf.tensor2d(rows, undefined, "int32");
const thrownBy = (call: () => unknown): Error => {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

test("an index outside the vocabulary is named with its position, for any rank", () => {
  const embedding = table();
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
  const property = fc.property(shapes, fc.constantFrom(-1, 10, 99), fc.nat(), (shape, wrong, place) => {
    const size = shape.reduce((product, each) => product * each, 1);
    const ids = Int32Array.from({ length: size }, (_, i) => (i === place % size ? wrong : i % 10));
    const error = thrownBy(() => embedding.call(tf.tensor(ids, shape, "int32"))) as ArgumentError;
    expect(error).toBeInstanceOf(ArgumentError);
    expect([error.argument, error.expected, error.actual.split(" at ")[0]]).toEqual(["ids", "0 to 9", `${wrong}`]);
    const position = / at ids\[(.*)\]$/.exec(error.actual)?.[1]?.split(", ").map(Number) ?? [];
    const flat = position.reduce((at, index, axis) => at * (shape[axis] as number) + index, 0);
    expect([position.length, flat]).toEqual([shape.length, place % size]);
  });
  fc.assert(property, { numRuns: 100, seed: 21 });
});

test("EmbeddingWrapper names the sequence and the time step, batch major and time major", () => {
  const cell = new EmbeddingWrapper(new GRUCell({ inputSize: 3, numUnits: 2 }), { embeddingClasses: 10 });
  const ids = tf.tensor3d([1, 2, 3, 4, 12, 5], [2, 3, 1], "int32");
  const message = "EmbeddingWrapper: ids: expected 0 to 9, got 12 at time step 1 of sequence 1";
  expect(thrownBy(() => dynamicRnn(cell, ids)).message).toBe(message);
  expect(thrownBy(() => dynamicRnn(cell, tf.transpose(ids, [1, 0, 2]), { timeMajor: true })).message).toBe(message);
  const step = thrownBy(() => cell.call(words([[1], [12]]), cell.zeroState(2)));
  expect(step.message).toBe("EmbeddingWrapper: ids: expected 0 to 9, got 12 at sequence 1");
});

onNative("compiled, the error names the argument and the position", () => {
  const good = () =>
    words([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
      [1, 2, 3],
    ]);
  const wrong = () =>
    words([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
      [1, 12, 3],
    ]);

  test("compile, in shards too; at the first call, where the function is captured, among the indices", () => {
    const embedding = table();
    for (const shards of [1, 2, 4]) {
      const compiled = compile((ids: tf.Tensor2D) => embedding.call(ids), { variables: embedding.variables, shards });
      compiled(good());
      const error = thrownBy(() => compiled(wrong()));
      expect([error instanceof IndexRangeError, error instanceof CompileError]).toEqual([true, true]);
      expect(error.message).toMatch(
        /^compile: indices\[.*\], argument 0 at \[3, 1\]: expected an index from 0 to 9, got 12/,
      );
      compiled.dispose();
    }
    const fresh = compile((ids: tf.Tensor2D) => embedding.call(ids), { variables: embedding.variables });
    expect(thrownBy(() => fresh(wrong())).message).toMatch(/indices\[3, 1\]: expected an index from 0 to 9, got 12/);
    fresh.dispose();
  });

  test("trainStep and trainStepOnRows; a label of the same value is not blamed", () => {
    const embedding = table();
    const loss = (y: tf.Tensor1D, ids: tf.Tensor2D) => tf.mul(tf.sum(embedding.call(ids), [1, 2]), y.toFloat());
    const optimizer = new GradientDescentOptimizer({ learningRate: 0 });
    const labels = () => tf.tensor1d([12, 12, 12, 12], "int32");
    for (const shards of [1, 2, 4]) {
      const step = trainStep(loss, { variables: embedding.variables, optimizer, shards });
      step(labels(), good());
      const message = /(argument 1 at \[3, 1\]|indices\[[\d, ]*\]): expected an index from 0 to 9, got 12/;
      expect(thrownBy(() => step(labels(), wrong())).message).toMatch(message);
      step.dispose();
      const onRows = trainStepOnRows([labels(), wrong()], loss, { variables: embedding.variables, optimizer, shards });
      onRows([0, 1, 0, 1]);
      expect(thrownBy(() => onRows([0, 1, 2, 3])).message).toMatch(message);
      onRows.dispose();
    }
  });
});
