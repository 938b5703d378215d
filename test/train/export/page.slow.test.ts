// The page of an exported model: what is drawn, typed as numbers or typed as text gives the model's own numbers.
import { afterEach, expect, test } from "vitest";
import { type Page, withPage } from "../../../scripts/notebooks/browser.mts";
import { wordTokenizer } from "../../../src/data";
import { Dense, dynamicRnn, Embedding, GRUCell, LSTMCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { exportGraphModel, type GraphModelOptions, type Model, modelOf } from "../../../src/train";
import { hasBrowser, served } from "./served";
import { onNative, temporaryFolder } from "./support";

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => void close()));

/** Exports a model, and opens its page when the form is there. */
async function onPage<T>(model: Model, options: GraphModelOptions, task: (page: Page) => Promise<T>): Promise<T> {
  const folder = temporaryFolder();
  await exportGraphModel(model, folder, options);
  const { home, close } = await served(folder, "/a/b/");
  closing.push(close);
  return withPage(
    async (page) => {
      await page.goto(home);
      const loaded = `new Promise((done) => document.readyState === "complete" ? done() : addEventListener("load", done))`;
      await page.evaluate(`${loaded}.then(() => answer).then(() => true)`);
      return task(page);
    },
    { limit: 240_000 },
  );
}

/** Presses the button. @returns what the page says, and the lines of its tables */
async function run({ evaluate }: Page): Promise<{ said: string; rows: [string, number, boolean][] }> {
  await evaluate(`document.getElementById("run").click(), document.getElementById("form").answered`);
  const rows = `Array.from(document.querySelectorAll("#answer tr"), (row) =>
    [row.children[0].textContent, Number(row.children[1].textContent), row.className === "best"])`;
  const said = (await evaluate(`document.getElementById("said").textContent`)) as string;
  return { said, rows: (await evaluate(rows)) as [string, number, boolean][] };
}

const fill = ({ evaluate }: Page, text: string) =>
  evaluate(`document.getElementById("input-x").value = ${JSON.stringify(text)}`);

const rounded = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toPrecision(3)));

onNative("the page of exportGraphModel", () => {
  test("a drawn digit: what is drawn is 28×28 pixels, in the middle, and the labels name the scores", async (context) => {
    if (!hasBrowser()) return context.skip("no Chromium");
    // Scores: the ink in the left and in the right half, and above and below the middle.
    const masks = tf.tidy(() => {
      const columns = tf.range(0, 28).less(14).toFloat();
      const left = tf.tile(tf.expandDims(columns, 0), [28, 1]);
      const top = tf.transpose(left);
      const all = [left, tf.sub(1, left), top, tf.sub(1, top)].map((mask) => tf.reshape(mask, [784]));
      return tf.variable(tf.stack(all, 1) as tf.Tensor2D);
    });
    const call = (x: tf.Tensor3D) => tf.matMul(tf.div(tf.reshape(x, [-1, 784]), 255), masks) as tf.Tensor2D;
    const labels = ["left", "right", "top", "bottom"];
    await onPage({ variables: [masks], call }, { inputs: { x: [null, 28, 28] }, labels }, async (page) => {
      expect((await run(page)).said).toBe("Draw a digit.");
      // A bar near the upper left corner, then a long bar down: an L upside down.
      await page.evaluate(`(() => {
        const canvas = document.getElementById("input-x");
        canvas.setPointerCapture = () => {};
        const { left, top } = canvas.getBoundingClientRect();
        const send = (type, [x, y]) => canvas.dispatchEvent(
          new PointerEvent(type, { clientX: left + x, clientY: top + y, buttons: 1, pointerId: 1 }));
        send("pointerdown", [40, 40]);
        for (const point of [[120, 40], [40, 40], [40, 200]]) send("pointermove", point);
      })()`);
      const { said, rows } = await run(page);
      expect(said).toBe("");
      expect(rows.map(([name]) => name)).toEqual(labels);
      const [left = 0, right = 0, top = 0, bottom = 0] = rows.map(([, value]) => value);
      expect(left + right).toBeGreaterThan(40); // white pixels of about 256 in the box of 20×20 are much ink
      expect(left + right).toBeCloseTo(top + bottom, 0);
      for (const half of [left, right, top, bottom]) expect(half / (left + right)).toBeGreaterThan(0.2); // in the middle
    });
  });

  test("numbers: a line for each time step; the page fills in the lengths; a wrong line is named", async (context) => {
    if (!hasBrowser()) return context.skip("no Chromium");
    const cell = new LSTMCell({ inputSize: 2, numUnits: 4, seed: 1 });
    const head = new Dense({ inputSize: 4, outputSize: 1, seed: 2 });
    const model = modelOf({ cell, head }, (x: tf.Tensor3D, _training, sequenceLength) =>
      head.call(dynamicRnn(cell, x, { sequenceLength })[0]),
    );
    await onPage(model, { inputs: { x: [null, null, 2], lengths: [null] } }, async (page) => {
      expect((await run(page)).rows.length).toBeGreaterThan(1); // the example that is there first
      await fill(page, "0.5 -1\n2, 3\n\n-0.25 0\n");
      const { said, rows } = await run(page);
      const expected = model.call(
        tf.tensor3d([
          [
            [0.5, -1],
            [2, 3],
            [-0.25, 0],
          ],
        ]),
      ) as tf.Tensor3D;
      expect(said).toBe("");
      expect(rows.map(([name]) => name)).toEqual(["step 1", "step 2", "step 3"]);
      expect(rounded(rows.map(([, value]) => value))).toEqual(rounded(expected.dataSync()));
      await fill(page, "1 2\n3");
      expect(await run(page)).toEqual({
        said: "Line 2: the model takes 2 numbers for each time step, not 1.",
        rows: [],
      });
    });
  });

  test("a text box where a tokenizer is given: scores of the tokens, and words that the vocabulary lacks", async (context) => {
    if (!hasBrowser()) return context.skip("no Chromium");
    const words = wordTokenizer("the cat sat on the mat", { unknown: true });
    const embedding = new Embedding({ vocabularySize: words.vocabularySize, embeddingSize: 3, seed: 3 });
    const cell = new GRUCell({ inputSize: 3, numUnits: 5, seed: 4 });
    const head = new Dense({ inputSize: 5, outputSize: words.vocabularySize, seed: 5 });
    const model = modelOf({ embedding, cell, head }, (x: tf.Tensor2D) =>
      head.call(dynamicRnn(cell, embedding.call(x))[0]),
    );
    const inputs = { x: { shape: [null, null], dtype: "int32" } } as const;
    await onPage(model, { inputs, tokenizer: words }, async (page) => {
      await fill(page, "the cat zebra");
      const { said, rows } = await run(page);
      expect(said).toBe("Not in the vocabulary, so read as <unk>: zebra.");
      const ids = tf.tensor2d(words.encode("the cat zebra").data, [1, 3], "int32");
      const scores = Array.from(model.call(ids).dataSync()).slice(-words.vocabularySize);
      expect(rows.map(([name]) => name)).toEqual(scores.map((_, id) => words.token(id)));
      expect(rounded(rows.map(([, value]) => value))).toEqual(rounded(scores));
      expect(rows.findIndex(([, , best]) => best)).toBe(scores.indexOf(Math.max(...scores)));
      await fill(page, " ");
      expect((await run(page)).said).toBe("Type some words.");
    });
  });
});
