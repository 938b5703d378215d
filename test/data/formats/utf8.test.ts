import { expect, test } from "vitest";
import { decodeUtf8 } from "../../../src/data/formats/utf8";
import { dataErrorOf } from "../support";

test("decodeUtf8(bytes) decodes characters of one to four bytes, and drops a byte order mark", () => {
  expect(decodeUtf8(Buffer.from("\u{feff}a é 語 😀"), "a.txt")).toBe("a é 語 😀");
  expect(decodeUtf8(new Uint8Array(), "a.txt")).toBe("");
});

test.each([
  ["a byte that begins no character", [97, 98, 0xff, 99], "byte 2: expected UTF-8, got 0xff"],
  ["Latin-1", [...Buffer.from("caf"), 0xe9, 32], "byte 3: expected UTF-8, got 0xe9"],
  ["a surrogate", [97, 0xed, 0xa0, 0x80], "byte 1: expected UTF-8, got 0xed"],
  ["an overlong form", [0xc0, 0x80], "byte 0: expected UTF-8, got 0xc0"],
  ["an end within a character", [97, 0xf0, 0x9f], "byte 1: expected UTF-8, got 0xf0 and the end"],
])("decodeUtf8 refuses %s, and names the byte", async (_, bytes, message) => {
  const error = await dataErrorOf(() => decodeUtf8(Uint8Array.from(bytes), "a.txt"));
  expect(error.message).toContain(message);
});
