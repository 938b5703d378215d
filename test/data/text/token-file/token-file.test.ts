import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  characterTokenizer,
  openTokenFile,
  streams,
  type Tokenizer,
  textChunks,
  tokenFile,
  wordTokenizer,
} from "../../../../src/data";
import { dataErrorOf, temporaryFolder } from "../../support";
import { hardText } from "../support";

function paths(text: string | Uint8Array) {
  const folder = temporaryFolder();
  const [path, to] = [join(folder, "text.txt"), join(folder, "ids", "text.tokens")];
  writeFileSync(path, text);
  return { folder, path, to };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array) => Buffer.from(buffer, byteOffset, byteLength);

const SENTENCE = "the quick brown fox jumps over the lazy dog\n";

test("tokenFile(path, tokenizer, { to }) writes the ids of the text, one byte for each where they fit", async () => {
  const { path, to, folder } = paths(SENTENCE.repeat(20_000));
  const tokenizer = characterTokenizer(textChunks(path));
  const tokens = await tokenFile(path, tokenizer, { to });
  expect([tokens.length, tokens.unknownCount, tokens.path]).toEqual([880_000, 0, to]);
  expect(statSync(to).size).toBe(1024 + 880_000);
  const expected = tokenizer.encode(SENTENCE.repeat(20_000)).data;
  expect(Buffer.compare(bytesOf(tokens.read(0, tokens.length).data), bytesOf(expected))).toBe(0);
  expect(tokenizer.decode(tokens.read(44, 53))).toBe("the quick");
  expect(readdirSync(join(folder, "ids"))).toEqual(["text.tokens"]);
});

test("the ids in the file are those of the whole text, of characters, graphemes and words, in any Unicode", async () => {
  await fc.assert(
    fc.asyncProperty(hardText, async (hard) => {
      const text = `x ${hard}`.repeat(3).replace(/^\ufeff/, "");
      const { path, to } = paths(text);
      for (const tokenizer of [
        characterTokenizer(text),
        characterTokenizer(text, { by: "grapheme", normalize: "NFD" }),
        wordTokenizer(text, { lowerCase: true }),
      ]) {
        const tokens = await tokenFile(path, tokenizer, { to, overwrite: true });
        expect(tokens.read(0, tokens.length)).toEqual(tokenizer.encode(text));
      }
    }),
    { numRuns: 8 },
  );
});

test("a vocabulary of more than 256 ids takes 2 bytes for each, one of more than 65,536 takes 4", async () => {
  for (const [size, width] of [
    [256, 1],
    [257, 2],
    [65_536, 2],
    [65_537, 4],
  ] as const) {
    const text = Array.from({ length: size }, (_, i) => `w${i}`).join(" ");
    const { path, to } = paths(text);
    const tokenizer = wordTokenizer(text, { unknown: false });
    const tokens = await tokenFile(path, tokenizer, { to });
    expect([tokenizer.vocabularySize, statSync(to).size]).toEqual([size, 1024 + width * size]);
    expect(tokens.read(size - 2, size)).toEqual({ data: Int32Array.of(size - 2, size - 1), shape: [2] });
  }
});

test("streams of a file are those of its ids in memory, with slices too", async () => {
  const { path, to } = paths(SENTENCE.repeat(30));
  const tokenizer = characterTokenizer(SENTENCE);
  const tokens = await tokenFile(path, tokenizer, { to });
  const size = (max: number) => fc.integer({ min: 1, max });
  fc.assert(
    fc.property(
      size(6),
      size(40),
      fc.nat({ max: 400 }),
      size(900),
      fc.boolean(),
      (batchSize, nSteps, begin, length, next) => {
        const options = { batchSize, nSteps };
        const [slice, ids] = [tokens.slice(begin, begin + length), tokens.read(begin, begin + length)];
        if (Math.floor((length - +next) / nSteps) < batchSize) {
          expect(() => (next ? slice.streams({ ...options, targets: "next" }) : slice.streams(options))).toThrow(
            "length",
          );
          return;
        }
        const [found, expected] = next
          ? [slice.streams({ ...options, targets: "next" }), streams(ids, { ...options, targets: "next" })]
          : [slice.streams(options), streams(ids, options)];
        expect([...found]).toEqual([...expected]);
        expect([found.count, found.dropped, found.batchSize]).toEqual([expected.count, expected.dropped, batchSize]);
      },
    ),
    { numRuns: 60 },
  );
});

test("unknownCount tells how many tokens the vocabulary lacks; without unknown the error names the line", async () => {
  const { path, to } = paths(`${SENTENCE.repeat(10_000)}caf\u00e9 ${SENTENCE}\u00e9`);
  const tokens = await tokenFile(path, characterTokenizer(SENTENCE, { unknown: true }), { to });
  expect(tokens.unknownCount).toBe(2);
  const error = await dataErrorOf(() => tokenFile(path, characterTokenizer(SENTENCE), { to, overwrite: true }));
  expect(error.message).toContain(`${path}: line 10001: expected a character of the vocabulary`);
  expect(error.message).toContain('got "é" (U+00E9)');
  const words = wordTokenizer(SENTENCE, { unknown: false });
  expect((await dataErrorOf(() => tokenFile(path, words, { to, overwrite: true }))).field).toBe("line 10001");
  expect(openTokenFile(to, characterTokenizer(SENTENCE, { unknown: true })).unknownCount).toBe(2); // the old file is there still
});

test("a second call encodes nothing, unless the text or the tokenizer is another one, which is refused", async () => {
  const { path, to } = paths("hello");
  let encoded = 0;
  const tokenizer = characterTokenizer("hello");
  const encode = (text: string) => {
    encoded += text.length;
    return tokenizer.encode(text);
  };
  const counted: Tokenizer = { ...tokenizer, encode };
  await tokenFile(path, counted, { to });
  await tokenFile(path, counted, { to });
  utimesSync(path, 1, 1); // touched, with the same content
  await tokenFile(path, counted, { to });
  await tokenFile(path, counted, { to, overwrite: true });
  expect(encoded).toBe(5);
  const other = characterTokenizer("olleh");
  expect((await dataErrorOf(() => tokenFile(path, other, { to }))).message).toContain("digest: expected");
  expect((await dataErrorOf(() => openTokenFile(to, other))).field).toBe("digest");
  writeFileSync(path, "hallo".replace("a", "o"));
  utimesSync(path, 2, 2);
  expect((await dataErrorOf(() => tokenFile(path, counted, { to }))).message).toContain("those of another text");
  const anew = await tokenFile(path, counted, { to, overwrite: true });
  expect([encoded, tokenizer.decode(anew.read(0, 5))]).toEqual([10, "hollo"]);
});

test("a file that is no token file is never overwritten", async () => {
  const { path } = paths("hello");
  const tokenizer = characterTokenizer("hello");
  for (const overwrite of [false, true]) {
    const error = await dataErrorOf(() => tokenFile(path, tokenizer, { to: path, overwrite }));
    expect(error.message).toContain('format: expected a token file: "unroll tokens"');
  }
  expect(readFileSync(path, "utf8")).toBe("hello");
  const { path: text, folder } = paths("hello");
  expect((await dataErrorOf(() => tokenFile(text, tokenizer, { to: folder }))).actual).toBe("a folder");
  mkdirSync(join(folder, "sub"));
  expect((await dataErrorOf(() => tokenFile(text, tokenizer, { to: join(text, "x") }))).field).toBe("access");
  expect((await dataErrorOf(() => tokenFile(join(folder, "sub"), tokenizer, { to: "x" }))).actual).toBe("a folder");
});

test("a damaged file is refused: its size, its header, and ids that the vocabulary lacks", async () => {
  const { path, to } = paths("hello");
  const tokenizer = characterTokenizer("hello");
  const tokens = await tokenFile(path, tokenizer, { to });
  const whole = readFileSync(to);
  const damaged = async (bytes: Uint8Array) => {
    writeFileSync(to, bytes);
    return (await dataErrorOf(() => openTokenFile(to, tokenizer).read(0, 5))).field;
  };
  expect(await damaged(whole.subarray(0, -1))).toBe("size");
  expect((await dataErrorOf(() => tokens.read(0, 1))).field).toBe("size");
  expect(await damaged(whole.subarray(0, 100))).toBe("format");
  expect(await damaged(new Uint8Array())).toBe("format");
  expect(await damaged(Buffer.concat([whole.subarray(0, -1), Buffer.of(9)]))).toBe("ids[4]");
  const header = (from: string, by: string) => Buffer.from(whole.toString("latin1").replace(from, by), "latin1");
  expect(await damaged(header('"width":1', '"width":3'))).toBe("width");
  expect(await damaged(header('"length":5', '"length":6'))).toBe("size");
  expect(await damaged(header('"version":1', '"version":2'))).toBe("version");
  expect(await damaged(header('"digest":"', '"digest":"x'))).toBe("digest");
  writeFileSync(to, whole);
  expect(tokens.read(0, 5).data).toEqual(Int32Array.of(0, 1, 2, 2, 3));
});

test("a file that is replaced by one of another text is refused by reads; one with the same ids goes on", async () => {
  const { path, to } = paths("hello");
  const tokenizer = characterTokenizer("hello");
  const tokens = await tokenFile(path, tokenizer, { to });
  writeFileSync(path, "hollo");
  utimesSync(path, 3, 3);
  await tokenFile(path, tokenizer, { to, overwrite: true });
  expect((await dataErrorOf(() => tokens.read(0, 1))).message).toContain("file: expected the one that was opened");
  const writers = ["a", "b", "c"].map(() => tokenFile(path, tokenizer, { to: `${to}.2` }));
  const all = await Promise.all(writers);
  expect(all.map((each) => tokenizer.decode(each.read(0, 5)))).toEqual(["hollo", "hollo", "hollo"]);
});

test("a file into which another program copies the ids of another text, as many of them, is refused by reads", async () => {
  const [one, other] = [paths("hello"), paths("olleh")];
  const tokenizer = characterTokenizer("hello");
  const tokens = await tokenFile(one.path, tokenizer, { to: one.to });
  const { atime, mtime } = statSync(one.to);
  utimesSync(one.to, atime, new Date(mtime.getTime() - 5_000)); // else both may be of the same tick of the clock
  const reopened = openTokenFile(one.to, tokenizer);
  await tokenFile(other.path, tokenizer, { to: other.to });
  expect(tokenizer.decode(reopened.read(0, 5))).toBe("hello");
  copyFileSync(other.to, one.to); // the same file for the system, of the same size
  for (const each of [tokens, reopened]) {
    expect((await dataErrorOf(() => each.read(0, 5))).message).toContain("file: expected the one that was opened");
  }
});

test("what is out of range is refused, and a text that is too short for a batch", async () => {
  const { path, to } = paths("hello");
  const tokenizer = characterTokenizer("hello");
  const tokens = await tokenFile(path, tokenizer, { to });
  const of = async (call: () => unknown) => (await dataErrorOf(call)).message.replace(to, "ids");
  expect(await of(() => tokens.read(3, 6))).toBe("read: end: expected a whole number from 3 to 5, got 6");
  expect(await of(() => tokens.slice(2).read(0, 4))).toContain("read: end: expected a whole number from 0 to 3");
  expect(await of(() => tokens.slice(4, 2))).toContain("slice: end");
  expect(await of(() => tokens.streams({ batchSize: 1, nSteps: 5, targets: "next" }))).toBe(
    "ids: length: expected at least 1 pieces of 5 ids and the id after them, got 0, of 5 ids",
  );
  expect(await of(() => tokens.streams({ batchSize: 0, nSteps: 5 }))).toContain("streams: batchSize");
  expect(await of(() => tokens.streams({ batchSize: 1, nSteps: 1, target: "next" } as never))).toContain("also target");
  expect(await of(() => tokens.streams({ batchSize: 1, nSteps: 1 }).batch(5))).toContain("i: expected");
  expect(await of(() => tokenFile(path, tokenizer, {} as never))).toContain("tokenFile: to: expected a path");
  const empty = paths("");
  expect((await tokenFile(empty.path, tokenizer, { to: empty.to })).length).toBe(0);
  const wrong = paths(Uint8Array.of(104, 255));
  expect((await dataErrorOf(() => tokenFile(wrong.path, tokenizer, { to: wrong.to }))).field).toBe("byte 1");
  expect(readdirSync(join(wrong.folder, "ids"))).toEqual([]);
});
