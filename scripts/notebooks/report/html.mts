/**
 * The run as a page with live figures and formulas. It needs no network: plotly.js is copied beside it, and so are the
 * fonts of the formulas.
 */
import { copyFileSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { altText } from "unroll/plot";
import { writeWhole } from "#setup/files.mjs";
import { type Cell, joined, type Output } from "#setup/jupyter/notebook-file.mjs";
import { readNotebook } from "../find.mts";
import type { Result } from "../run.mts";
import type { Counts } from "../verdict.mts";
import { copyFormulaStyle, proseHtml } from "./prose.mts";

/** A run as a whole. */
export interface Run {
  readonly profile: string;
  /** Of the package. */
  readonly version: string;
  readonly seconds: number;
}

export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** plotly.js as one file, from the development dependencies. */
export function plotlyFile(): string {
  return createRequire(import.meta.url).resolve("plotly.js-dist/plotly.js");
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
pre { font: 13px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
pre.code { background: #f5f5f5; padding: .6rem; border-radius: 4px; } pre.stderr, .failed { color: #a40000; }
.passed { color: #05620e; } .not { color: #7a5200; }
table { border-collapse: collapse; display: block; overflow-x: auto; } td, th { padding: .1rem .8rem .1rem 0; text-align: left; }
.prose { margin: 1rem 0; } blockquote { border-left: 4px solid #d0a000; margin: 1rem 0; padding: .1rem 1rem; background: #fff8e0; }
.katex-display { overflow-x: auto; overflow-y: hidden; }
summary { cursor: pointer; } img { max-width: 100%; }`;

const DRAW = `
function draw(element) {
  if (element.drawn) return;
  element.drawn = true;
  const { data, layout, config } = JSON.parse(element.querySelector("script").textContent);
  Plotly.newPlot(element, data, layout, { responsive: true, ...config });
}
for (const box of document.querySelectorAll("details")) {
  const drawAll = () => { if (box.open) box.querySelectorAll(".figure").forEach(draw); };
  box.addEventListener("toggle", drawAll);
  drawAll();
}`;

export function writeHtml(folder: string, results: readonly Result[], run: Run & { notebooks: Counts }): void {
  const { passed, failed, notProven } = run.notebooks;
  const head = `<h1>Notebooks, ${run.profile} profile</h1><p>${passed} passed, ${failed} failed, ${notProven} not proven; unroll ${run.version}, ${run.seconds} s</p>`;
  const body = results.map((result) => section(result, results.length === 1)).join("\n");
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Notebooks</title><link rel="stylesheet" href="${copyFormulaStyle(folder)}"><style>${STYLE}</style><script src="plotly.js"></script></head><body>${head}${body}<script>${DRAW}</script></body></html>\n`;
  copyFileSync(plotlyFile(), join(folder, "plotly.js"));
  writeWhole(join(folder, "index.html"), page);
}

function section(result: Result, open: boolean): string {
  const [word] = result.status.split(" ");
  const claims = result.claims.map(({ name, verdict, text }) => row([name, text, verdict]));
  const reasons = result.reasons.map(
    ({ kind, message }) => `<pre class="failed">${kind}: ${escapeHtml(message)}</pre>`,
  );
  const title = `<b>${escapeHtml(result.name)}</b> <span class="${word}">${result.status}</span>, ${result.seconds} s`;
  const table = claims.length === 0 ? "" : `<table>${claims.join("")}</table>`;
  return `<details${open ? " open" : ""}><summary>${title}</summary>${reasons.join("")}${table}${cells(result.output)}</details>`;
}

function row(texts: readonly string[]): string {
  return `<tr>${texts.map((text) => `<td>${escapeHtml(text)}</td>`).join("")}</tr>`;
}

function cells(file: string): string {
  if (!existsSync(file)) return "";
  return readNotebook(file).cells.map(cellHtml).join("\n");
}

function cellHtml(cell: Cell): string {
  if (cell.cell_type !== "code") return proseDiv(joined(cell.source));
  const code = `<pre class="code">${escapeHtml(joined(cell.source))}</pre>`;
  const isHidden = cell.metadata?.jupyter?.source_hidden === true;
  const shown = isHidden ? `<details><summary>code</summary>${code}</details>` : code;
  return shown + (cell.outputs ?? []).map(outputHtml).join("");
}

const proseDiv = (text: string) => `<div class="prose">${proseHtml(text)}</div>`;

function outputHtml(output: Output): string {
  if (output.output_type === "stream") return `<pre class="${output.name}">${escapeHtml(joined(output.text))}</pre>`;
  const data = output.data ?? {};
  const figure = data[PLOTLY_MIME];
  if (figure) {
    const json = `<script type="application/json">${jsonInHtml(figure)}</script>`;
    return `<div class="figure" role="img" aria-label="${escapeHtml(altText(figure))}">${json}</div>`;
  }
  if (data["text/html"]) return joined(data["text/html"]);
  if (data["text/markdown"]) return proseDiv(joined(data["text/markdown"]));
  if (data["image/png"]) {
    const alt = output.metadata?.["image/png"]?.alt ?? "";
    return `<img alt="${escapeHtml(alt)}" src="data:image/png;base64,${joined(data["image/png"])}">`;
  }
  return `<pre>${escapeHtml(joined(data["text/plain"]))}</pre>`;
}

function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
