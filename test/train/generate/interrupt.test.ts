import { expect, test } from "vitest";
import { GRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { generate } from "../../../src/train";
import { languageModel, letters } from "./support";

test("Ctrl-C and the notebook's stop button end the text, and what there is comes back", async () => {
  await tf.ready();
  const model = languageModel(new GRUCell({ inputSize: 6, numUnits: 8, seed: 3 }), letters.vocabularySize);
  const before = tf.memory().numTensors;
  const pieces: string[] = [];
  const onText = (piece: string) => {
    if (pieces.push(piece) === 5) process.emit("SIGINT");
  };
  const interrupted = await generate(model, letters, { prompt: "cat", length: 100_000, seed: 1, onText });
  expect(interrupted).toMatchObject({ text: pieces.join(""), reason: "interrupted" });
  expect(pieces).toHaveLength(5);
  expect(process.listenerCount("SIGINT")).toBe(0);
  expect(tf.memory().numTensors).toBe(before);
});
