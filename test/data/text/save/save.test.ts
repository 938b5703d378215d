import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { characterTokenizer, loadTokenizer, saveTokenizer, type Tokenizer, wordTokenizer } from "../../../../src/data";
import { dataErrorOf, temporaryFolder } from "../../support";
import { hardText } from "../support";

const path = () => join(temporaryFolder(), "folder", "tokenizer.json");

/** A tokenizer's file with other fields, and a checksum that fits. */
function forged(tokenizer: Tokenizer, change: Record<string, unknown>): string {
  const { sha256: _, ...body } = { ...(JSON.parse(JSON.stringify(tokenizer)) as Record<string, unknown>), ...change };
  const sha256 = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  return JSON.stringify({ ...body, sha256 });
}

async function refusal(text: string | Uint8Array, options?: Parameters<typeof loadTokenizer>[1]): Promise<string> {
  const file = join(temporaryFolder(), "t.json");
  writeFileSync(file, text);
  return (await dataErrorOf(() => loadTokenizer(file, options))).message.replace(file, "t.json");
}

test("loadTokenizer(path) gives the tokenizer that saveTokenizer wrote, of any Unicode", async () => {
  const file = path();
  await fc.assert(
    fc.asyncProperty(hardText, fc.boolean(), async (text, isGrapheme) => {
      const options = { padding: true, unknown: true, by: isGrapheme ? "grapheme" : "codePoint" } as const;
      for (const tokenizer of [
        characterTokenizer(`x${text}`, options),
        wordTokenizer(`x ${text}`, { lowerCase: true }),
      ]) {
        await saveTokenizer(tokenizer, file);
        const loaded = await loadTokenizer(file);
        expect(JSON.stringify(loaded)).toBe(JSON.stringify(tokenizer));
        expect([loaded.digest, loaded.special]).toEqual([tokenizer.digest, tokenizer.special]);
        expect(loaded.encode(text)).toEqual(tokenizer.encode(text));
      }
    }),
    { numRuns: 30 },
  );
});

test("tokens like __proto__ and constructor come back as tokens, and change no object", async () => {
  const text = "__proto__ constructor prototype toString __proto__";
  const file = path();
  await saveTokenizer(wordTokenizer(text), file);
  const loaded = await loadTokenizer(file, { kind: "words" });
  expect(loaded.decode(loaded.encode(text))).toBe(text);
  expect([loaded.counts().data[1], Object.keys({}), ({} as Record<string, unknown>).polluted]).toEqual([
    2,
    [],
    undefined,
  ]);
  const hostile = readFileSync(file, "utf8").replace("{", '{"__proto__":{"polluted":1},');
  expect(await refusal(hostile)).toContain("t.json: fields: expected format, version");
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("the file of another model, or of another kind, is refused", async () => {
  const [first, other] = [characterTokenizer("hello"), characterTokenizer("hallo")];
  expect(first.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(characterTokenizer("hellooo").digest).toBe(first.digest); // counts decide no id
  expect(await refusal(JSON.stringify(other), { digest: first.digest })).toContain("digest: expected");
  expect(await refusal(JSON.stringify(first), { kind: "words" })).toBe('t.json: kind: expected "words", got "chars"');
  const settings = [{ by: "grapheme" as const }, { normalize: "NFD" as const }, { padding: true }].map((options) =>
    characterTokenizer("hello", options),
  );
  expect(new Set([first, other, ...settings].map(({ digest }) => digest)).size).toBe(5);
});

test("a change of a byte of the file is found", async () => {
  const text = JSON.stringify(characterTokenizer("hé", { padding: true }));
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i += 3) {
    const damaged = bytes.slice();
    damaged[i] = (damaged[i] as number) ^ 1;
    expect(await refusal(damaged)).toMatch(/^t\.json: /);
    expect(await refusal(bytes.slice(0, i))).toMatch(/^t\.json: /);
  }
});

const chars = characterTokenizer("ab", { padding: true });
const words = wordTokenizer("ab cd");
test.each<[Tokenizer, Record<string, unknown>, string]>([
  [chars, { version: 2 }, "version: expected 1, got 2"],
  [chars, { format: "other" }, 'format: expected "unroll tokenizer", got "other"'],
  [chars, { kind: "syllables" }, 'kind: expected "chars" or "words", got "syllables"'],
  [chars, { tokens: {} }, "tokens: expected a list, got {}"],
  [chars, { tokens: [] }, "tokens: expected a list"],
  [chars, { tokens: ["a", 1] }, "tokens[1]: expected a text, got 1"],
  [chars, { tokens: ["a", "a"] }, 'tokens[1]: expected each token once, got "a" (U+0061) again'],
  [chars, { tokens: ["a", "ab"] }, "tokens[1]: expected one code point"],
  [chars, { tokens: ["a", "\ud800"] }, "text[0]: expected whole characters"],
  [chars, { tokens: ["a", ""] }, "tokens[1]: expected a text"],
  [words, { tokens: ["a", "<unk>"] }, "tokens[1]: expected each token once"],
  [chars, { counts: [1, 2] }, "counts: expected a list of 3 numbers, got a list of 2"],
  [chars, { counts: [0, 1, -1] }, "counts[2]: expected a whole number from 0"],
  [chars, { special: ["unknown", "padding"] }, "special: expected some of padding, unknown, begin, end, in this order"],
  [chars, { special: ["mask"] }, "special: expected some of"],
  [chars, { special: "padding" }, "special: expected some of"],
  [chars, { by: "bytes" }, 'by: expected "codePoint" or "grapheme"'],
  [chars, { normalize: 1 }, "normalize: expected"],
  [chars, { more: 1 }, "fields: expected format, version"],
  [words, { lowerCase: 1 }, "lowerCase: expected true or false, got 1"],
  [words, { pattern: "(a+)+$" }, "pattern: expected null or { source, flags }"],
])("a file with a checksum that fits, and a wrong field, is refused (%#)", async (tokenizer, change, message) => {
  expect(await refusal(forged(tokenizer, change))).toContain(`t.json: ${message}`);
});

test("what is no tokenizer's file is refused", async () => {
  expect(await refusal("")).toContain("t.json: text: expected JSON");
  expect(await refusal("[1]")).toBe("t.json: text: expected a JSON object, got a list of 1");
  expect(await refusal(`${"[".repeat(100)}`)).toContain("at most 32 levels");
  expect(await refusal(Uint8Array.of(0x7b, 0xff))).toBe("t.json: byte 1: expected UTF-8, got 0xff");
  expect((await dataErrorOf(() => loadTokenizer(temporaryFolder()))).actual).toBe("a folder");
  expect((await dataErrorOf(() => loadTokenizer(path()))).actual).toBe("ENOENT");
  expect((await dataErrorOf(() => saveTokenizer(chars, temporaryFolder()))).actual).toBe("EISDIR");
  expect((await dataErrorOf(() => saveTokenizer({} as never, path()))).message).toContain(
    "tokenizer: expected a tokenizer",
  );
});

test("a pattern is not taken from the file: loadTokenizer wants the same one", async () => {
  const file = path();
  const pattern = /\S+/u;
  await saveTokenizer(wordTokenizer("it's fine", { pattern }), file);
  expect((await loadTokenizer(file, { pattern })).id("it's")).toBe(1);
  expect((await dataErrorOf(() => loadTokenizer(file))).message).toContain("pattern: expected /\\S+/gu, with which");
  expect((await dataErrorOf(() => loadTokenizer(file, { pattern: /\w+/u }))).actual).toBe("/\\w+/u");
  await saveTokenizer(wordTokenizer("it's fine"), file);
  expect((await dataErrorOf(() => loadTokenizer(file, { pattern }))).expected).toContain("none, as");
});
