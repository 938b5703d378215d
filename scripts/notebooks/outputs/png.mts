/** Figures as PNG, drawn by plotly.js in a headless Chromium, without a network. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Figure, smallPng } from "unroll/plot";
import { withPage } from "../browser.mts";
import { plotlyFile } from "../report/html.mts";

const SIZE = { width: 760, height: 400 };

/**
 * @returns a base64 PNG for each
 * @throws Error when there is no Chromium, it takes too long, plotly.js refuses a figure, or `signal` is aborted
 */
export async function drawPngs(
  figures: readonly Figure[],
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "unroll-figures-"));
  const page = join(folder, "index.html");
  writeFileSync(page, `<!doctype html><meta charset="utf-8"><script src="${pathToFileURL(plotlyFile())}"></script>`);
  try {
    return await withPage(
      async ({ goto, evaluate }) => {
        await goto(pathToFileURL(page).href);
        await evaluate(LOADED);
        const pngs: string[] = [];
        for (const { data, layout } of figures) {
          const size = { width: layout.width ?? SIZE.width, height: layout.height ?? SIZE.height };
          const asked = [
            { data, layout },
            { format: "png", ...size },
          ].map((each) => JSON.stringify(each));
          const url = String(await evaluate(`Plotly.toImage(${asked.join()})`));
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
