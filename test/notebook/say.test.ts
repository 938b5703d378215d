import { afterEach, expect, test, vi } from "vitest";
import { digits, percent, say, showSource } from "../../src/notebook";
import { endKernel, kernel } from "./kernel";

afterEach(endKernel);

test("digits(value) writes a number as a sentence has it", () => {
  expect([0, 12, 55_000, -3, 1234.56].map((value) => digits(value))).toEqual(["0", "12", "55,000", "−3", "1,235"]);
  expect([0.012345, 0.65, 12.345, 99.99].map((value) => digits(value))).toEqual(["0.0123", "0.650", "12.3", "100"]);
  expect([digits(1.234e-7, 2), digits(-4e-12, 1)]).toEqual(["1.2·10⁻⁷", "−4·10⁻¹²"]);
  expect([Number.NaN, Number.POSITIVE_INFINITY].map((value) => digits(value))).toEqual(["not a number", "∞"]);
});

test("percent(share, decimals) writes a share", () => {
  expect([percent(0.1234), percent(0.1234, 1), percent(-0.05)]).toEqual(["12 %", "12.3 %", "−5 %"]);
});

test("say`…` shows Markdown with the run's figures in a notebook, and a text elsewhere", () => {
  const write = kernel();
  say`The error is ${0.012345} of ${"all"},
and $\sin t$ and \`code\` stay as they are.`;
  const text = "The error is 0.0123 of all,\nand $\\sin t$ and `code` stay as they are.";
  expect(write.mock.lastCall?.[0].data).toEqual({ "text/markdown": text, "text/plain": text });
  endKernel();
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  say`  ${3} epochs  `;
  expect(log.mock.calls).toEqual([["3 epochs"]]);
});

test("showSource(source) says where real data are from, and sets a banner over any others", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  showSource({ kind: "real", description: "MNIST, from a folder" });
  expect(log.mock.lastCall).toEqual(["data: MNIST, from a folder"]);
  const write = kernel();
  showSource({ kind: "stand-in", description: "digits drawn by the program" });
  expect(write.mock.lastCall?.[0].data["text/markdown"]).toMatch(/^> \*\*Stand-in data\.\*\* Here: digits drawn/);
  showSource({ kind: "generated", description: "hours of a model of rain" });
  expect(write.mock.lastCall?.[0].data["text/plain"]).toMatch(/^Generated data\. Here: hours of a model of rain\./);
});
