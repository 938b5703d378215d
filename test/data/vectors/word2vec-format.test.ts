import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadWord2VecFormat, numericArray, saveWord2VecFormat } from "../../../src/data";
import { dataErrorOf, temporaryFolder } from "../support";
import { all, GOLDEN, vectorsOf } from "./support";

const FORMS = [
  { name: "words.txt", binary: false },
  { name: "words.bin", binary: true },
];

/** Loads a file of the given content. */
function loading(content: string | Uint8Array, options: { binary?: boolean; limit?: number } = {}) {
  const path = join(temporaryFolder(), "vectors");
  writeFileSync(path, content);
  return loadWord2VecFormat(path, options);
}

/** The binary form: parts of text, and lists of float32 numbers. */
const binary = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(Float32Array.from(part).buffer))),
  );

test.each(FORMS)("loadWord2VecFormat reads what gensim wrote, bit for bit: $name", async ({ name, binary }) => {
  const { words, vectors } = await loadWord2VecFormat(join(GOLDEN, name), { binary });
  expect(words).toEqual(all.words);
  expect(new Uint32Array(vectors.data.buffer)).toEqual(new Uint32Array(Float32Array.from(all.vectors.data).buffer));
});

test.each(FORMS)("saveWord2VecFormat(…) then loadWord2VecFormat(…) gives the same bits: $name", async ({ binary }) => {
  const path = join(temporaryFolder(), "new", "vectors");
  await saveWord2VecFormat(path, all, { binary });
  const { words, vectors } = await loadWord2VecFormat(path, { binary });
  expect(words).toEqual(all.words);
  expect(new Uint32Array(vectors.data.buffer)).toEqual(new Uint32Array(Float32Array.from(all.vectors.data).buffer));
});

test("saveWord2VecFormat writes gensim's bytes, and its digits in the text form", async () => {
  const [text, bytes] = [join(temporaryFolder(), "words.txt"), join(temporaryFolder(), "words.bin")];
  await saveWord2VecFormat(text, all);
  await saveWord2VecFormat(bytes, all, { binary: true });
  expect(readFileSync(bytes)).toEqual(readFileSync(join(GOLDEN, "words.bin")));
  const numbers = (path: string) => readFileSync(path, "utf8").replace(/ (\S+)/g, (_, number) => ` ${Number(number)}`);
  expect(numbers(text)).toBe(numbers(join(GOLDEN, "words.txt")));
});

test("loadWord2VecFormat(path, { limit }) reads the first words, and looks at no more", async () => {
  const { words, vectors } = await loading("3 2\na 1 2\nb 3 4\nc broken\n", { limit: 2 });
  expect([words, [...vectors.data]]).toEqual([
    ["a", "b"],
    [1, 2, 3, 4],
  ]);
});

test("loadWord2VecFormat reads what the C program writes: a space before the end of a line, a line feed after a vector", async () => {
  expect((await loading("1 2\na 0.5 1e-3 \n")).vectors.data).toEqual(Float32Array.of(0.5, 1e-3));
  expect((await loading("1 2\r\na .5 -2\r\n\n")).vectors.data).toEqual(Float32Array.of(0.5, -2));
  const { words } = await loading(binary("2 2\n", "a ", [1, 2], "\nb ", [3, 4], "\n"), { binary: true });
  expect(words).toEqual(["a", "b"]);
});

test.each([
  ["a header that is none", "a 1 2\nb 3 4\n", /line 1: expected the number of words and of dimensions/],
  ["an empty file", "", /line 1: .*got no line/],
  ["no words", "0 2\n", /line 1: /],
  ["a header that says more than the file has", "900000000000 300\na 1 2\n", /size: expected at least \d+ bytes/],
  ["a file that ends early", `3 2\na ${1.5} ${2.5}\nb 3.125 4.125\n`, /line 4: .*got the end of the file/],
  ["a file that goes on", "1 2\na 1 2\nb 3 4\n", /line 3: expected the end of the file/],
  ["a word with a blank", "1 2\nnew york 1 2\n", /line 2: expected a word without blanks and 2 numbers, got 3 numbers/],
  ["a number too few", "1 2\na 1.000\n", /line 2: .*got 1 numbers/],
  ["no word", "1 2\n 1 2\n", /line 2: expected a word, got nothing/],
  ["a word that is there twice", "2 2\na 1 2\na 3 4\n", /word 1: expected words that differ, got "a", as word 0/],
  ["hexadecimal", "1 2\na 0x10 2\n", /line 2, number 1: expected a finite float32, got "0x10"/],
  ["nan", "1 2\na 1 nan\n", /line 2, number 2: /],
  ["a number beyond float32", "1 2\na 1e39 2\n", /line 2, number 1: /],
  ["two blanks", "1 2\na 1  2\n", /line 2: .*got 3 numbers/],
  ["bytes that are not UTF-8", Buffer.from([49, 32, 50, 10, 0xff, 32, 49, 32, 50, 10]), /line 2: expected UTF-8/],
])("loadWord2VecFormat refuses, in the text form, %s", async (_, content, message) => {
  expect((await dataErrorOf(() => loading(content))).message).toMatch(message);
});

test.each([
  [
    "a file that ends in a vector",
    binary("2 2\n", "a ", [1, 2], "bcdef ", [3]),
    /vector of "bcdef": expected 8 bytes, got 4/,
  ],
  ["a file that ends in a word", binary("2 2\n", "a ", [1, 2], "bcdefghijklmnop"), /word 1: .*got the end of the file/],
  ["a file that goes on", binary("1 2\n", "a ", [1, 2], "b ", [3, 4]), /size: .*got more bytes/],
  ["no word", binary("1 2\n", " ", [1, 2], "\n"), /word 0: expected a word, got nothing/],
  ["a word that is there twice", binary("2 1\n", "a ", [1], "a ", [2]), /word 1: expected words that differ/],
  ["infinity", binary("1 2\n", "a ", [1, Number.POSITIVE_INFINITY]), /vector of "a": expected finite numbers/],
  ["the text form", `2 4\na ${"0.125 0.25 0.5 0.75".repeat(3)}\nb 1 2 3 4\n`, /decimal numbers: read the file without/],
])("loadWord2VecFormat refuses, in the binary form, %s", async (_, content, message) => {
  expect((await dataErrorOf(() => loading(content, { binary: true }))).message).toMatch(message);
});

test("loadWord2VecFormat refuses a missing file, a folder, and a limit of none", async () => {
  const folder = temporaryFolder();
  expect((await dataErrorOf(() => loadWord2VecFormat(join(folder, "none")))).actual).toBe("ENOENT");
  expect((await dataErrorOf(() => loadWord2VecFormat(folder))).actual).toBe("a folder");
  expect((await dataErrorOf(() => loadWord2VecFormat(folder, { limit: 0 }))).field).toBe("limit");
});

test("saveWord2VecFormat refuses what no reader could read, and leaves no file", async () => {
  const path = join(temporaryFolder(), "vectors");
  const refused = async (rows: Record<string, number[]>) =>
    (await dataErrorOf(() => saveWord2VecFormat(path, vectorsOf(rows)))).message;
  expect(await refused({ "new york": [1] })).toMatch(/word 0: expected a word without blanks.*got "new york"/);
  expect(await refused({ a: [1], "": [2] })).toMatch(/word 1: .*got ""/);
  expect(await refused({ "\ud800": [1] })).toMatch(/word 0: /);
  expect(await refused({ a: [1], b: [Number.NaN] })).toMatch(/vector of "b": expected finite numbers, got NaN/);
  expect(await refused({})).toMatch(/words: .*got 0/);
  expect((await dataErrorOf(() => loadWord2VecFormat(path))).actual).toBe("ENOENT");
});

test("a file of many chunks is read and written: lines across their borders, words of many lengths", async () => {
  const words = Array.from({ length: 2000 }, (_, i) => `w${i}${"é".repeat(i % 300)}`);
  const data = Float32Array.from({ length: 2000 * 70 }, (_, i) => Math.sin(i));
  for (const binary of [false, true]) {
    const path = join(temporaryFolder(), "vectors");
    await saveWord2VecFormat(path, { words, vectors: numericArray(data, [2000, 70]) }, { binary });
    expect(statSync(path).size).toBeGreaterThan(2 ** 20); // a chunk of the reader
    const read = await loadWord2VecFormat(path, { binary });
    expect(read.words).toEqual(words);
    expect(Buffer.from(read.vectors.data.buffer).equals(Buffer.from(data.buffer))).toBe(true);
  }
});
