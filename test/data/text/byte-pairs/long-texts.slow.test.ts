// Texts that do not fit: what is kept of them does not grow with their length.
import { expect, test } from "vitest";
import { bytePairTokenizer, Random } from "../../../../src/data";

/** Lines of 1,000 words of four letters, in the shares of Zipf's law; no line is like another. */
function* lines(megabytes: number) {
  const random = new Random(16);
  const words = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 4 }, () => String.fromCharCode(97 + random.integer(26))).join(""),
  );
  for (let size = 0; size < megabytes * 1e6; ) {
    const line = Array.from({ length: 1000 }, () => words[Math.floor(words.length ** random.uniform()) - 1]).join(" ");
    size += line.length + 1;
    yield `${line}\n`;
  }
}

const peak = () => process.resourceUsage().maxRSS / 1024;

test("bytePairTokenizer(pieces) of 100 MB takes the memory that 10 MB take, within 60 MB", () => {
  const short = bytePairTokenizer(lines(10), { vocabularySize: 1000 });
  const before = peak();
  const long = bytePairTokenizer(lines(100), { vocabularySize: 1000 });
  expect(peak() - before).toBeLessThan(60);
  expect([short.vocabularySize, long.vocabularySize]).toEqual([1000, 1000]);
});

test("one line of 10 MB is learned from, encoded and decoded", () => {
  const line = "to be, or not to be: ".repeat(500_000);
  const tokenizer = bytePairTokenizer(line, { vocabularySize: 300 });
  expect(tokenizer.id("\u0120not")).toBeDefined();
  const { data } = tokenizer.encode(line);
  expect(data.length).toBeLessThan(line.length / 2);
  expect(tokenizer.decode(data) === line).toBe(true);
});
