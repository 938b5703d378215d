/** One notebook in the browser, from opening to its last figure: what was seen of it, as facts. */
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import type { CopiedNotebook } from "./folder.mts";
import {
  type CellState,
  type DrawnFigure,
  drawnFigures,
  type NotebookState,
  notebookHeight,
  scrollToCell,
  shownText,
} from "./in-page.mts";
import { chooseMenu, isDone, openNotebook, waitFor } from "./notebook-page.mts";
import type { CellFigures, Facts } from "./verdict.mts";

const VIEW = { width: 1200, height: 1000 }; // pixels
const TALLEST = 16_000; // pixels of a screenshot
const BEGUN = 20_000; // milliseconds from the menu to the first cell at work
const DRAWN = 10_000; // milliseconds for a figure to appear once it is in view

/** Where JupyterLab is, and where screenshots go. */
export interface Where {
  readonly lab: URL;
  readonly screenshots: string;
}

/** Opens a notebook, runs all its cells from the menu, and looks at it until its last figure is drawn. */
export async function watchNotebook(
  context: BrowserContext,
  notebook: CopiedNotebook,
  { lab, screenshots }: Where,
): Promise<Facts> {
  const { page, foreign, errors } = await openNotebook(context, lab, notebook.name);
  try {
    await chooseMenu(page, "Run", "Run All Cells");
    await waitFor(page, ({ cells }) => cells.some(isAtWork), BEGUN, "a cell was at work");
    const reader = new Reader(page, join(screenshots, `${notebook.name}-running.png`));
    const looks = { every: 100, onState: (state: NotebookState) => reader.look(state) };
    const done = await waitFor(page, isDone, notebook.timeLimit * 1_000, "all cells had run", looks);
    await page.setViewportSize(VIEW);
    const figures = await figuresOf(page, done);
    const facts = {
      cells: done.cells,
      dialog: done.dialog,
      figures,
      changes: reader.changes,
      claimsShown: await claimsShown(page, done),
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

const isAtWork = (cell: CellState) => cell.running || cell.count !== null;

/** Looks at the cell at work as a reader does, and keeps each text that stood below it. */
class Reader {
  readonly #page: Page;
  readonly #picture: string;
  readonly #seen = new Map<number, Set<string>>(); // by cell
  #inView: number | undefined;

  /** @param picture a file for a screenshot of the cell whose output changed most often */
  constructor(page: Page, picture: string) {
    this.#page = page;
    this.#picture = picture;
  }

  /** How many texts one cell has shown, at most. */
  get changes(): number {
    return Math.max(0, ...[...this.#seen.values()].map((texts) => texts.size));
  }

  async look({ cells }: NotebookState): Promise<void> {
    // All cells of "Run All" count as running from the start: the cell at work is the first of them.
    const now = cells.find((cell) => cell.running);
    if (now === undefined) return;
    if (now.index !== this.#inView) await this.#page.evaluate(scrollToCell, now.index);
    this.#inView = now.index;
    const text = await this.#page.evaluate(shownText, now.index);
    if (!text?.trim()) return;
    const before = this.changes;
    const texts = this.#seen.get(now.index) ?? new Set();
    this.#seen.set(now.index, texts.add(text));
    if (this.changes > before) await this.#page.screenshot({ path: this.#picture });
  }
}

/** For each cell with figures, what the page drew of them when the cell was scrolled into view. */
async function figuresOf(page: Page, { cells }: NotebookState): Promise<CellFigures[]> {
  const figures: CellFigures[] = [];
  for (const { index, outputs } of cells) {
    const sent = outputs.filter(({ mimes }) => mimes.includes("application/vnd.plotly.v1+json")).length;
    if (sent === 0) continue;
    await page.evaluate(scrollToCell, index);
    const drawn = await whenDrawn(page, index, sent);
    figures.push({ cell: index, sent, drawn });
  }
  return figures;
}

/** What the page shows below the cells that make claims. */
async function claimsShown(page: Page, { cells }: NotebookState): Promise<string> {
  const texts: string[] = [];
  for (const { index, outputs } of cells) {
    const claims = outputs.flatMap((output) => output.claims ?? []);
    if (claims.length === 0) continue;
    await page.evaluate(scrollToCell, index);
    texts.push(await whenShown(page, index, (text) => claims.every(({ name }) => text.includes(`${name} is `))));
  }
  return texts.join("\n");
}

/** The text below a cell, once it is whole: JupyterLab draws a cell after it has come into view. */
async function whenShown(page: Page, index: number, isWhole: (text: string) => boolean): Promise<string> {
  for (const end = performance.now() + DRAWN; ; ) {
    const text = (await page.evaluate(shownText, index)) ?? "";
    if (isWhole(text) || performance.now() > end) return text;
    await page.waitForTimeout(100);
  }
}

async function whenDrawn(page: Page, index: number, sent: number): Promise<DrawnFigure[]> {
  for (const end = performance.now() + DRAWN; ; ) {
    const drawn = await page.evaluate(drawnFigures, index);
    if (drawn.length >= sent && drawn.every(({ marks }) => marks > 0)) return drawn;
    if (performance.now() > end) return drawn;
    await page.waitForTimeout(100);
  }
}

/** The whole notebook in one picture: a window high enough for all of it. */
async function screenshotWhole(page: Page, path: string): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const height = await page.evaluate(notebookHeight); // grows while cells come into view for the first time
    await page.setViewportSize({ ...VIEW, height: Math.min(TALLEST, Math.max(VIEW.height, height + 160)) });
    await page.waitForTimeout(500);
  }
  await page.evaluate(scrollToCell, 0);
  await page.waitForTimeout(500);
  await page.screenshot({ path });
}
