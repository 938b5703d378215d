import { expect, test } from "vitest";
import { readTar } from "../../../src/data/formats/tar";
import { dataErrorOf } from "../support";
import { tarEntry, tarOf } from "./tar-of";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("readTar gives the files with their paths, in order, and passes folders over", () => {
  const archive = Buffer.concat([tarEntry("train/", "", "5"), tarOf({ "train/a.csv": "note0\n", empty: "" })]);
  expect(readTar(archive, "a.tar").map(({ path, bytes }) => [path, text(bytes)])).toEqual([
    ["train/a.csv", "note0\n"],
    ["empty", ""],
  ]);
  const long = "x".repeat(600);
  expect(readTar(tarOf({ a: long, b: "2" }), "a.tar").map(({ bytes }) => text(bytes))).toEqual([long, "2"]);
});

test("readTar refuses other bytes, a wrong checksum, a cut archive and links, and names the byte", async () => {
  const message = async (bytes: Buffer) => (await dataErrorOf(() => readTar(bytes, "a.tar"))).message;
  const whole = tarOf({ a: "1" });
  expect(await message(Buffer.alloc(512, 1))).toContain("header at byte 0: expected a TAR header");
  expect(await message(Buffer.alloc(0))).toBe("a.tar: header at byte 0: expected 512 bytes, got 0");
  const bad = Buffer.from(whole);
  bad[0] = 98; // "b"
  expect(await message(bad)).toMatch(/header at byte 0: checksum: expected \d+, got \d+/);
  expect(await message(whole.subarray(0, 512))).toContain("size of a: expected at most 0 bytes, got 1");
  expect(await message(whole.subarray(0, 1024))).toBe("a.tar: header at byte 1024: expected 512 bytes, got 0");
  expect(await message(tarEntry("a", "", "2"))).toContain('expected a file or a folder, got kind "2"');
  const size = tarEntry("a", "1", "0", "x");
  expect(await message(size)).toContain('header at byte 0: size: expected octal digits, got "x"');
});
