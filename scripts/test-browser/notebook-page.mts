/** A notebook opened in JupyterLab: what a reader does with menus, and what there is to see. */
import type { BrowserContext, Page } from "playwright-core";
import { type CellState, type NotebookState, notebookState } from "./in-page.mts";

const OPENED = 60_000; // milliseconds until the notebook and its kernel are there, on a busy machine

/** A page with a notebook in it. */
export interface OpenNotebook {
  readonly page: Page;
  /** What the page has asked other hosts for. */
  readonly foreign: ReadonlySet<string>;
  /** Errors that the page's own code has thrown. */
  readonly errors: readonly string[];
}

/**
 * Opens a notebook and waits until its kernel is idle.
 *
 * @param lab JupyterLab's address, with its token
 */
export async function openNotebook(context: BrowserContext, lab: URL, name: string): Promise<OpenNotebook> {
  const page = await context.newPage();
  const foreign = new Set<string>();
  const errors: string[] = [];
  const note = (url: string) => {
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

/** Whether an address is neither JupyterLab's server nor something that the page itself holds. */
export function isForeign(address: string, lab: URL): boolean {
  const { protocol, host } = new URL(address);
  if (["data:", "blob:", "about:"].includes(protocol)) return false;
  return host !== lab.host;
}

/** Chooses an entry of a menu, as Run → Run All Cells, by the names that a reader sees. */
export async function chooseMenu(page: Page, menu: string, entry: string): Promise<void> {
  const bar = page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${menu}$`) });
  await bar.click();
  await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${entry}$`) }).click();
}

/** Whether the kernel rests and no cell waits for it: all cells have run, or one has failed. */
export function isDone({ status, cells }: NotebookState): boolean {
  return status === "idle" && cells.every((cell) => !cell.running);
}

/** @returns whether a state is done with that code cell run; cells are counted from 0 */
export function hasRun(number: number): (state: NotebookState) => boolean {
  return (state) => isDone(state) && wasRun(state.cells[number]);
}

function wasRun(cell: CellState | undefined): boolean {
  return cell !== undefined && cell.count !== null;
}

/** How `waitFor` looks. */
export interface Looks {
  /** Milliseconds between two looks. Default: 200. */
  readonly every?: number;
  /** Is called with each state that is not the wanted one. */
  readonly onState?: (state: NotebookState) => Promise<void>;
}

/**
 * Looks at the page until its state is the wanted one.
 *
 * @param limit milliseconds
 * @param what for the error, "a cell was at work"
 * @returns the wanted state
 * @throws Error after `limit` milliseconds
 */
export async function waitFor(
  page: Page,
  wanted: (state: NotebookState) => boolean,
  limit: number,
  what: string,
  { every = 200, onState }: Looks = {},
): Promise<NotebookState> {
  const end = performance.now() + limit;
  for (;;) {
    const state = await page.evaluate(notebookState);
    if (wanted(state)) return state;
    if (performance.now() > end) throw new Error(`${limit / 1000} s went by before ${what}`);
    await onState?.(state);
    await page.waitForTimeout(every);
  }
}
