import { describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { BatchNorm, Conv1D, Conv2D, Dense, dropout, LayerNorm } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { exportSavedModel, modelOf } from "../../../src/train";
import { temporaryFolder } from "../support";

/** Layers outside of cells. An export compares the graph's outputs with the model's, at several batch sizes and lengths. */
function model(padding: "valid" | "same" | "causal", dilationRate: number) {
  const conv = new Conv1D({ inputSize: 3, filters: 4, kernelSize: 3, padding, dilationRate, seed: 1 });
  const [norm, layerNorm] = [new BatchNorm({ inputSize: 4 }), new LayerNorm({ inputSize: 4 })];
  const head = new Dense({ inputSize: 4, outputSize: 2, seed: 2 });
  return modelOf({ conv, norm, layerNorm, head }, (x: tf.Tensor3D, training) => {
    const features = layerNorm.call(norm.call(conv.call(x), training));
    return head.call(dropout(tf.mean(features, 1) as tf.Tensor2D, training, { keepProb: 0.5 }));
  });
}

describe.runIf(canCompile())(
  "a model of Conv1D, BatchNorm, LayerNorm and dropout exports for any batch and length",
  () => {
    test.each([
      { padding: "valid", dilationRate: 1 },
      { padding: "same", dilationRate: 1 },
      { padding: "causal", dilationRate: 2 },
    ] as const)("%o", async ({ padding, dilationRate }) => {
      const folder = temporaryFolder();
      const inputs = { x: [null, null, 3] };
      await expect(
        exportSavedModel(model(padding, dilationRate), `${folder}/model`, { inputs }),
      ).resolves.not.toThrow();
    });
  },
);

test.runIf(canCompile())("a model of Conv2D and max pooling exports for any batch", async () => {
  const conv = new Conv2D({ inputSize: 1, filters: 2, kernelSize: 3, strides: [2, 1], padding: "same", seed: 1 });
  const head = new Dense({ inputSize: 2 * 2 * 4, outputSize: 2, seed: 2 });
  const images = modelOf({ conv, head }, (x: tf.Tensor3D) => {
    const pooled = tf.maxPool(conv.call(tf.expandDims(x, 3)), 2, 2, "valid");
    return head.call(pooled.as2D(-1, 2 * 2 * 4));
  });
  const folder = temporaryFolder();
  await expect(exportSavedModel(images, `${folder}/model`, { inputs: { x: [null, 8, 8] } })).resolves.not.toThrow();
});
