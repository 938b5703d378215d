/** A notebook opened in JupyterLab: what a reader does with menus, and what there is to see. */
import { notebookState } from "./in-page.mjs";

const OPENED = 60_000; // milliseconds until the notebook and its kernel are there, on a busy machine

/** @returns the page, with the notebook open, its kernel idle, and what else the page asked for and said */
export async function openNotebook(context, lab, name) {
  const page = await context.newPage();
  const foreign = new Set();
  const errors = [];
  const note = (url) => {
    if (isForeign(url, lab)) foreign.add(url.slice(0, 200));
  };
  page.on("request", (request) => note(request.url()));
  page.on("websocket", (socket) => note(socket.url()));
  page.on("pageerror", (error) => errors.push(String(error)));
  const token = lab.searchParams.get("token");
  await page.goto(`${lab.origin}/lab/tree/${name}.ipynb?reset&token=${token}`);
  await waitFor(page, ({ ready, status }) => ready && status === "idle", OPENED, "its kernel was idle");
  await page.locator(".jp-Notebook").first().waitFor();
  return { page, foreign, errors };
}

/** Only this machine's server, and what the page itself holds. */
export function isForeign(address, lab) {
  const { protocol, host } = new URL(address);
  if (["data:", "blob:", "about:"].includes(protocol)) return false;
  return host !== lab.host;
}

/** Run → Run All Cells: the menu by its name, then the entry by its own. */
export async function chooseMenu(page, menu, entry) {
  const bar = page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${menu}$`) });
  await bar.click();
  await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${entry}$`) }).click();
}

/** The kernel rests and no cell waits for it: all have run, or one has failed. */
export const isDone = ({ status, cells }) => status === "idle" && cells.every((cell) => !cell.running);

/** The code cell with that number, from 0, has run. */
export const hasRun = (number) => (state) => isDone(state) && state.cells[number].count !== null;

/** Asks the page until what it holds is as wanted. @returns its state then @throws Error after `limit` milliseconds */
export async function waitFor(page, wanted, limit, what, { every = 200, onState = async () => {} } = {}) {
  const end = performance.now() + limit;
  for (;;) {
    const state = await page.evaluate(notebookState);
    if (wanted(state)) return state;
    if (performance.now() > end) throw new Error(`${limit / 1000} s went by before ${what}`);
    await onState(state);
    await page.waitForTimeout(every);
  }
}
