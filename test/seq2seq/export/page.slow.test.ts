import { describe, expect, test } from "vitest";
import { translate } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { pageOf } from "./page";
import { makeTranslator } from "./support";

describe.runIf(tf.engineInUse.name === "tensorflow")("exportTranslator: the page", () => {
  test("refuses a sentence whose memory has no live place, as translate does: its numbers are NaN", async () => {
    const { model, tokenizers } = makeTranslator();
    const [cold = 0] = tokenizers.source.encode("cold").data;
    const encode: typeof model.encode = (source, training, lengths) => {
      const all = lengths ?? (tf.fill([source.shape[0]], source.shape[1], "int32") as tf.Tensor1D);
      const first = tf.reshape(tf.slice(source, [0, 0], [source.shape[0], 1]), [-1]);
      const isCold = tf.equal(first, tf.scalar(cold, "int32")).toInt(); // its own place does not count
      return { ...model.encode(source, training, lengths), lengths: tf.sub(all, isCold) };
    };
    const shorter = { ...model, encode };
    const page = await pageOf({ model: shorter, tokenizers }, { maximumLength: 4 });
    expect((await page("I am")).tokens.length).toBeGreaterThan(0);
    await expect(page("cold")).rejects.toThrow("The model's numbers are NaN or infinite");
    const options = { maximumLength: 4, compiled: false };
    await expect(translate(shorter, tokenizers, ["cold"], options)).rejects.toThrow(/expected 1 to 1 .*got 0/);
  });
});
