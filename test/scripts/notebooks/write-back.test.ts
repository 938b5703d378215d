import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { findBrowser } from "../../../scripts/notebooks/browser.mts";
import { fingerprint } from "../../../scripts/notebooks/outputs/outputs.mts";
import { fromProject, writeBack } from "../../../scripts/notebooks/outputs/write-back.mts";
import { outputsDigest } from "../../../scripts/setup/jupyter/notebook-file.mjs";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { learningCurves } from "../../../src/plot";
import { temporaryFolder } from "../../temporary-folder";

const PLOTLY = "application/vnd.plotly.v1+json";
const stream = (text: string) => ({ output_type: "stream", name: "stdout", text });

/** A notebook with one cell, and its executed copy whose cell has these outputs. */
function executed(outputs: unknown[], source = "show(figure);") {
  const folder = temporaryFolder();
  vi.spyOn(console, "log").mockImplementation(() => {});
  const [path, output] = [join(folder, "a.ipynb"), join(folder, "ran.ipynb")];
  const cell = { cell_type: "code", id: "x", source: [source], metadata: { tags: ["t"], execution: { began: 1 } } };
  const metadata = { unroll: { claims: 1 }, kernelspec: { name: "tslab" }, editor: "some" };
  writeFileSync(path, JSON.stringify({ nbformat: 4, metadata, cells: [{ ...cell, outputs: [] }] }));
  writeFileSync(
    output,
    JSON.stringify({ metadata, cells: [{ ...cell, source: "show(figure);", execution_count: 1, outputs }] }),
  );
  const result = { name: "a", path, output, shownPath: "a.ipynb" };
  return { result, written: () => JSON.parse(readFileSync(path, "utf8")) };
}

test("paths of this machine begin at the project's folder", async () => {
  const text = "data: from /home/me/shared/data/mnist and /home/me/unroll/runs/a\n";
  expect(fromProject(text, "/home/me/unroll")).toBe("data: from ../shared/data/mnist and runs/a\n");
  expect(fromProject("/unroll/runs/a, /shared/b", "/unroll")).toBe("runs/a, /shared/b");
  const { result, written } = executed([stream(`data: from ${join(ROOT, "..", "shared", "data")}\n`)]);
  await writeBack([{ ...result, status: "passed" }], { profile: "full", version: "1" });
  expect(written().cells[0].outputs[0].text).toEqual(["data: from ../shared/data\n"]);
});

test("writes outputs, counts and the fingerprint, and leaves out what changes from run to run", async () => {
  const { result, written } = executed([stream("a\n"), stream("b\n")]);
  await writeBack([{ ...result, status: "passed" }], { profile: "full", version: "1.2.3" });
  const { cells, metadata } = written();
  expect(cells[0].outputs).toEqual([{ ...stream(""), text: ["a\n", "b\n"] }]);
  expect(cells[0]).toMatchObject({ execution_count: 1, metadata: { tags: ["t"] } });
  expect(cells[0].metadata).not.toHaveProperty("execution");
  const digest = outputsDigest({ cells });
  const outputs = { fingerprint: fingerprint({ cells }), digest, profile: "full", version: "1.2.3" };
  expect(metadata).toEqual({ kernelspec: { name: "tslab" }, unroll: { claims: 1, outputs } });
});

test("a player of sound stays in the report: the notebook keeps its line of text, and tables as they are", async () => {
  const bundle = (html: string | string[], text: string) => ({
    ...{ output_type: "display_data", metadata: {}, data: { "text/html": html, "text/plain": text } },
  });
  const table = bundle("<table></table>", "a table");
  const player = bundle(
    ["<div>A</div>", '<audio controls src="data:audio/wav;base64,UklG"></audio>'],
    "[audio] A 1.0 s",
  );
  const { result, written } = executed([player, table]);
  await writeBack([{ ...result, status: "passed" }], { profile: "full", version: "1" });
  expect(written().cells[0].outputs).toEqual([{ ...player, data: { "text/plain": "[audio] A 1.0 s" } }, table]);
});

test.each(["failed", "not proven"] as const)("a notebook that is %s keeps what it has", async (status) => {
  const { result, written } = executed([stream("a\n")]);
  await writeBack([{ ...result, status }], { profile: "full", version: "1.2.3" });
  expect(written().cells[0].outputs).toEqual([]);
});

test("a notebook that changed while it ran, or grew too large, is an error", async () => {
  const changed = executed([], "changed();").result;
  const large = executed([stream("x".repeat(600_000))]).result;
  const write = (result: typeof changed) =>
    writeBack([{ ...result, status: "passed" }], { profile: "full", version: "1" });
  await expect(write(changed)).rejects.toThrow("changed while it ran");
  await expect(write(large)).rejects.toThrow("512000 are the most");
});

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch {
    return false;
  }
}

test.skipIf(!hasBrowser())("each figure gets its PNG, drawn by a headless Chromium", async () => {
  const figure = learningCurves({ test: [0.7, 0.8] });
  const output = { output_type: "display_data", metadata: {}, data: { [PLOTLY]: figure, "text/plain": "figure" } };
  const { result, written } = executed([output]);
  await writeBack([{ ...result, status: "passed" }], { profile: "full", version: "1.2.3" });
  const { data, metadata } = written().cells[0].outputs[0];
  expect(metadata["image/png"].alt).toBe(
    "Line chart. Learning curves. accuracy by epoch. test: 2 points, from 0.7 to 0.8.",
  );
  expect(data[PLOTLY]).toEqual(figure);
  const png = Buffer.from(data["image/png"], "base64");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([760, 380]);
});
