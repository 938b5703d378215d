/** JupyterLab's stop button on a cell that trains: Kernel → Interrupt Kernel ends it, and the next cell runs. */
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { type NotebookState, scrollToCell, shownText } from "./in-page.mts";
import { chooseMenu, hasRun, isDone, openNotebook, waitFor } from "./notebook-page.mts";
import type { Verdict } from "./verdict.mts";
import type { Where } from "./watch.mts";

export const INTERRUPT_NOTEBOOK = "interrupt-a-training";

/** Milliseconds from the menu to the end of the cell: `fit` looks every 50 ms; the rest is for one step and the page. */
const STOPS_WITHIN = 2_000;
const BEGUN = 60_000; // until the training shows its first steps
const NEXT = 30_000; // for the next cell
/** For 200 ms after a cell has failed, tslab aborts every request, as those of cells that were queued behind it. */
const ABORTS_QUEUED = 500;

/** The notebook trains on drawn digits, so that it needs no files, and for far more epochs than anybody waits for. */
const CELLS = [
  `import { drawnDigits } from "unroll/data";
import { notebookProgress } from "unroll/notebook";
import { AdamOptimizer, BasicRNNCell, Dense, dynamicRnn } from "unroll/rnn";
import * as tf from "unroll/tf";
import { accuracy, crossEntropy, evaluate, fit, modelOf } from "unroll/train";

await tf.ready();
const digits = drawnDigits({ count: 2_000, seed: 1 });
const cell = new BasicRNNCell({ inputSize: 28, numUnits: 50, seed: 2 });
const head = new Dense({ inputSize: 50, outputSize: 10, seed: 3 });
const model = modelOf({ rnn: cell, head }, (x: tf.Tensor3D) => head.call(dynamicRnn(cell, tf.div(x, 255) as tf.Tensor3D)[1]));
let steps = 0;
const counting = { onBatchEnd: () => { steps++; } };`,
  `await fit(model, digits, {
  loss: crossEntropy, optimizer: new AdamOptimizer({ learningRate: 0.001 }), epochs: 100_000, batchSize: 50, seed: 4,
  trainingMetrics: false, callbacks: [counting], progress: notebookProgress(),
});`,
  `const atFirst = steps;
await new Promise((done) => setTimeout(done, 1_000));
const measured = await evaluate(model, digits, { metrics: { accuracy } });
console.log(JSON.stringify({ trained: atFirst > 0, stepsWhileWaiting: steps - atFirst, usable: measured.accuracy > 0 }));`,
];

/** The notebook as a file's content. */
export function interruptNotebook(): object {
  const code = (source: string) => ({ cell_type: "code", source, execution_count: null, metadata: {}, outputs: [] });
  const kernelspec = { display_name: "TypeScript", language: "typescript", name: "tslab" };
  return { cells: CELLS.map(code), metadata: { kernelspec }, nbformat: 4, nbformat_minor: 4 };
}

/** Trains, interrupts from the menu, runs the next cell. @returns also the seconds from the menu to the cell's end */
export async function tryInterrupt(
  context: BrowserContext,
  { lab, screenshots }: Where,
): Promise<Verdict & { readonly seconds: number }> {
  const { page, foreign } = await openNotebook(context, lab, INTERRUPT_NOTEBOOK);
  try {
    await page.evaluate(scrollToCell, 0);
    await page.locator(".jp-CodeCell .cm-content").first().click();
    await chooseMenu(page, "Run", "Run Selected Cell"); // which selects the next
    await waitFor(page, hasRun(0), BEGUN, "the first cell had run");
    await chooseMenu(page, "Run", "Run Selected Cell");
    await untilTrains(page);
    await chooseMenu(page, "Kernel", "Interrupt Kernel");
    const pressed = performance.now();
    const stopped = await waitFor(page, isDone, NEXT, "the interrupted cell ended", { every: 20 });
    const seconds = (performance.now() - pressed) / 1_000;
    await page.screenshot({ path: join(screenshots, `${INTERRUPT_NOTEBOOK}.png`) });
    await page.waitForTimeout(ABORTS_QUEUED);
    await chooseMenu(page, "Run", "Run Selected Cell");
    const after = await waitFor(page, hasRun(2), NEXT, "the next cell had run");
    const reasons = [
      ...(seconds * 1_000 <= STOPS_WITHIN ? [] : [`the cell ended ${seconds.toFixed(1)} s after the interrupt`]),
      ...judge(stopped, after),
      ...[...foreign].map((url) => `the page asked another host: ${url}`),
    ];
    return { status: reasons.length > 0 ? "failed" : "passed", reasons, seconds };
  } catch (error) {
    await page.screenshot({ path: join(screenshots, `${INTERRUPT_NOTEBOOK}-failed.png`) });
    throw error;
  } finally {
    await page.close();
  }
}

async function untilTrains(page: Page): Promise<void> {
  for (const end = performance.now() + BEGUN; performance.now() < end; await page.waitForTimeout(100)) {
    const shown = await page.evaluate(shownText, 1);
    if (/epoch \d+\/100000, step/.test(shown ?? "")) return;
  }
  throw new Error(`${BEGUN / 1_000} s went by before the training showed a step`);
}

/** The cell must say that it was interrupted, quietly, and the training must not go on while the next cell runs. */
function judge(stopped: NotebookState, after: NotebookState): string[] {
  const said = textOf(stopped, 1);
  const next = textOf(after, 2);
  const expected = JSON.stringify({ trained: true, stepsWhileWaiting: 0, usable: true });
  const red = (stopped.cells[1]?.outputs ?? []).filter(({ name }) => name === "stderr");
  return [
    ...red.map(({ text }) => `the interrupted cell wrote to stderr: ${text.slice(0, 200)}`),
    ...(/interrupt/i.test(said) ? [] : [`the cell does not say that it was interrupted, but: ${said.slice(0, 200)}`]),
    ...(next.trim() === expected ? [] : [`the next cell printed ${next.trim().slice(0, 300)}, expected ${expected}`]),
  ];
}

/** What a code cell printed; cells are counted from 0. */
function textOf({ cells }: NotebookState, number: number): string {
  const outputs = cells[number]?.outputs ?? [];
  return outputs.map(({ text }) => text).join("");
}
