import { afterEach, expect, test, vi } from "vitest";
import { liveText } from "../../../src/notebook";
import type { TextListener } from "../../../src/train";
import { endKernel, kernel } from "../kernel";

afterEach(() => {
  endKernel();
  vi.useRealTimers();
});

/** What a notebook's file has of each output: its last text. */
const outputs = (write: ReturnType<typeof kernel>) => {
  const texts = new Map<string, string>();
  for (const [{ data, transient }] of write.mock.calls) texts.set(transient.display_id, data["text/plain"]);
  return [...texts.values()];
};

test("it is an onText for generate", () => {
  const listener: TextListener = liveText();
  expect(typeof listener.end).toBe("function");
});

test("in a notebook one output of plain text grows in place, five times a second at most, and is whole at the end", () => {
  const write = kernel();
  const [onText, text] = [liveText({ title: "Temperature 0.8", prompt: "To " }), "<b>be & not be</b> ".repeat(200)];
  for (const letter of text) onText(letter);
  expect(write.mock.calls.length).toBeLessThan(20);
  onText.end();
  expect(outputs(write)).toEqual([`Temperature 0.8\n\nTo ${text}`]);
  expect(write.mock.calls.every(([{ data }]) => Object.keys(data).join() === "text/plain")).toBe(true); // the page escapes it
  expect(write.mock.calls.map(([, update]) => update)).toEqual(write.mock.calls.map((_, i) => i > 0));
  onText("another");
  onText.end();
  expect(outputs(write)).toHaveLength(2);
});

test("several texts stand below each other; none is an empty output", () => {
  const write = kernel();
  const onText = liveText();
  for (const [piece, row] of [
    ["a", 0],
    ["x", 2],
    ["b", 0],
    ["m", 1],
  ] as const)
    onText(piece, row);
  onText.end();
  onText.end();
  expect(outputs(write)).toEqual(["ab\n\n———\n\nm\n\n———\n\nx", ""]);
});

test("outside a notebook the pieces go to the terminal as they come", () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const onText = liveText({ title: "Hamlet", prompt: "To " });
  onText("be");
  onText(" or");
  expect(written).toEqual(["Hamlet\n\nTo be", " or"]);
  onText("not", 1);
  onText.end();
  expect(written.join("")).toBe("Hamlet\n\nTo be or\n\n———\n\nTo not\n");
});
