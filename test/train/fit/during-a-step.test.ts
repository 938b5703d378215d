import { expect, test } from "vitest";
import { nativeAddon } from "../../../src/native";
import { ArgumentError, Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { type Callback, fit, modelOf, squaredError, type TrainingRun } from "../../../src/train";
import { onNative } from "../../compile/support";
import { scopeEachTest } from "../../support";
import { numbers, quick, weightsOf } from "../support";

scopeEachTest();

/** A model whose step takes some 20 ms, and its data. */
function slowFit(callbacks: readonly Callback[], options: { signal?: AbortSignal; epochs?: number } = {}) {
  const layers = Array.from({ length: 8 }, (_, i) => new Dense({ inputSize: 300, outputSize: 300, seed: i + 1 }));
  const parts = Object.fromEntries(layers.map((layer, i) => [`layer${i}`, layer]));
  const model = modelOf(parts, (x: tf.Tensor2D) =>
    layers.reduce<tf.Tensor2D>((value, layer) => tf.tanh(layer.call(value)), x),
  );
  const data = { x: numbers([600, 300]), y: numbers([600, 300], 2) };
  const given = quick({ compiled: true, loss: squaredError, batchSize: 300, epochs: 4, callbacks, ...options });
  return { model, run: () => fit(model, data, given) };
}

/** Counts the turns of the event loop between the beginning and the end of each step. */
class Turns implements Callback {
  readonly during: number[] = [];
  private turns = 0;
  private timer: NodeJS.Immediate | undefined;
  private readonly count = () => {
    this.turns++;
    this.timer = setImmediate(this.count);
  };
  onBatchBegin() {
    this.turns = 0;
    this.timer = setImmediate(this.count);
  }
  onBatchEnd() {
    clearImmediate(this.timer);
    this.during.push(this.turns);
  }
}

onNative("during a step of fit", () => {
  test.runIf(nativeAddon() !== undefined)("the event loop runs", async () => {
    const turns = new Turns();
    await slowFit([turns]).run();
    expect(turns.during).toHaveLength(8);
    expect(Math.min(...turns.during.slice(1))).toBeGreaterThan(20);
  });

  test.runIf(nativeAddon() !== undefined)(
    "a read of a weight waits for its end; a checkpoint is refused, because it would have the position before the step",
    async () => {
      const refused: unknown[] = [];
      const values = new Set<number>();
      const { model, run } = slowFit([
        {
          onBatchBegin: (_, run: TrainingRun) => {
            setImmediate(() => {
              values.add(model.variables[0]?.dataSync()[0] as number);
              try {
                run.checkpoint();
              } catch (error) {
                refused.push(error);
              }
            });
          },
        },
      ]);
      await run();
      expect(values.size).toBe(8);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused[0]).toBeInstanceOf(ArgumentError);
      expect((refused[0] as Error).message).toMatch(/^fit: checkpoint: expected a call in a hook/);
    },
  );

  test.runIf(nativeAddon() !== undefined)("an abort ends the training with this step, which is done", async () => {
    const abort = new AbortController();
    const callback: Callback = {
      onBatchBegin: (batch) => {
        if (batch === 1) setImmediate(() => abort.abort());
      },
    };
    const { model, run } = slowFit([callback], { signal: abort.signal, epochs: 1000 });
    const { stopped, next } = await run();
    expect(stopped).toBe("aborted");
    expect(next).toMatchObject({ epoch: 0, batch: 2 });
    expect(weightsOf(model).every(Number.isFinite)).toBe(true);
  });
});
