import { afterEach, expect, test, vi } from "vitest";
import { writeWav } from "../../src/data";
import { audio } from "../../src/notebook";
import { endKernel, kernel } from "./kernel";

afterEach(endKernel);

const wav = writeWav({ samples: new Float32Array(4_000), sampleRate: 8_000 });

test("in a notebook audio(wav) is a player that has the file in itself, and a line of text", () => {
  const write = kernel();
  audio(wav, { title: "Bach & <sons>" });
  const [{ data }] = write.mock.lastCall ?? [];
  expect(data["text/plain"]).toBe("[audio] Bach & <sons> 0.5 s");
  const [, title, source] =
    /^<div>(.*)<\/div><audio controls preload="metadata" src="(.*)"><\/audio>$/.exec(data["text/html"]) ?? [];
  expect(title).toBe("Bach &#38; &#60;sons&#62;");
  expect(source).toBe(`data:audio/wav;base64,${Buffer.from(wav).toString("base64")}`);
});

test("outside a notebook audio(wav) prints one line", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  audio(wav);
  expect(log.mock.calls).toEqual([["[audio] 0.5 s"]]);
});

test("audio refuses bytes that are no WAV file, and more than 4 MB", () => {
  expect(() => audio(Uint8Array.of(1, 2))).toThrow("audio: expected a WAV file, got 2 bytes of another kind");
  expect(() => audio(writeWav({ samples: new Float32Array(2_000_000), sampleRate: 8_000 }))).toThrow(
    "expected at most 4000000 bytes, got 4000044",
  );
});
