/** What the test uses of JupyterLab's own objects, as the page exposes them under `jupyterapp`. */
import type { ClaimResult } from "unroll/notebook";

/** The page's objects while a notebook is in front. */
export interface NotebookApp {
  readonly shell: { readonly currentWidget: NotebookPanel };
}

/** The page's objects at any time: it may still be loading, or show something else in front. */
export interface LoadingApp {
  readonly shell?: { readonly currentWidget?: Partial<NotebookPanel> | null };
}

export interface NotebookPanel {
  readonly content: Notebook;
  readonly context: { readonly isReady: boolean };
  readonly sessionContext: { readonly session: { readonly kernel: { readonly status: string } | null } | null };
}

interface Notebook {
  readonly model: object | null;
  readonly node: PageElement;
  readonly widgets: readonly Cell[];
  scrollToItem(index: number, align: "center"): Promise<void>;
}

interface Cell {
  readonly node: PageElement;
  readonly model: { readonly type: "markdown" | "raw" } | CodeModel;
}

interface CodeModel {
  readonly type: "code";
  readonly executionCount: number | null;
  readonly executionState: "idle" | "running";
  readonly outputs: { toJSON(): Output[] };
}

/** An output, as a notebook's file has it. */
interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | string[];
  readonly evalue?: string;
  readonly data?: { readonly "application/vnd.unroll.claims+json"?: { readonly claims: ClaimResult[] } };
}

/** What is used of the page's elements. The whole DOM is not declared, because everything else here runs in Node. */
export interface PageElement {
  readonly innerText: string;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  getBoundingClientRect(): { readonly width: number; readonly height: number };
}

/** An element in which plotly has drawn a figure. */
export interface PlotlyElement extends PageElement {
  readonly data?: readonly object[];
  readonly layout?: { readonly title?: { readonly text?: string } };
}
