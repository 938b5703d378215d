import { beforeAll, expect, test } from "vitest";
import { batches } from "../../../src/data";
import { sparseSoftmaxCrossEntropyWithLogits, toTensor } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { accuracy, crossEntropy, evaluate, type FitOptions, fit, type History } from "../../../src/train";
import { onNative } from "../../compile/support";
import { expectClose } from "../../support";
import { adam, classifier, dense, losses, quick, sequences, weightsOf } from "../support";

beforeAll(() => tf.ready());

const timeless = ({ epochs }: History) => epochs.map(({ seconds: _, ...record }) => record);

test("fit(model, data, options) ≡ the loop written by hand: the same losses and weights, with the short last batch", async () => {
  const data = sequences();
  const byHand = classifier();
  const optimizer = adam();
  const expected: number[] = [];
  for (let epoch = 0; epoch < 2; epoch++) {
    for (const { x, y } of batches(data, { batchSize: 8, seed: 5, epoch })) {
      tf.tidy(() => {
        const [inputs, targets] = [toTensor(x), toTensor(y) as tf.Tensor1D];
        const terms = () => sparseSoftmaxCrossEntropyWithLogits(targets, byHand.call(inputs) as tf.Tensor2D);
        expected.push(optimizer.minimize(() => tf.mean(terms()), byHand.variables).dataSync()[0] as number);
      });
    }
  }
  const model = classifier();
  const watch = losses();
  await fit(model, data, quick({ optimizer: adam(), epochs: 2, seed: 5, callbacks: [watch] }));
  expect(watch.seen).toHaveLength(6);
  expect(watch.seen).toEqual(expected);
  expect(weightsOf(model)).toEqual(weightsOf(byHand));
});

test("fit(…, { seed }): the same seed gives the same history, with dropout; another seed gives another", async () => {
  const run = async (seed: number) =>
    timeless(await fit(classifier({ keep: 0.5 }), sequences(), quick({ epochs: 2, seed, metrics: { accuracy } })));
  const first = await run(3);
  expect(await run(3)).toEqual(first);
  expect(await run(4)).not.toEqual(first);
});

onNative("compiled", () => {
  test.each([1, 2])(
    "50 steps in %d shards have the losses of eager steps, with dropout and short batches",
    async (shards) => {
      const [compiled, eager] = await Promise.all(
        [true, false].map(async (isCompiled) => {
          const watch = losses();
          const options = { optimizer: adam(), epochs: 17, seed: 3, callbacks: [watch], compiled: isCompiled };
          await fit(classifier({ keep: 0.8 }), sequences(), quick({ ...options, ...(isCompiled && { shards }) }));
          return watch.seen;
        }),
      );
      expect(eager).toHaveLength(51);
      expectClose(compiled, eager, 1e-4);
    },
  );

  test("history, metrics and validation values ≡ the eager ones", async () => {
    const run = async (compiled: boolean) => {
      const options = {
        compiled,
        epochs: 2,
        metrics: { accuracy },
        validationData: sequences(9),
        measuringBatchSize: 4,
      };
      return timeless(await fit(classifier(), sequences(), quick(options))).map((record) => Object.values(record));
    };
    expectClose(await run(true), await run(false), 1e-5);
  });
});

test("a training that is stopped at any step and continued there ≡ one that never stopped", async () => {
  const options = { epochs: 3, seed: 7, metrics: { accuracy } };
  const whole = classifier({ keep: 0.7 });
  const expected = await fit(whole, sequences(), quick({ ...options, optimizer: adam() }));
  for (const stopAt of [1, 3, 5, 9]) {
    const model = classifier({ keep: 0.7 });
    const optimizer = adam();
    let steps = 0;
    const stopper: NonNullable<FitOptions["callbacks"]>[number] = {
      onBatchEnd: (_batch, _logs, run) => (++steps === stopAt ? run.stop("enough") : undefined),
    };
    const first = await fit(model, sequences(), quick({ ...options, optimizer, callbacks: [stopper] }));
    expect(first.stopped).toBe("enough");
    const { epoch: initialEpoch, batch: initialBatch, sums: initialSums } = first.next;
    const from = { initialEpoch, initialBatch, ...(initialSums !== undefined && { initialSums }) };
    const second = await fit(model, sequences(), quick({ ...options, optimizer, ...from }));
    expect(weightsOf(model), `stopped after ${stopAt}`).toEqual(weightsOf(whole));
    const joined = [...timeless(first), ...timeless(second)];
    expectClose(joined.map(Object.values), timeless(expected).map(Object.values), 1e-12);
  }
});

test("the history has loss, metrics, validation values, learning rate and time of each epoch, as plain data", async () => {
  const options = { epochs: 2, metrics: { accuracy }, validationData: sequences(9) };
  const history = await fit(classifier(), sequences(), quick(options));
  const names = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learningRate", "seconds"];
  expect(history.epochs.map(Object.keys)).toEqual([names, names]);
  expect(history.epochs[1]).toMatchObject({ epoch: 1, learningRate: 0.1 });
  expect(history.next).toEqual({ epoch: 2, batch: 0 });
  expect(history).not.toHaveProperty("stopped");
  expect(JSON.parse(JSON.stringify(history))).toEqual(history);
});

test("an epoch's loss is the mean over its examples; its metrics are those of evaluate with the epoch's last weights", async () => {
  const model = classifier();
  const watch = losses();
  const { epochs } = await fit(model, sequences(), quick({ metrics: { accuracy }, callbacks: [watch] }));
  const [a, b, c] = watch.seen as [number, number, number];
  expect(epochs[0]?.loss).toBeCloseTo((8 * a + 8 * b + 7 * c) / 23, 12);
  expect(epochs[0]?.accuracy).toBe((await evaluate(model, sequences(), { metrics: { accuracy } })).accuracy);
});

test("fit(…, { trainingMetrics }): false measures no training data, a number the first examples", async () => {
  const model = classifier();
  const none = await fit(model, sequences(), quick({ metrics: { accuracy }, trainingMetrics: false }));
  expect(none.epochs[0]).not.toHaveProperty("accuracy");
  const some = await fit(model, sequences(), quick({ metrics: { accuracy }, trainingMetrics: 5 }));
  const { x, y } = sequences();
  const first = {
    x: { data: x.data.subarray(0, 40), shape: [5, 4, 2] },
    y: { data: y.data.subarray(0, 5), shape: [5] },
  };
  expect(some.epochs[0]?.accuracy).toBe((await evaluate(model, first, { metrics: { accuracy } })).accuracy);
});

test.each<[string, object, RegExp]>([
  ["no loss", { loss: undefined }, /^fit: loss: expected a function, got undefined$/],
  ["no optimizer", { optimizer: tf }, /^fit: optimizer: expected one of unroll\/rnn's/],
  [
    "a misspelt option",
    { batchsize: 3 },
    /^fit: options: expected \{ loss, .*, got also batchsize \(did you mean batchSize\?\)$/,
  ],
  [
    "a batch without examples",
    { batchSize: 0 },
    /^fit: batchSize: expected a whole number of at least 1, got number 0$/,
  ],
  ["half an epoch", { epochs: 0.5 }, /^fit: epochs/],
  ["a seed that is not a number", { seed: "a" }, /^fit: seed/],
  ["an undefined callback", { callbacks: [undefined] }, /^fit: callbacks\[0\]/],
  ["a metric that is a number", { metrics: { accuracy: 3 } }, /^fit: metrics\.accuracy: expected a function/],
  ["a metric with a reserved name", { metrics: { loss: accuracy } }, /^fit: metrics: .* got loss$/],
  ["progress in an unknown form", { progress: "lots" }, /^fit: progress: .*got string lots$/],
  ["a signal that is a plain object", { signal: {} }, /^fit: signal: expected an AbortSignal/],
  ["a start behind the epoch's end", { initialBatch: 4 }, /^fit: initialBatch: expected 0 to 3/],
  ["validation data that do not fit", { validationData: { x: 3, y: 3 } }, /^fit: validationData\.x/],
])("fit refuses %s, by name", async (_, wrong, message) => {
  const refusal = expect(fit(classifier(), sequences(), { ...quick(), ...wrong } as FitOptions)).rejects;
  await refusal.toMatchObject({ name: "ArgumentError", message: expect.stringMatching(message) });
});

test("fit refuses a wrong model and wrong data, by name", async () => {
  const refusal = (model: unknown, data: unknown) => expect(fit(model as never, data as never, quick())).rejects;
  await refusal({}, sequences()).toThrow(/^fit: model: expected \{ variables, call \}, a model/);
  await refusal(classifier(), { x: sequences().x }).toThrow(/^fit: data: expected \{ x, y \}/);
  const { x, y } = sequences();
  await refusal(classifier(), { x, y: { data: y.data.subarray(1), shape: [22] } }).toThrow(
    /data\.y: expected 23 examples/,
  );
  await refusal(classifier(), { x, y: { ...y, shape: [22] } }).toThrow(/data\.y: expected 22 values/);
  const lengths = { data: new Int32Array(23).fill(5), shape: [23] };
  await refusal(classifier(), { x, y, lengths }).toThrow(/data\.lengths\.x\[0\]: expected 0 to 4 time steps, got 5/);
  const model = classifier();
  model.variables[0]?.dispose();
  await refusal(model, sequences()).toThrow(/model\.variables\[0\]: expected a variable, got a disposed one/);
});

test("fit refuses a loss that gives neither terms nor sum and count, and names the value", async () => {
  const { x, y } = sequences();
  const flat = { x: { data: x.data, shape: [23, 8] }, y };
  const wrong = { ...quick(), loss: () => 3 as never };
  await expect(fit(dense(8), flat, wrong)).rejects.toThrow(/^fit: loss: expected a tensor of terms/);
  await expect(fit(dense(8), flat, quick({ loss: crossEntropy }))).resolves.toMatchObject({ next: { epoch: 1 } });
});
