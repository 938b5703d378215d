// Models of Keras from its own files (test/golden/make_keras_files.py), put together from our cells and layers.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadKerasWeights } from "../../../src/data";
import {
  bidirectionalDynamicRnn,
  Dense,
  dynamicRnn,
  Embedding,
  fromKeras,
  LSTMCell,
  MultiRNNCell,
  ResetAfterGRUCell,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose } from "../../support";

beforeAll(() => tf.ready());

const FOLDER = join(__dirname, "../../golden/foreign/files");
const temporary = mkdtempSync(join(tmpdir(), "unroll-files-"));
afterAll(() => rmSync(temporary, { recursive: true }));

async function load(name: string) {
  const path = join(temporary, name);
  writeFileSync(path, gunzipSync(readFileSync(join(FOLDER, `${name}.gz`))));
  return loadKerasWeights(path);
}

const ours = {
  words: "words",
  lower: "lower",
  upper: "upper",
  forward: "both/forward_gru",
  backward: "both/backward_gru",
  head: "head",
};
const numbered = {
  words: "layers/embedding",
  lower: "layers/lstm",
  upper: "layers/lstm_1",
  forward: "layers/bidirectional/forward_layer",
  backward: "layers/bidirectional/backward_layer",
  head: "layers/dense",
};

test.each([
  ["keras2", "h5", ours],
  ["keras2", "full.h5", ours],
  ["keras2", "weights.h5", numbered],
  ["keras2", "keras", numbered],
  ["keras3", "full.h5", ours],
  ["keras3", "weights.h5", ours],
  ["keras3", "keras", ours],
])("%s.%s: the model of its weights gives its outputs here", async (library, form, prefixes) => {
  const arrays = await load(`${library}.${form}`);
  const { x, outputs } = JSON.parse(readFileSync(join(FOLDER, `${library}.json`), "utf8"));
  const words = new Embedding({ vocabularySize: 7, embeddingSize: 3 });
  const stack = new MultiRNNCell([
    new LSTMCell({ inputSize: 3, numUnits: 4 }),
    new LSTMCell({ inputSize: 4, numUnits: 4 }),
  ]);
  const gru = () => new ResetAfterGRUCell({ inputSize: 4, numUnits: 4 });
  const [forward, backward, head] = [gru(), gru(), new Dense({ inputSize: 8, outputSize: 2 })];
  fromKeras(words, arrays, { prefix: prefixes.words });
  fromKeras(stack, arrays, { prefix: [prefixes.lower, prefixes.upper] });
  fromKeras(forward, arrays, { prefix: prefixes.forward });
  fromKeras(backward, arrays, { prefix: prefixes.backward });
  fromKeras(head, arrays, { prefix: prefixes.head });
  const embedded = words.call(tf.tensor2d(x, [2, 5], "int32"));
  const [both] = bidirectionalDynamicRnn(forward, backward, dynamicRnn(stack, embedded)[0]);
  expectClose(head.call(tf.concat(both, 2)), outputs, 1e-6);
  expect(() => fromKeras(stack, arrays, { prefix: [prefixes.upper, prefixes.lower] })).toThrow(
    /shape \[3, 16\], got shape \[4, 16\]/,
  );
});
