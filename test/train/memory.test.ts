import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../src/compile";
import * as tf from "../../src/tf";
import {
  accuracy,
  confusionMatrix,
  crossEntropy,
  EarlyStopping,
  evaluate,
  fit,
  predict,
  type TrainingData,
} from "../../src/train";
import { adam, classifier, expectNoTensors, labels, numbers, quick, sequences } from "./support";

beforeAll(() => tf.ready());

describe.each([false, true])("compiled: %s", (compiled) => {
  const canRun = !compiled || canCompile();

  test.runIf(canRun)("fit leaves no tensor but the optimizer's slots, and the optimizer disposes them", async () => {
    const model = classifier({ keep: 0.5 });
    const optimizer = adam();
    const callbacks = [new EarlyStopping({ monitor: "loss", patience: 3, restoreBestWeights: true })];
    const options = { optimizer, compiled, epochs: 3, metrics: { accuracy }, validationData: sequences(9), callbacks };
    await expectNoTensors(async () => {
      await fit(model, sequences(), quick(options));
      await expectNoTensors(() => fit(model, sequences(), quick(options)));
      optimizer.dispose();
    });
  });

  test.runIf(canRun)("an aborted fit leaves no tensor", async () => {
    const model = classifier();
    const abort = new AbortController();
    const callbacks = [{ onBatchEnd: (batch: number) => (batch === 1 ? abort.abort() : undefined) }];
    await expectNoTensors(() => fit(model, sequences(), quick({ compiled, signal: abort.signal, callbacks })));
  });

  test.runIf(canRun)("evaluate, predict and confusionMatrix leave no tensor, also with ragged data", async () => {
    const model = classifier();
    const ragged = { x: [3, 1, 4].map((length) => numbers([length, 2])), y: labels(3, 3) };
    const both: readonly TrainingData[] = [sequences(), ragged];
    for (const data of both) {
      await expectNoTensors(() =>
        evaluate(model, data, { loss: crossEntropy, metrics: { accuracy }, batchSize: 5, compiled }),
      );
      await expectNoTensors(() => predict(model, { x: data.x }, { batchSize: 5, compiled }));
      await expectNoTensors(() => confusionMatrix(model, data, { batchSize: 5, compiled }));
      await expectNoTensors(() => fit(model, data, quick({ compiled })));
    }
    expect(tf.memory().numTensors).toBeGreaterThan(0);
  });
});
