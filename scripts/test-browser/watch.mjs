/** One notebook in the browser, from opening to its last figure: what was seen of it, as facts. */
import { join } from "node:path";
import { drawnFigures, notebookHeight, scrollToCell, shownText } from "./in-page.mjs";
import { chooseMenu, isDone, openNotebook, waitFor } from "./notebook-page.mjs";

const VIEW = { width: 1200, height: 1000 }; // pixels
const TALLEST = 16_000; // pixels of a screenshot
const BEGUN = 20_000; // milliseconds from the menu to the first cell at work
const DRAWN = 10_000; // milliseconds for a figure to appear once it is in view

/**
 * @param notebook from `copyNotebooks`
 * @param options `lab`: its address; `screenshots`: a folder
 * @returns facts for `verdict`
 */
export async function watchNotebook(context, notebook, { lab, screenshots }) {
  const { page, foreign, errors } = await openNotebook(context, lab, notebook.name);
  try {
    await chooseMenu(page, "Run", "Run All Cells");
    await waitFor(page, (state) => state.cells?.some(isAtWork), BEGUN, "a cell was at work");
    const progress = new Map();
    const seen = { shots: 0 };
    const onState = (state) => follow(page, state, progress, seen, join(screenshots, `${notebook.name}-running.png`));
    const done = await waitFor(page, isDone, notebook.timeLimit * 1_000, "all cells had run", { every: 100, onState });
    await page.setViewportSize(VIEW);
    const figures = await figuresOf(page, done);
    const last = done.cells.at(-1);
    await page.evaluate(scrollToCell, last.index);
    const facts = {
      cells: done.cells,
      dialog: done.dialog,
      figures,
      changes: Math.max(0, ...[...progress.values()].map((texts) => texts.size)),
      lastShown: await page.evaluate(shownText, last.index),
      errors,
    };
    await screenshotWhole(page, join(screenshots, `${notebook.name}.png`));
    return { ...facts, foreign: [...foreign] }; // with what the pictures asked for
  } catch (error) {
    await page.screenshot({ path: join(screenshots, `${notebook.name}-failed.png`) });
    throw error;
  } finally {
    await page.close();
  }
}

const isAtWork = (cell) => cell.running || cell.count !== null;

/** Looks at the cell at work as a reader does, and keeps what stood there at each look. */
async function follow(page, { cells }, progress, seen, shot) {
  // All cells of "Run All" count as running from the start: the one at work is the first of them.
  const now = cells.find((cell) => cell.running);
  if (!now) return;
  if (now.index !== seen.index) await page.evaluate(scrollToCell, now.index);
  seen.index = now.index;
  const text = await page.evaluate(shownText, now.index);
  if (!text?.trim()) return;
  const texts = progress.get(now.index) ?? new Set();
  progress.set(now.index, texts.add(text));
  if (texts.size <= seen.shots) return;
  seen.shots = texts.size; // the picture of the cell whose output changed most often
  await page.screenshot({ path: shot });
}

/** For each figure that the kernel sent, what the page drew of it when it was scrolled into view. */
async function figuresOf(page, { cells }) {
  const figures = [];
  for (const { index, outputs } of cells) {
    const sent = outputs.filter(({ mimes }) => mimes.includes("application/vnd.plotly.v1+json")).length;
    if (sent === 0) continue;
    await page.evaluate(scrollToCell, index);
    const drawn = await whenDrawn(page, index, sent);
    figures.push({ cell: index, sent, drawn });
  }
  return figures;
}

async function whenDrawn(page, index, sent) {
  for (const end = performance.now() + DRAWN; ; ) {
    const drawn = await page.evaluate(drawnFigures, index);
    if (drawn.length >= sent && drawn.every(({ marks }) => marks > 0)) return drawn;
    if (performance.now() > end) return drawn;
    await page.waitForTimeout(100);
  }
}

/** The whole notebook in one picture: a window high enough for all of it. */
async function screenshotWhole(page, path) {
  for (let round = 0; round < 2; round++) {
    const height = await page.evaluate(notebookHeight); // grows while cells come into view for the first time
    await page.setViewportSize({ ...VIEW, height: Math.min(TALLEST, Math.max(VIEW.height, height + 160)) });
    await page.waitForTimeout(500);
  }
  await page.evaluate(scrollToCell, 0);
  await page.waitForTimeout(500);
  await page.screenshot({ path });
}
