/**
 * Functions that run inside JupyterLab's page. Playwright sends each as text: a function uses nothing of this file but
 * types.
 */
import type { ClaimResult } from "unroll/notebook";
import type { LoadingApp, NotebookApp, PageElement, PlotlyElement } from "./lab.mts";

declare const window: { readonly jupyterapp?: LoadingApp };
/** For the functions that run while a notebook is in front. */
declare const jupyterapp: NotebookApp;
declare const document: PageElement;

/** What the notebook in front holds and does. */
export interface NotebookState {
  /** Whether there is a notebook with a kernel. */
  readonly ready: boolean;
  /** The kernel's: "idle", "busy". */
  readonly status: string;
  readonly cells: readonly CellState[];
  /** The text of a dialog that waits for an answer. */
  readonly dialog?: string | undefined;
}

/** A code cell. */
export interface CellState {
  /** Counted from 0, prose included. */
  readonly index: number;
  /** The number that stands beside the cell once it has run. */
  readonly count: number | null;
  readonly running: boolean;
  readonly outputs: readonly OutputState[];
}

export interface OutputState {
  readonly type: string;
  readonly name?: string | undefined;
  readonly text: string;
  readonly mimes: readonly string[];
  readonly claims?: readonly ClaimResult[] | undefined;
}

/** What the page has drawn of a figure. */
export interface DrawnFigure {
  readonly traces: number;
  readonly marks: number;
  readonly title: string;
}

/** What the notebook in front holds and does: its kernel, and each code cell with its outputs. */
export function notebookState(): NotebookState {
  const panel = window.jupyterapp?.shell?.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  if (!panel?.content?.model || !kernel) return { ready: false, status: "", cells: [] };
  const cells = panel.content.widgets.flatMap(({ model }, index) => {
    if (model.type !== "code") return [];
    const outputs = model.outputs.toJSON().map((output) => ({
      type: output.output_type,
      name: output.name,
      text: output.output_type === "stream" ? [output.text ?? ""].flat().join("") : (output.evalue ?? ""),
      mimes: Object.keys(output.data ?? {}),
      claims: output.data?.["application/vnd.unroll.claims+json"]?.claims,
    }));
    return [{ index, count: model.executionCount, running: model.executionState === "running", outputs }];
  });
  const ready = panel.context?.isReady === true && kernel.status !== "unknown";
  return { ready, status: kernel.status, cells, dialog: document.querySelector(".jp-Dialog")?.innerText };
}

/** Brings a cell into view, as a reader scrolls to it. */
export async function scrollToCell(index: number): Promise<void> {
  await jupyterapp.shell.currentWidget.content.scrollToItem(index, "center");
}

/** What a reader sees below a cell; undefined while the page has not drawn the cell. */
export function shownText(index: number): string | undefined {
  const cell = jupyterapp.shell.currentWidget.content.widgets[index];
  return cell?.node.querySelector(".jp-Cell-outputWrapper")?.innerText;
}

/**
 * The figures below a cell, as drawn: how many traces each was given, and how many marks of an area above 0 stand in its
 * plots. Titles, axes and legends do not count as marks.
 */
export function drawnFigures(index: number): DrawnFigure[] {
  const cell = jupyterapp.shell.currentWidget.content.widgets[index];
  const marks = ".mlayer path, .mlayer rect, .mlayer text, .mlayer image, .imagelayer image, .pielayer path, canvas";
  const figures: PlotlyElement[] = [...(cell?.node.querySelectorAll(".js-plotly-plot") ?? [])];
  return figures.map((figure) => {
    const seen = [...figure.querySelectorAll(marks)].filter((mark) => {
      const { width, height } = mark.getBoundingClientRect();
      return width > 0 || height > 0;
    });
    return { traces: figure.data?.length ?? 0, marks: seen.length, title: figure.layout?.title?.text ?? "" };
  });
}

/** How high all cells together are, as far as they have been in view. */
export function notebookHeight(): number {
  const { content } = jupyterapp.shell.currentWidget;
  const inner = content.node.querySelector(".jp-WindowedPanel-inner") ?? content.node;
  return Math.ceil(inner.getBoundingClientRect().height);
}
