// `trainable` may be set at any time, and a model lists what it uses: both are seen in every step of a fit.
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { fit, modelOf, type TrainingRun } from "../../../src/train";
import { adam, dense, labels, numbers, quick } from "../support";

beforeAll(() => tf.ready());

const data = { x: numbers([16, 2]), y: labels(16, 3) };

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());
  const inOrder = (more = {}) => quick({ shuffle: false, batchSize: 4, compiled, optimizer: adam(), ...more });

  there.each([
    ["true, false, true", [true, false, true, true]],
    ["false, true, false", [false, true, false, true]],
  ])("trainable = %s from step to step: the kernel changes in exactly those steps", async (_, flags) => {
    const model = dense();
    const [kernel] = model.variables as [tf.Variable];
    kernel.trainable = flags[0] as boolean;
    const seen = [[...kernel.dataSync()]];
    const biases: number[] = [];
    const watch = {
      onBatchEnd: (batch: number, _: unknown, { step }: TrainingRun) => {
        seen.push([...kernel.dataSync()]);
        biases.push(model.variables[1]?.dataSync()[0] as number);
        kernel.trainable = flags[step] ?? true;
        expect(step).toBe(batch + 1);
      },
    };
    await fit(model, data, inOrder({ callbacks: [watch] }));
    expect(flags.map((_, i) => seen[i]?.join() !== seen[i + 1]?.join())).toEqual(flags);
    expect(new Set(biases).size).toBe(4);
  });

  there("freezing in the middle gives the same numbers as a fit of the same weights that had them frozen", async () => {
    const trained = async (freezeAt: number, stops: number[]) => {
      const [model, optimizer] = [dense(), adam()];
      for (const stop of stops) {
        const callbacks = [
          {
            onBatchEnd: (_b: number, _l: unknown, run: TrainingRun) => {
              if (run.step === freezeAt) (model.variables[0] as tf.Variable).trainable = false;
              if (run.step === stop) run.stop("here");
            },
          },
        ];
        const at = stops.indexOf(stop) === 0 ? 0 : (stops[stops.indexOf(stop) - 1] as number);
        await fit(model, data, inOrder({ optimizer, callbacks, initialBatch: at }));
      }
      return model.variables.flatMap((variable) => [...variable.dataSync()]);
    };
    expect(await trained(2, [4])).toEqual(await trained(2, [2, 4]));
  });

  there("a part that modelOf was not given is refused by name, before any weight changes", async () => {
    const [known, forgotten] = [
      new Dense({ inputSize: 2, outputSize: 3, seed: 1 }),
      new Dense({ inputSize: 3, outputSize: 3, seed: 2 }),
    ];
    const model = modelOf({ known }, (x: tf.Tensor2D) => forgotten.call(known.call(x)));
    const before = [...known.kernel.dataSync()];
    await expect(fit(model, data, inOrder())).rejects.toThrow(/\[3,3\].*modelOf|modelOf.*\[3,3\]/);
    expect([...known.kernel.dataSync()]).toEqual(before);
  });

  there("all weights frozen in the middle of a fit end it with an error", async () => {
    const model = dense();
    const freeze = () => {
      for (const each of model.variables) each.trainable = false;
    };
    const callbacks = [{ onBatchEnd: freeze }];
    await expect(fit(model, data, inOrder({ callbacks }))).rejects.toThrow(/one to train at least, got none/);
  });
});
