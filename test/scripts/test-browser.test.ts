// What the browser's test makes of what it saw; the browser itself is tried by npm run test:browser.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { readJson } from "../../scripts/setup/files.mjs";
import { chromiumOrNot, installChromium, type RunSync } from "../../scripts/test-browser/chromium.mts";
import type { CellState, OutputState } from "../../scripts/test-browser/in-page.mts";
import { isForeign } from "../../scripts/test-browser/notebook-page.mts";
import type { Report } from "../../scripts/test-browser/report.mts";
import { type Facts, verdict } from "../../scripts/test-browser/verdict.mts";
import type { ClaimResult } from "../../src/notebook";
import { buildFirst } from "./built";
import { machine, temporaryFolder } from "./support";

buildFirst();

const notebook = { declaredClaims: 1, liveStates: 3 };
const claim: ClaimResult = { name: "accuracy", verdict: "holds", text: "0.9, at least 0.8" };
const claims = (...made: ClaimResult[]): OutputState => ({ type: "display_data", text: "", mimes: [], claims: made });
const printed = (name: "stdout" | "stderr", text: string): OutputState => ({ type: "stream", name, text, mimes: [] });
const cell = (more: Partial<CellState>): CellState => ({ index: 2, count: 1, running: false, outputs: [], ...more });
const lastCell = cell({ index: 4, count: 2, outputs: [claims(claim)] });
const curves = (marks: number) => ({ title: "Curves", traces: 1, marks });
const facts = (more: Partial<Facts> = {}): Facts => ({
  cells: [cell({ outputs: [printed("stdout", "fine")] }), lastCell],
  figures: [{ cell: 2, sent: 1, drawn: [curves(4)] }],
  ...{ changes: 3, claimsShown: "✓ accuracy is 0.9, at least 0.8", foreign: [], errors: [] },
  ...more,
});
const reasons = (more: Partial<Facts>, about = notebook) => verdict(facts(more), about).reasons;
const withCell = (more: Partial<CellState>) => ({ cells: [cell(more), lastCell] });

test("a notebook whose every cell ran, whose figures are drawn and whose claims are seen has passed", () => {
  expect(verdict(facts(), notebook)).toEqual({ status: "passed", reasons: [] });
});

test.each<[what: string, more: Partial<Facts>, reason: string]>([
  ["a cell that did not run", withCell({ count: null }), "cell 2 did not run"],
  ["stderr", withCell({ outputs: [printed("stderr", "oh\n")] }), "cell 2 wrote to stderr: oh"],
  ["a missing figure", { figures: [{ cell: 2, sent: 2, drawn: [curves(1)] }] }, "cell 2: 1 of 2 figures are drawn"],
  ["an empty figure", { figures: [{ cell: 2, sent: 1, drawn: [curves(0)] }] }, 'cell 2: the figure "Curves" is empty'],
  ["progress that stands still", { changes: 1 }, "its progress did not move: 1 states of one output were seen"],
  ["another host", { foreign: ["http://a.test/x"] }, "the page asked another host: http://a.test/x"],
  ["an error in the page", { errors: ["TypeError: x"] }, "an error in the page: TypeError: x"],
  ["a dialog", { dialog: "Save?" }, "a dialog was left open: Save?"],
  ["claims that are not seen", { claimsShown: "" }, "the claim accuracy is not printed below its cell"],
])("%s is red", (_, more, reason) => {
  expect(reasons(more)).toEqual([reason]);
});

test("too few claims, and one that is false, are red; one on stand-in data is not proven", () => {
  const cells = (verdict: ClaimResult["verdict"]) => ({
    cells: [{ ...lastCell, outputs: [claims({ ...claim, verdict })] }],
  });
  expect(reasons({}, { ...notebook, declaredClaims: 2 })).toEqual(["1 of the 2 claims were made"]);
  expect(reasons(cells("fails"))).toEqual(["accuracy is 0.9, at least 0.8: false"]);
  expect(verdict(facts(cells("not proven")), notebook).status).toBe("not proven");
});

test("requests to the server and to what the page holds are its own; any other host, port or name is not", () => {
  const lab = new URL("http://127.0.0.1:8888/?token=abc");
  for (const own of [
    "http://127.0.0.1:8888/api",
    "ws://127.0.0.1:8888/api",
    "data:image/png;base64,AA",
    "blob:http://a/b",
  ])
    expect(isForeign(own, lab), own).toBe(false);
  for (const other of ["https://example.org/a.js", "http://127.0.0.1:9999/", "http://localhost:8888/"])
    expect(isForeign(other, lab), other).toBe(true);
});

test.skipIf(process.platform === "win32")("without Chromium it is skipped with a line, and counts as skipped", () => {
  const folder = temporaryFolder();
  vi.stubEnv("PATH", machine(folder, {}));
  expect(chromiumOrNot()).toBeUndefined();
  vi.unstubAllEnvs();
  const args = ["scripts/run.mjs", "test-browser", "--no-setup", "--report", join(folder, "report")];
  const { stdout, status } = spawnSync(process.execPath, args, {
    env: { PATH: join(folder, "bin") },
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([0, expect.stringContaining("browser: skipped: no Chromium is on the PATH")]);
  expect(readJson<Report>(join(folder, "report", "browser.json"))?.notebooks).toMatchObject({
    passed: 0,
    failed: 0,
    skipped: 1,
  });
});

test("Chromium is installed by root only, with apt-get where there is one, after an update where that is needed", () => {
  const none = () => ({ error: Object.assign(new Error(), { code: "ENOENT" }), status: null });
  expect(installChromium({ user: 1000, run: none })).toBe("only root can install it");
  expect(installChromium({ user: 0, run: none })).toBe("there is no apt-get");
  const asked: string[] = [];
  const second: RunSync = (command, [verb]) => ({ status: asked.push(`${command} ${verb}`) > 1 ? 0 : 100 });
  expect(installChromium({ user: 0, run: second })).toBeUndefined();
  expect(asked).toEqual(["apt-get install", "apt-get update", "apt-get install"]);
});
