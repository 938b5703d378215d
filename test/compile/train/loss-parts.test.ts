import { describe, expect, test } from "vitest";
import { trainStep, trainStepOnRows } from "../../../src/compile";
import { AdamOptimizer, BasicLSTMCell, Dense, dynamicRnn, Embedding, GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

/** Two outputs of one layer: the terms of the first one all count, those of the second one where the mask is 1. */
function model() {
  const w = tf.tidy(() => tf.variable(uniform<tf.Rank.R2>([3, 2], 9)));
  const columns = (x: tf.Tensor2D) => tf.unstack(tf.matMul(x, w), 1) as [tf.Tensor1D, tf.Tensor1D];
  const parts = (x: tf.Tensor2D, mask: tf.Tensor1D) => {
    const [a, b] = columns(x);
    return { a: tf.square(a), b: { sum: tf.sum(tf.mul(tf.square(tf.sub(b, 1)), mask)), count: tf.sum(mask) } };
  };
  const total = (x: tf.Tensor2D, mask: tf.Tensor1D, weights = { a: 1, b: 1 }) => {
    const { a, b } = parts(x, mask);
    return tf.add(tf.mul(tf.mean(a), weights.a), tf.mul(tf.div(b.sum, b.count), weights.b)) as tf.Scalar;
  };
  return { w, parts, total };
}

const x = () => uniform<tf.Rank.R2>([6, 3], 4);
const mask = () => tf.tensor1d([1, 0, 0, 0, 1, 1]);

onNative("a loss of named parts", () => {
  describe.each([1, 2, 3, 6])("%i shards", (shards) => {
    test("gives Σ wₖ·(sumₖ / countₖ), moves the weights as eager, and says each part's sum and count", () => {
      const [compiled, eager, lossWeights] = [model(), model(), { a: 0.5, b: 3 }];
      const optimizer = () => new GradientDescentOptimizer({ learningRate: 0.1 });
      const step = trainStep(compiled.parts, { variables: [compiled.w], optimizer: optimizer(), shards, lossWeights });
      for (let i = 0; i < 3; i++) {
        const { a, b } = eager.parts(x(), mask());
        const sums = [tf.sum(a), b.sum, b.count].map((each) => each.dataSync()[0]) as number[];
        const expected = optimizer().minimize(() => eager.total(x(), mask(), lossWeights), [eager.w]);
        const { loss, parts } = step(x(), mask());
        expectClose([loss], expected, 1e-6);
        expectClose([parts.a.sum, parts.b.sum, parts.b.count], sums, 1e-5);
        expect(parts.a.count).toBe(6);
      }
      expectClose(compiled.w, eager.w, 1e-6);
    });
  });

  test("a part without terms adds nothing, and moves nothing", () => {
    const { w, parts } = model();
    const optimizer = new GradientDescentOptimizer({ learningRate: 0 });
    const step = trainStep(parts, { variables: [w], optimizer, shards: 2 });
    const { loss, parts: sums } = step(x(), tf.zeros([6]));
    expect(sums.b).toEqual({ sum: 0, count: 0 });
    expectClose([loss], [sums.a.sum / 6], 1e-6);
  });

  test("an LSTM of many steps, whose shards are a loop, and an embedding, whose gradient stays in slices: as eager", () => {
    const make = () => {
      const words = new Embedding({ vocabularySize: 50, embeddingSize: 3, seed: 1 });
      const cell = new BasicLSTMCell({ inputSize: 3, numUnits: 4, seed: 2 });
      const head = new Dense({ inputSize: 4, outputSize: 1, seed: 3 });
      const parts = (ids: tf.Tensor2D, live: tf.Tensor1D) => {
        const [outputs, state] = dynamicRnn(cell, words.call(ids) as tf.Tensor3D);
        const last = tf.reshape(head.call(state.h), [-1]);
        return {
          sequence: tf.sum(tf.square(outputs), 2),
          last: { sum: tf.sum(tf.mul(tf.square(last), live)), count: tf.sum(live) },
        };
      };
      return { parts, variables: [...words.variables, ...cell.variables, ...head.variables] };
    };
    const [ids, live] = [
      tf.tensor2d(
        Int32Array.from({ length: 4 * 40 }, (_, i) => (i * 7) % 9),
        [4, 40],
        "int32",
      ),
      tf.tensor1d([1, 0, 1, 1]),
    ];
    const [compiled, eager] = [make(), make()];
    const optimizer = () => new GradientDescentOptimizer({ learningRate: 0.1 });
    const step = trainStep(compiled.parts, { variables: compiled.variables, optimizer: optimizer(), shards: 2 });
    const total = () => {
      const { sequence, last } = eager.parts(ids, live);
      return tf.add(tf.mean(sequence), tf.div(last.sum, last.count)) as tf.Scalar;
    };
    for (let i = 0; i < 2; i++) {
      const expected = optimizer().minimize(total, eager.variables);
      expectClose([step(ids, live).loss], expected, 1e-5);
    }
    compiled.variables.forEach((variable, i) => {
      expectClose(variable, eager.variables[i] as tf.Variable, 1e-5);
    });
  });

  test("trainStepOnRows gives the same, and a guard refuses a part that is not finite", () => {
    const [a, b] = [model(), model()];
    const options = (w: tf.Variable) => ({ variables: [w], optimizer: new AdamOptimizer(), shards: 2, guard: true });
    const data: [tf.Tensor2D, tf.Tensor1D] = [x(), mask()];
    const onRows = trainStepOnRows(data, a.parts, options(a.w));
    const step = trainStep(b.parts, options(b.w));
    const rows = tf.tensor1d([5, 0, 3, 4], "int32");
    expect(onRows([5, 0, 3, 4])).toEqual(step(tf.gather(data[0], rows), tf.gather(data[1], rows)));
    expectClose(a.w, b.w, 0);
    expect(() => step(tf.fill([4, 3], Number.NaN), tf.ones([4]))).toThrow(/not finite/);
    expectClose(a.w, b.w, 0);
  });

  test("refuses wrong weights, names that mean something else, and parts that are no terms", () => {
    const { w, parts } = model();
    const [batch, optimizer] = [[x(), mask()], new GradientDescentOptimizer()];
    const run = (loss: () => unknown, options: object = {}) =>
      trainStep(loss as () => tf.Tensor, { variables: [w], optimizer, ...options })(...(batch as unknown as []));
    const given = parts as unknown as () => tf.Tensor;
    expectRefused(() => run(given, { lossWeights: { c: 1 } }), /lossWeights: expected parts of the loss: a, b, got c/);
    expectRefused(() => run(given, { lossWeights: { a: "1" } }), /lossWeights.a: expected a finite number/);
    expectRefused(() => run(given, { lossWeights: 3 }), /lossWeights: expected numbers by part/);
    expectRefused(() => run(() => tf.sum(w, 1), { lossWeights: { a: 1 } }), /expected a loss that returns a record/);
    expectRefused(() => run(() => ({ sum: tf.sum(w) })), /must return .* got a record of sum/);
    expectRefused(() => run(() => ({})), /got a record of nothing/);
    expectRefused(() => run(() => ({ a: tf.sum(w, 1), b: 3 })), /the loss's part b must be .* got number/);
  });
});

onNative("further tensors of a loss", () => {
  test.each([1, 2, 3, 6])(
    "are joined in the order of the examples, or added up, or of the weights alone: %i shards",
    (shards) => {
      const { w } = model();
      const loss = (x: tf.Tensor2D, mask: tf.Tensor1D) => {
        const y = tf.matMul(x, w);
        const aux = {
          outputs: y,
          first: [tf.slice(tf.cast(x, "int32"), [0, 0], [-1, 1])] as [tf.Tensor2D],
          live: { sum: tf.sum(tf.mul(mask, tf.sum(y, 1))), count: tf.sum(mask) },
          columns: tf.sum(y, 0),
          norm: tf.sum(tf.square(w)),
        };
        return { loss: tf.square(tf.sum(y, 1)), aux };
      };
      const optimizer = new GradientDescentOptimizer({ learningRate: 0.1 });
      const step = trainStep(loss, { variables: [w], optimizer, shards });
      const run = () => {
        const expected = loss(x(), mask());
        const { loss: value, aux } = step(x(), mask());
        expectClose([value], tf.mean(expected.loss), 1e-6);
        expectClose(aux.outputs, expected.aux.outputs, 1e-6);
        expect(aux.first[0].dtype).toBe("int32");
        expectClose(aux.first[0], expected.aux.first[0], 0);
        expectClose(aux.live.sum, expected.aux.live.sum, 1e-5);
        expectClose(aux.live.count, expected.aux.live.count, 0);
        expectClose(aux.columns, expected.aux.columns, 1e-5);
        expectClose(aux.norm, expected.aux.norm, 1e-5);
        return tf.dispose(aux);
      };
      run();
      run();
    },
  );

  test("leave the loss and the weights as they were without them, bit for bit; with parts there are both", () => {
    const [plain, aux, both] = [model(), model(), model()];
    const optimizer = () => new AdamOptimizer();
    const terms = ({ w }: ReturnType<typeof model>, x: tf.Tensor2D) => tf.square(tf.sum(tf.matMul(x, w), 1));
    const options = { optimizer: optimizer(), shards: 2 };
    const a = trainStep((x: tf.Tensor2D) => terms(plain, x), { ...options, variables: [plain.w] });
    const b = trainStep((x: tf.Tensor2D) => ({ loss: terms(aux, x), aux: tf.sum(x, 1) }), {
      optimizer: optimizer(),
      shards: 2,
      variables: [aux.w],
    });
    const c = trainStep((x: tf.Tensor2D) => ({ loss: { only: terms(both, x) }, aux: tf.sum(x, 1) }), {
      optimizer: optimizer(),
      shards: 2,
      variables: [both.w],
    });
    const loss = a(x());
    expect(b(x()).loss).toBe(loss);
    expectClose(aux.w, plain.w, 0);
    const { loss: other, parts, aux: sums } = c(x());
    expectClose([other, parts.only.sum / parts.only.count], [loss, loss], 1e-6);
    expectClose(sums, tf.sum(x(), 1), 1e-6);
  });

  test("are the caller's: a step leaves no other tensor, and a guard that refuses leaves none", () => {
    const { w } = model();
    const optimizer = new GradientDescentOptimizer();
    const loss = (x: tf.Tensor2D) => ({ loss: tf.sum(tf.matMul(x, w), 1), aux: [tf.sum(x, 1), tf.sum(x)] });
    const step = trainStep(loss, { variables: [w], optimizer, shards: 2, guard: true });
    const [good, bad] = [x(), tf.fill<tf.Rank.R2>([6, 3], Number.NaN)];
    tf.dispose(step(good).aux);
    expectTensors(2, () => step(good));
    expectTensors(0, () => expect(() => step(bad)).toThrow(/not finite/));
  });

  test("refuses what cannot be added up, and what is no tensor", () => {
    const [{ w }, batch, optimizer] = [model(), x(), new GradientDescentOptimizer()];
    const run = (aux: (x: tf.Tensor2D) => unknown) => {
      const loss = (x: tf.Tensor2D) => ({ loss: tf.sum(tf.matMul(x, w), 1), aux: aux(x) as tf.Tensor });
      return trainStep(loss, { variables: [w], optimizer, shards: 2 })(batch);
    };
    expectRefused(() => run((x) => ({ n: tf.sum(x).toInt() })), /aux\.n: expected float32.* got int32; use toFloat/);
    expectRefused(() => run((x) => [tf.sum(x, 0).toInt()]), /aux\[0\]: expected float32.* got int32/);
    expectRefused(() => run(() => ({ n: 3 })), /aux\.n: expected a tensor, or a list or record of them, got number 3/);
  });
});

onNative("{ terms, live }", () => {
  test.each([1, 2, 3])("%i shards: only live terms count, NaN that is not live included", (shards) => {
    const { w } = model();
    const loss = (x: tf.Tensor2D, live: tf.Tensor1D, hole: tf.Tensor1D) => ({
      terms: tf.add(tf.square(tf.matMul(x, w)), tf.reshape(hole, [-1, 1])),
      live,
    });
    const step = trainStep(loss, {
      variables: [w],
      optimizer: new GradientDescentOptimizer({ learningRate: 0 }),
      shards,
    });
    const hole = tf.tensor1d([0, Number.NaN, 0, 0, 0, 0]);
    const live = tf.tensor1d([1, 0, 0, 0, 1, 1], "int32");
    const squares = tf.square(tf.matMul(x(), w));
    const expected = tf.div(tf.sum(tf.mul(squares, tf.reshape(live, [-1, 1]))), 6).dataSync()[0] as number;
    expectClose([step(x(), live, hole)], [expected], 1e-6);
  });

  test("live of other axes than those of the terms is refused", () => {
    const { w } = model();
    const loss = (x: tf.Tensor2D) => ({ terms: tf.matMul(x, w), live: tf.ones([2]) });
    const step = trainStep(loss, { variables: [w], optimizer: new GradientDescentOptimizer({ learningRate: 0 }) });
    const given = x();
    expectRefused(() => step(given), /the loss's live must have the first axes of its terms/);
  });
});
