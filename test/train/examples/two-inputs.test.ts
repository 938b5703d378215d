// An image and a ragged text in, a class and a tag for each word out: from data to exports, without a cast.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { latestCheckpoint, numericArray } from "../../../src/data";
import { AdamOptimizer, Dense, DropoutWrapper, dynamicRnn, Embedding, GRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  accuracy,
  type Callback,
  confusionMatrix,
  crossEntropy,
  type ExportOptions,
  evaluate,
  exportGraphModel,
  exportSavedModel,
  fit,
  ModelCheckpoint,
  modelOf,
  predict,
} from "../../../src/train";
import { temporaryFolder } from "../../temporary-folder";

beforeAll(() => tf.ready());

/** Two batches of four in an epoch. */
const LENGTHS = [2, 1, 5, 2, 5, 5, 2, 5];
const WORDS = 9;

/** Posts: the class is the brightest corner of the image or the first word, the tags tell odd words from even ones. */
function posts() {
  const images = LENGTHS.flatMap((_, i) => Array.from({ length: 12 }, (_, j) => ((i * 5 + j * 3) % 7) / 7));
  const texts = LENGTHS.map((length, i) => Int32Array.from({ length }, (_, t) => (i * 4 + t * 5) % WORDS));
  const kinds = texts.map((text, i) => ((text[0] ?? 0) + (i % 2)) % 3);
  return {
    x: { image: numericArray(Float32Array.from(images), [LENGTHS.length, 3, 4]), text: texts },
    y: {
      kind: numericArray(Int32Array.from(kinds), [LENGTHS.length]),
      tags: texts.map((text) => text.map((word) => word % 2)),
    },
  };
}

function reader(seed = 1) {
  const table = new Embedding({ vocabularySize: WORDS, embeddingSize: 4, seed });
  const cell = new DropoutWrapper(new GRUCell({ inputSize: 4, numUnits: 6, seed: seed + 1 }), { outputKeepProb: 0.8 });
  const kind = new Dense({ inputSize: 18, outputSize: 3, seed: seed + 2 });
  const tag = new Dense({ inputSize: 6, outputSize: 2, seed: seed + 3 });
  const parts = { table, cell, kind, tag };
  return modelOf(
    parts,
    ({ image, text }, training, lengths) => {
      const [outputs, state] = dynamicRnn(cell, table.call(text), { training, sequenceLength: lengths?.text });
      return { kind: kind.call(tf.concat2d([image.as2D(text.shape[0], 12), state], 1)), tags: tag.call(outputs) };
    },
    { like: posts() },
  );
}

const loss = { kind: crossEntropy, tags: crossEntropy };
const metrics = { kind: { accuracy }, tags: { accuracy } };

/** Trains, with a checkpoint every five steps. It is stopped, or broken off, after a step. */
async function train(folder: string, { compiled = false, seed = 1, stopAt = 0, failAt = 0, epochs = 4 } = {}) {
  const model = reader(seed);
  const losses: number[] = [];
  const watch: Callback = {
    onBatchEnd: (_, { loss: value = Number.NaN }, run) => {
      losses.push(value);
      if (run.step === stopAt) run.stop("enough");
      if (run.step === failAt) throw new Error("broken off");
    },
  };
  const checkpoint = new ModelCheckpoint({ folder, every: { steps: 5 } });
  const history = await fit(model, posts(), {
    loss,
    metrics,
    lossWeights: { tags: 0.5 },
    optimizer: new AdamOptimizer({ learningRate: 0.02 }),
    epochs,
    batchSize: 4,
    measuringBatchSize: 4,
    buckets: 1,
    trainingMetrics: false,
    seed: 3,
    shards: 2,
    compiled,
    progress: false,
    ...(!compiled && { validationData: posts() }), // its graphs would take most of the time
    callbacks: [checkpoint, watch],
    resume: folder,
  });
  const epochRecords = history.epochs.map(({ seconds: _, ...record }) => record);
  const weights = model.variables.map((variable) => [...variable.dataSync()]);
  return { model, losses, weights, epochs: epochRecords };
}

test.each([false, true])("trains, and resumes bit for bit inside an epoch; compiled: %s", async (compiled) => {
  if (compiled && !canCompile()) return;
  const straight = await train(join(temporaryFolder(), "run"), { compiled });
  expect(straight.losses).toHaveLength(4 * 2);
  const folder = join(temporaryFolder(), "run");
  const first = await train(folder, { compiled, stopAt: 3 });
  await expect(train(folder, { compiled, seed: 50, failAt: 7 })).rejects.toThrow("broken off");
  expect((await latestCheckpoint(folder))?.number).toBe(5);
  const last = await train(folder, { compiled, seed: 90 }); // other weights, which the checkpoint replaces
  expect([...first.losses, ...straight.losses.slice(3, 5), ...last.losses]).toEqual(straight.losses);
  expect(last.weights).toEqual(straight.weights);
  expect(last.epochs).toEqual(straight.epochs);
});

test.runIf(canCompile())("evaluates and predicts, and has learned", async () => {
  const compiled = true;
  const { model } = await train(join(temporaryFolder(), "run"), { compiled, epochs: 50 });
  const data = posts();
  const result = await evaluate(model, data, { loss, metrics, lossWeights: { tags: 0.5 }, compiled, batchSize: 4 });
  const { kind_loss: ofKind = 0, tags_loss: ofTags = 0 } = result;
  expect(result.loss).toBeCloseTo(ofKind + 0.5 * ofTags, 5);
  expect(result.tags_accuracy).toBeGreaterThan(0.9);
  const { kind, tags } = await predict(model, { x: data.x }, { steps: { tags: "x.text" }, compiled });
  expect([kind.shape, tags.shape]).toEqual([
    [LENGTHS.length, 3],
    [LENGTHS.length, 5, 2],
  ]);
  const right = LENGTHS.flatMap((length, i) =>
    Array.from({ length }, (_, t) => {
      const [even = 0, odd = 0] = tags.data.subarray((i * 5 + t) * 2);
      return odd > even === (data.y.tags[i]?.[t] === 1);
    }),
  );
  expect(right.filter(Boolean).length / right.length).toBeCloseTo(result.tags_accuracy ?? 0, 6);
  const matrix = await confusionMatrix(model, data, { output: "kind", compiled });
  expect(matrix.data.reduce((sum, count) => sum + count, 0)).toBe(LENGTHS.length);
});

test.runIf(canCompile())("exports to a SavedModel and to a browser", async () => {
  const inputs: ExportOptions["inputs"] = {
    x: { image: [null, 3, 4], text: { shape: [null, null], dtype: "int32" } },
    lengths: { text: [null] },
  };
  const [saved, web] = [join(temporaryFolder(), "saved"), join(temporaryFolder(), "web")];
  await exportSavedModel(reader(), saved, { inputs });
  await exportGraphModel(reader(), web, { inputs });
  expect(readdirSync(saved)).toEqual(["saved_model.pb"]);
  const { signature } = JSON.parse(readFileSync(join(web, "model.json"), "utf8"));
  expect(Object.keys(signature.inputs).sort()).toEqual(["image", "text", "text_lengths"]);
  expect(Object.keys(signature.outputs).sort()).toEqual(["kind", "tags"]);
});

test("there is no cast in this file", () => {
  const code = readFileSync(__filename, "utf8").replace(/\/\/.*|\/\*\*[\s\S]*?\*\/|import [^;]*;|"[^"]*"/g, "");
  expect(code.match(/\bas \w+/g)).toBeNull();
});
