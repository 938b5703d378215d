// What exportGraphModel gives its page, and refuses.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { browserFiles, CompileError, inferenceGraph } from "../../../src/compile";
import { bytePairTokenizer, wordTokenizer } from "../../../src/data";
import { ArgumentError, Dense, dynamicRnn, Embedding, GRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { exportGraphModel, exportSavedModel, modelOf } from "../../../src/train";
import { onNative, temporaryFolder } from "./support";

const words = wordTokenizer("the cat sat", { unknown: true });

/** The page's part of the example in a folder. */
function pageIn(folder: string): { labels: object; lengths: object; texts: Record<string, { tokens: string[] }> } {
  const file = readdirSync(folder).find((name) => name.startsWith("example-")) as string;
  return JSON.parse(readFileSync(join(folder, file), "utf8")).page;
}

const inputs = { x: { shape: [null, null], dtype: "int32" } } as const;
const reader = (outputSize = words.vocabularySize) => {
  const embedding = new Embedding({ vocabularySize: words.vocabularySize, embeddingSize: 2, seed: 1 });
  const cell = new GRUCell({ inputSize: 2, numUnits: 3, seed: 2 });
  const head = new Dense({ inputSize: 3, outputSize, seed: 3 });
  return modelOf({ embedding, cell, head }, (x: tf.Tensor2D, _training, sequenceLength) =>
    head.call(dynamicRnn(cell, embedding.call(x), { sequenceLength })[1]),
  );
};

onNative("exportGraphModel", () => {
  test("gives the page the tokenizer, the lengths, and the labels: the tokens, or those that are given", async () => {
    const folder = temporaryFolder();
    await exportGraphModel(reader(), folder, { inputs: { ...inputs, lengths: [null] }, tokenizer: words });
    const tokens = ["<unk>", "the", "cat", "sat"];
    const { labels, lengths, texts } = pageIn(folder);
    expect({ labels, lengths }).toEqual({ labels: { output: tokens }, lengths: { lengths: "x" } });
    expect(texts.x?.tokens).toEqual(tokens);
    expect(readFileSync(join(folder, "run.js"), "utf8")).toContain("function encodeText(");
    const sentiment = temporaryFolder();
    await exportGraphModel(reader(2), sentiment, { inputs, tokenizer: { x: words }, labels: ["bad", "good"] });
    expect(pageIn(sentiment).labels).toEqual({ output: ["bad", "good"] });
  });

  test.each([
    [{ tokenizer: "words" }, /tokenizer: expected a tokenizer, or one for each text, got string words/],
    [{ tokenizer: { y: words } }, /tokenizer\.y: expected one for the int32 inputs, x, got one for y/],
    [{ tokenizer: { x: 3 } }, /tokenizer\.x: expected a tokenizer, got number 3/],
    [{ tokenizer: bytePairTokenizer("a b a b") }, /tokenizer: expected a tokenizer of words or of characters/],
    [{ labels: ["a"] }, /labels: expected 4 texts, one for each number of the output's last axis, got a list of 1/],
    [{ labels: { other: ["a"] } }, /labels\.other: expected an output, output, got other/],
    [{ labels: "abcd" }, /labels: expected a list of names, got string abcd/],
    [{ label: ["a"] }, /options: .*also label \(did you mean labels\?\)/],
  ])("refuses %o", async (wrong, message) => {
    const folder = temporaryFolder();
    const refusal = exportGraphModel(reader(), folder, { inputs, ...wrong } as never);
    await expect(refusal).rejects.toThrow(ArgumentError);
    await expect(refusal).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("refuses a tokenizer for inputs that are numbers; exportSavedModel has no page", async () => {
    const head = new Dense({ inputSize: 2, outputSize: 2, seed: 1 });
    const model = modelOf({ head }, (x: tf.Tensor2D) => head.call(x));
    const refusal = exportGraphModel(model, temporaryFolder(), { inputs: { x: [null, 2] }, tokenizer: words });
    await expect(refusal).rejects.toThrow(/tokenizer: expected none, as no input is int32, got one for x/);
    const page = { inputs: { x: [null, 2] }, labels: ["a", "b"] } as never;
    await expect(exportSavedModel(model, temporaryFolder(), page)).rejects.toThrow(/also labels/);
  });

  test("browserFiles(graph, form) refuses names that the graph does not have, and texts without a function", async () => {
    const w = tf.variable(tf.scalar(2));
    const graph = inferenceGraph(({ x }) => ({ y: tf.mul(x as tf.Tensor, w) }), {
      inputs: { x: [null, 3] },
      variables: { w },
    });
    for (const [form, message] of [
      [{ labels: { z: ["a"] } }, /form\.labels: expected names among y, got z/],
      [{ lengths: { l: "x" } }, /form\.lengths: expected names among x, got l/],
      [{ texts: { x: {} } }, /form\.encodeText: expected a function's text, got undefined/],
      [{ text: {} }, /form: expected .* got also text \(did you mean texts\?\)/],
      [3, /form: expected .* got number 3/],
    ] as const) {
      const refusal = browserFiles(graph, form as never);
      await expect(refusal).rejects.toThrow(CompileError);
      await expect(refusal).rejects.toThrow(message);
    }
  });
});
