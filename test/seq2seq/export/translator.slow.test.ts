// A page translates in Chromium, without anything from elsewhere, what the library translates here.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { findBrowser, type Page, withPage } from "../../../scripts/notebooks/browser.mts";
import { type ExportTranslatorOptions, exportTranslator, translate } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { temporaryFolder } from "../../temporary-folder";
import { type ExportedTranslator, makePlain, makeTranslator } from "./support";

const SENTENCES = ["I am cold .", "you were late", "she is happy", "we are here . he was tired . I am late", "cold"];

interface Shown {
  readonly text: string;
  readonly said: string;
  /** The words that were read, above the table, and those that were written, beside it. */
  readonly read: string[];
  readonly written: string[];
  /** The alignments, and the texts of the cells. */
  readonly weights: number[][];
  readonly cells: string[][];
}

describe.runIf(tf.engineInUse.name === "tensorflow" && hasBrowser())("exportTranslator", () => {
  test.each<[string, () => ExportedTranslator, ExportTranslatorOptions]>([
    ["with attention, greedy", makeTranslator, { maximumLength: 12 }],
    ["with attention, beam 4, length penalty", makeTranslator, { maximumLength: 12, beamWidth: 4, lengthPenalty: 0.7 }],
    ["characters without attention, beam 3", makePlain, { maximumLength: 20, beamWidth: 3 }],
  ])("%s: typing a sentence shows what the library writes", async (_, make, options) => {
    const { model, tokenizers } = make();
    const here = await translate(model, tokenizers, SENTENCES, options);
    expect(new Set(here.map(({ text }) => text)).size).toBeGreaterThan(2); // its words depend on what it reads
    const folder = temporaryFolder();
    await exportTranslator(model, tokenizers, folder, options);
    await withServed(folder, async (page) => {
      for (const [i, { text, reason, alignments, sourceTokens, targetTokens }] of here.entries()) {
        const shown = await type(page, SENTENCES[i] as string);
        expect(shown.text).toBe(text);
        expect(shown.said).toBe(reason === "length" ? "The sentence did not end, and is cut." : "");
        if (alignments === undefined) {
          expect(shown.weights).toEqual([]);
          continue;
        }
        expect([shown.written, shown.read]).toEqual([targetTokens, sourceTokens]);
        const flat = shown.weights.flat();
        expect(flat).toHaveLength(alignments.data.length);
        let worst = 0;
        flat.forEach((weight, at) => {
          worst = Math.max(worst, Math.abs(weight - (alignments.data[at] ?? Number.NaN)));
        });
        expect(worst).toBeLessThan(1e-4);
        expect(shown.cells).toEqual(shown.weights.map((row) => row.map((weight) => weight.toFixed(3))));
      }
    });
  });

  test("an empty sentence and unknown words are said on the page", async () => {
    const { model, tokenizers } = makeTranslator();
    const folder = temporaryFolder();
    await exportTranslator(model, tokenizers, folder, { maximumLength: 12, beamWidth: 4 });
    await withServed(folder, async (page) => {
      expect(await page.evaluate(`document.getElementById("said").textContent`)).toBe("Type a sentence.");
      const empty = { text: "", said: "An empty sentence has no translation: type some words.", cells: [] };
      expect(await type(page, "   ")).toMatchObject(empty);
      const { said, text, read } = await type(page, "I saw a <b>zebra</b>");
      expect(said).toMatch(/^Not in the vocabulary, so read as <unk>: saw, a, <, b, >, zebra, <\/, b, >\./);
      expect(read).toContain("zebra");
      expect(text).toBeTypeOf("string");
      expect(await type(page, "\ud800")).toMatchObject({ text: "", said: "The text has half of a character." });
      expect(await type(page, "")).toMatchObject(empty);
    });
  });

  test("a wide table scrolls in its frame with its words upright, and a sentence from right to left has its columns so", async () => {
    const { model, tokenizers } = makeTranslator();
    const folder = temporaryFolder();
    await exportTranslator(model, tokenizers, folder, { maximumLength: 12 });
    const layout = `(() => {
      const [frame, table] = ["scroll", "attention"].map((id) => document.getElementById(id));
      const [first, second] = [...table.rows[0].cells].slice(1).map((cell) => cell.getBoundingClientRect());
      const isWider = (element) => element.scrollWidth > element.clientWidth;
      return { page: isWider(document.documentElement), frame: isWider(frame), isTall: first.height > 1.2 * first.width, isReversed: second.x < first.x };
    })()`;
    await withServed(folder, async (page) => {
      const isHidden = () => page.evaluate(`document.getElementById("figure").hidden`);
      expect(await isHidden()).toBe(true);
      await type(page, "cold tired ".repeat(60));
      expect(await page.evaluate(layout)).toEqual({ page: false, frame: true, isTall: true, isReversed: false });
      expect((await type(page, "שלום עולם")).read).toEqual(["שלום", "עולם"]);
      expect(await page.evaluate(layout)).toEqual({ page: false, frame: false, isTall: false, isReversed: true });
      await type(page, "");
      expect(await isHidden()).toBe(true);
    });
  });

  test("blanks alone are an empty sentence for a tokenizer of characters too, as translate says", async () => {
    const { model, tokenizers } = makePlain();
    const folder = temporaryFolder();
    await exportTranslator(model, tokenizers, folder, { maximumLength: 12 });
    await withServed(folder, async (page) => {
      const said = "An empty sentence has no translation: type some words.";
      expect(await type(page, "   ")).toMatchObject({ text: "", said, cells: [] });
    });
  });
});

/** Serves a folder on this machine alone, opens its page, and expects that the page asked no other host. */
async function withServed(folder: string, task: (page: Page) => Promise<void>): Promise<void> {
  const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
  const server = createServer(({ url = "/" }, response) => {
    const path = join(folder, url === "/" ? "index.html" : url);
    if (!existsSync(path)) return response.writeHead(404).end();
    return response
      .writeHead(200, { "content-type": types[extname(path)] ?? "application/json" })
      .end(readFileSync(path));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    await withPage(
      async (page) => {
        await page.goto(home);
        await page.evaluate(
          `new Promise((done) => document.readyState === "complete" ? done() : addEventListener("load", done))`,
        );
        await page.evaluate("translator.then(() => {})");
        await task(page);
        const entries = await page.evaluate(
          `performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin + "/")`,
        );
        expect(new Set(entries as string[])).toEqual(new Set([home]));
      },
      { limit: 240_000 },
    );
  } finally {
    server.close();
  }
}

/** Types a sentence, presses the button, and reads what the page shows then. */
async function type(page: Page, sentence: string): Promise<Shown> {
  const shown = await page.evaluate(`(async () => {
    const at = (id) => document.getElementById(id);
    at("sentence").value = ${JSON.stringify(sentence)};
    at("button").click();
    await answered;
    const rows = [...at("attention").rows];
    const texts = (cells) => [...cells].map(({ textContent }) => textContent);
    return {
      text: at("translation").textContent,
      said: at("said").textContent,
      read: rows.length === 0 ? [] : texts(rows[0].cells).slice(1),
      written: rows.slice(1).map(({ cells }) => cells[0].textContent),
      weights: (await answered).found?.alignments ?? [],
      cells: rows.slice(1).map(({ cells }) => [...cells].slice(1).map(({ title }) => title)),
    };
  })()`);
  return shown as Shown;
}

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch {
    console.log("the translator's page is not tried: no Chromium");
    return false;
  }
}
