// The hooks of a pass: in evaluate, in predict, and around fit's validation.
import { beforeAll, expect, test } from "vitest";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { classifier, quick, sequences } from "../support";

beforeAll(() => tf.ready());

const METRICS = { accuracy: train.accuracy };

/** Notes each call of a hook, and waits in each. */
function noting(calls: string[]): train.Callback {
  const note = async (text: string) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    calls.push(text);
  };
  const of = ({ where, batches, batchSize }: train.PassRun) => `${where} ${batches}×${batchSize}`;
  return {
    onEvaluateBegin: (run) => note(`begin ${of(run)}`),
    onEvaluateBatchBegin: (batch) => note(`before ${batch}`),
    onEvaluateBatchEnd: (batch, logs) => note(`after ${batch} ${Object.keys(logs)}`),
    onEvaluateEnd: (logs) => note(`end ${logs.accuracy}`),
    onPredictBegin: (run) => note(`predict ${of(run)}`),
    onPredictBatchBegin: (batch) => note(`before ${batch}`),
    onPredictBatchEnd: (batch) => note(`after ${batch}`),
    onPredictEnd: () => note("end"),
  };
}

test("evaluate and predict call and await the hooks of their callbacks", async () => {
  const calls: string[] = [];
  const options = { batchSize: 6, callbacks: [noting(calls)] };
  const data = sequences(9);
  const { accuracy } = await train.evaluate(classifier(), data, { ...options, metrics: METRICS });
  const [first, second] = ["after 0 accuracy", "after 1 accuracy"];
  expect(calls).toEqual(["begin evaluate 2×6", "before 0", first, "before 1", second, `end ${accuracy}`]);
  calls.length = 0;
  await train.predict(classifier(), { x: data.x }, options);
  expect(calls).toEqual(["predict predict 2×6", "before 0", "after 0", "before 1", "after 1", "end"]);
});

test("onEvaluateBatchEnd gets the values of the batches so far; the last ones are the result", async () => {
  const seen: train.Logs[] = [];
  const callbacks: train.Callback[] = [{ onEvaluateBatchEnd: (_batch, logs) => void seen.push(logs) }];
  const data = sequences(9);
  const options = { batchSize: 6, loss: train.crossEntropy, metrics: METRICS };
  const whole = await train.evaluate(classifier(), data, { ...options, callbacks });
  const part = {
    x: { data: data.x.data.slice(0, 48), shape: [6, 4, 2] },
    y: { data: data.y.data.slice(0, 6), shape: [6] },
  };
  expect(seen).toEqual([await train.evaluate(classifier(), part, options), whole]);
});

test("fit calls the hooks of evaluate at each measurement of the validation data, and of nothing else", async () => {
  const calls: string[] = [];
  const callbacks = [noting(calls)];
  const options = { metrics: METRICS, validationData: sequences(9), measuringBatchSize: 9, epochs: 4, everyEpochs: 2 };
  const { epochs } = await train.fit(classifier(), sequences(), quick({ ...options, callbacks }));
  const measured = [1, 3].map((epoch) => epochs[epoch]?.val_accuracy);
  const each = (accuracy?: number) => ["begin fit 1×9", "before 0", "after 0 loss,accuracy", `end ${accuracy}`];
  expect(calls).toEqual(measured.flatMap(each));
  calls.length = 0;
  await train.fit(classifier(), sequences(), quick({ metrics: METRICS, callbacks }));
  expect(calls).toEqual([]);
});

test("an error that a hook throws ends the pass; callbacks that are no list are refused", async () => {
  const broken: train.Callback = {
    onEvaluateBatchBegin: () => Promise.reject(new Error("no")),
    onPredictEnd: () => {
      throw new Error("no");
    },
  };
  const evaluating = train.evaluate(classifier(), sequences(9), { metrics: METRICS, callbacks: [broken] });
  await expect(evaluating).rejects.toThrow("no");
  await expect(train.predict(classifier(), sequences(9), { callbacks: [broken] })).rejects.toThrow("no");
  for (const callbacks of [3 as never, [null as never]]) {
    await expect(train.predict(classifier(), sequences(9), { callbacks })).rejects.toThrow(/^predict: callbacks/);
    const options = { metrics: METRICS, callbacks };
    await expect(train.evaluate(classifier(), sequences(9), options)).rejects.toThrow(/^evaluate: callbacks/);
  }
});
