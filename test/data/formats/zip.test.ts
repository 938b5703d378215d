import { expect, test } from "vitest";
import { readZip } from "../../../src/data/formats/zip";
import { dataErrorOf, zipOf } from "../support";

const text = Buffer.from("good , but long . ".repeat(50));
const archive = zipOf({ "reviews/": Buffer.alloc(0), "reviews/a.txt": text, "b.txt": Buffer.from("b") });
const read = (bytes: Uint8Array, name = "a.txt", size = text.length) => readZip(bytes, "a.zip", name, size);

/** The archive with another byte. */
function changed(at: number, byte: number): Buffer {
  const bytes = Buffer.from(archive);
  bytes[at] = byte;
  return bytes;
}

test("readZip(archive, file, name, size) gives a deflated file and a stored one, in whatever folder", () => {
  expect(Buffer.from(read(archive))).toEqual(text);
  expect(Buffer.from(read(archive, "b.txt", 1))).toEqual(Buffer.from("b"));
  const within = Buffer.concat([Buffer.alloc(7), archive]).subarray(7); // a view that does not begin at 0
  expect(Buffer.from(read(within))).toEqual(text);
});

test("readZip reads what Python's zipfile wrote", () => {
  // python3 -c 'import zipfile,io,base64; b=io.BytesIO(); z=zipfile.ZipFile(b,"w",zipfile.ZIP_DEFLATED)
  // z.writestr(zipfile.ZipInfo("d/x.txt"), "ab"*9, zipfile.ZIP_DEFLATED); z.close(); print(base64.b64encode(b.getvalue()))'
  const python = Buffer.from(
    "UEsDBBQAAAAIAAAAIQBohukKBgAAABIAAAAHAAAAZC94LnR4dEtMSkSDAFBLAQIUAxQAAAAIAAAAIQBohukKBgAAABIAAAAHAAAAAAAAAAAAAACAAQAAAABkL3gudHh0UEsFBgAAAAABAAEANQAAACsAAAAAAA==",
    "base64",
  );
  expect(Buffer.from(read(python, "x.txt", 18)).toString()).toBe("ab".repeat(9));
});

test("readZip(archive, file, name) takes the size that the archive says, and checks the bytes by their checksum", async () => {
  expect(Buffer.from(readZip(archive, "a.zip", "a.txt"))).toEqual(text);
  const error = await dataErrorOf(() => readZip(changed(entry + 16, 0), "a.zip", "a.txt"));
  expect(error.message).toMatch(/checksum of a.txt: expected \d+, as the archive says, got \d+ \(damaged\)/);
});

const local = archive.indexOf("PK\u0003\u0004", 10); // the header of reviews/a.txt
const entry = archive.indexOf("PK\u0001\u0002", archive.indexOf("PK\u0001\u0002") + 1); // its entry
test.each([
  ["no archive", Buffer.from("<html>404</html>"), "end: expected the end of a ZIP archive's directory"],
  ["no bytes", Buffer.alloc(0), "end: expected"],
  ["half an archive", archive.subarray(0, archive.length / 2), "end: expected"],
  ["an entry that is none", changed(entry, 0), "entry 2: expected an entry of a ZIP archive's directory"],
  ["a name beyond the directory", changed(entry + 29, 0xff), "entry 2: expected an entry before the directory's end"],
  ["a header that is none", changed(local, 0), "header of reviews/a.txt: expected"],
  ["an encrypted file", changed(local + 6, 1), "expected a file that is not encrypted"],
  ["a size beyond the end", changed(entry + 22, 1), "size of reviews/a.txt: expected at most"],
  ["another method", changed(entry + 10, 12), "method of a.txt: expected 0 (stored) or 8 (deflated), got 12"],
  ["damaged bytes", changed(local + 30 + "reviews/a.txt".length, 0xff), "a.txt: expected 900 bytes, deflated, got"],
])("readZip refuses %s", async (_, bytes, message) => {
  expect((await dataErrorOf(() => read(bytes))).message).toContain(message);
});

test("readZip refuses a file that is missing, there twice, or of another size, before it unpacks", async () => {
  const twice = zipOf({ "a/a.txt": text, "b/a.txt": text });
  expect((await dataErrorOf(() => read(archive, "c.txt"))).message).toContain("entries: expected one c.txt, got 0");
  expect((await dataErrorOf(() => read(twice))).message).toContain("entries: expected one a.txt, got 2");
  expect((await dataErrorOf(() => read(archive, "a.txt", 5))).message).toContain("expected 5 bytes, got 900");
});

test("readZip stops a bomb at the expected size, whatever size its entry has", async () => {
  const bomb = zipOf({ "a.txt": Buffer.alloc(1_000_000) }, 5);
  expect((await dataErrorOf(() => read(bomb, "a.txt", 5))).message).toContain("a.txt: expected 5 bytes, deflated");
  const short = zipOf({ "a.txt": Buffer.from("abc") }, 5);
  expect((await dataErrorOf(() => read(short, "a.txt", 5))).message).toContain("expected 5 unpacked bytes, got 3");
});
