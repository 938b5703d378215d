import { execFileSync } from "node:child_process";
import { mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { textChunks, textLines } from "../../../../src/data";
import { dataErrorOf, temporaryFolder } from "../../support";
import { hardText } from "../support";

const CHUNK = 1 << 18;

function fileOf(...parts: (string | Uint8Array)[]): string {
  const path = join(temporaryFolder(), "text.txt");
  const handle = openSync(path, "w");
  for (const part of parts) writeSync(handle, typeof part === "string" ? new TextEncoder().encode(part) : part);
  return path;
}

const refusal = async (path: string) =>
  (await dataErrorOf(() => [...textChunks(path)])).message.replace(path, "text.txt");

test("textChunks(path) gives the text again, whatever characters lie on the ends of pieces, as often as it is asked", () => {
  fc.assert(
    fc.property(hardText, fc.nat({ max: 40 }), (text, shift) => {
      const [before, whole] = ["x".repeat(CHUNK - shift), text.replace(/^\ufeff+/, "")];
      const chunks = textChunks(fileOf(before, whole, before, whole));
      const pieces = [...chunks];
      expect(pieces.join("")).toBe(before + whole + before + whole);
      expect(pieces.some((piece) => /\p{Cs}/u.test(piece))).toBe(false);
      expect([...chunks].length).toBe(pieces.length);
    }),
    { numRuns: 20 },
  );
});

test("textChunks leaves out a byte order mark at the begin alone, and gives line ends and NUL as they are", () => {
  expect([...textChunks(fileOf("\ufeffa\r\nb\0\ufeffc\n"))]).toEqual(["a\r\nb\0\ufeffc\n"]);
  const padding = "x".repeat(CHUNK);
  expect([...textChunks(fileOf(padding, "\ufeffy"))].join("")).toBe(`${padding}\ufeffy`);
  expect([...textChunks(fileOf(""))]).toEqual([]);
  expect([...textChunks(fileOf("\ufeff"))]).toEqual([]);
});

test("textChunks refuses what is not UTF-8, and names the first byte that is wrong", async () => {
  expect(await refusal(fileOf("abc", Uint8Array.of(0xff)))).toBe("text.txt: byte 3: expected UTF-8, got 0xff");
  expect(await refusal(fileOf("é", Uint8Array.of(0xe9), "a"))).toBe("text.txt: byte 2: expected UTF-8, got 0xe9");
  const far = ["é".repeat(CHUNK), Uint8Array.of(0xe2, 0x82)] as const;
  expect(await refusal(fileOf(...far))).toBe(`text.txt: byte ${2 * CHUNK}: expected UTF-8, got 0xe2 and the end`);
  expect(await refusal(fileOf(...far, "abc"))).toContain(`byte ${2 * CHUNK}: expected UTF-8, got 0xe2`);
  expect(await refusal(fileOf(Uint8Array.of(0xed, 0xa0, 0x80)))).toContain("byte 0"); // a surrogate, encoded
  expect(await refusal(fileOf(Uint8Array.of(0xc0, 0x80)))).toContain("byte 0"); // NUL in two bytes
  for (let shift = 0; shift < 6; shift++) {
    const file = fileOf("x".repeat(CHUNK - shift), Uint8Array.of(0xf0, 0x9f, 0xff), "y".repeat(9));
    expect(await refusal(file)).toContain(`byte ${CHUNK - shift}: expected UTF-8`);
  }
});

test("textChunks refuses what is no file at once, a pipe too, and names the path", async () => {
  const folder = temporaryFolder();
  expect((await dataErrorOf(() => [...textChunks(join(folder, "none"))])).message).toContain(
    "none: access: expected a readable file, got ENOENT",
  );
  mkdirSync(join(folder, "inner"));
  expect((await dataErrorOf(() => [...textChunks(join(folder, "inner"))])).actual).toBe("a folder");
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  expect((await dataErrorOf(() => [...textChunks(pipe)])).actual).toBe("something else");
});

test("textLines(path) gives lines without LF or CR LF; CR alone ends none; the last line end begins no line", () => {
  expect([...textLines(fileOf("a\r\nb\n\nc\rd\n"))]).toEqual(["a", "b", "", "c\rd"]);
  expect([...textLines(fileOf("a\nb"))]).toEqual(["a", "b"]);
  expect([...textLines(fileOf("\n"))]).toEqual([""]);
  expect([...textLines(fileOf(""))]).toEqual([]);
  const edge = "x".repeat(CHUNK - 1);
  expect([...textLines(fileOf(edge, "\r\ny\n"))]).toEqual([edge, "y"]);
});

test("textLines gives a line of 10 MB, and refuses one that is longer than maxLength, which it names", async () => {
  const long = "word ".repeat(2_000_000);
  const path = fileOf("first\n", long, "\nlast");
  expect([...textLines(path)].map(({ length }) => length)).toEqual([5, long.length, 4]);
  const error = await dataErrorOf(() => [...textLines(path, { maxLength: 1_000_000 })]);
  expect(error.message).toContain("line 2: expected at most 1000000 code units");
  expect([...textLines(fileOf("abc\r\n"), { maxLength: 3 })]).toEqual(["abc"]);
  expect((await dataErrorOf(() => [...textLines(fileOf("abc\r\n"), { maxLength: 2 })])).field).toBe("line 1");
  expect((await dataErrorOf(() => textLines(path, { maxLength: 0 }))).field).toBe("maxLength");
});

test("a file is closed also where a loop ends early", () => {
  const path = fileOf("x".repeat(3 * CHUNK));
  const first: string[] = [];
  for (let i = 0; i < 3_000; i++) {
    for (const piece of textChunks(path)) {
      first[0] = piece;
      break;
    }
  }
  writeFileSync(path, "y");
  expect([...textChunks(path)]).toEqual(["y"]);
});
