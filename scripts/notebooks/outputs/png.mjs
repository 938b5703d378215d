/** Figures as PNG, drawn by plotly.js in a headless Chromium, without a network. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { smallPng } from "../../../dist/plot/index.js";
import { withPage } from "../browser.mjs";
import { plotlyFile } from "../report/html.mjs";

const SIZE = { width: 760, height: 400 };

/**
 * @param figures `{ data, layout }` each
 * @returns a base64 PNG for each
 * @throws Error when there is no Chromium, it takes too long, plotly.js refuses a figure, or `signal` is aborted
 */
export async function drawPngs(figures, { signal } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "unroll-figures-"));
  const page = join(folder, "index.html");
  writeFileSync(page, `<!doctype html><meta charset="utf-8"><script src="${pathToFileURL(plotlyFile())}"></script>`);
  try {
    return await withPage(
      async ({ goto, evaluate }) => {
        await goto(pathToFileURL(page).href);
        await evaluate(LOADED);
        const pngs = [];
        for (const { data, layout } of figures) {
          const size = { width: layout.width ?? SIZE.width, height: layout.height ?? SIZE.height };
          const url = await evaluate(
            `Plotly.toImage(${JSON.stringify({ data, layout })}, ${JSON.stringify({ format: "png", ...size })})`,
          );
          const png = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
          pngs.push(Buffer.from(smallPng(png)).toString("base64")); // a browser's own are four times as large
        }
        return pngs;
      },
      { signal },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const LOADED = `new Promise((done) => {
  if (document.readyState === "complete") done();
  else addEventListener("load", () => done());
})`;
