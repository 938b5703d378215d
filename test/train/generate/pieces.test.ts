import { expect, test } from "vitest";
import { bytePairTokenizer, Random } from "../../../src/data";
import { stopSearch } from "../../../src/train/generate/stop-strings";
import { textPieces } from "../../../src/train/generate/text-pieces";

/** Tokens are the bytes of UTF-8. */
const bytes = { decode: (ids: ArrayLike<number>) => new TextDecoder().decode(Uint8Array.from(ids)) };
/** Tokens are UTF-16 code units. */
const units = { decode: (ids: ArrayLike<number>) => String.fromCharCode(...Array.from(ids)) };
/** Tokens are words, joined by spaces. */
const WORDS = ["the", "cat", "sat"];
const words = { decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => WORDS[id]).join(" ") };

const TEXT = "naïve café — 日本語, 👩‍👩‍👧‍👦 und ein Lächeln 🙂!";

function piecesOf(
  tokenizer: { decode(ids: ArrayLike<number>): string },
  ids: readonly number[],
  before: number[] = [],
) {
  const pieces = textPieces(tokenizer, before);
  return ids.map((id) => pieces.push([id]));
}

test("textPieces: pieces of bytes are whole characters, and add up to the text", () => {
  const pieces = piecesOf(bytes, [...new TextEncoder().encode(TEXT)]);
  expect(pieces.join("")).toBe(TEXT);
  expect(pieces.filter((piece) => piece.includes("\uFFFD"))).toEqual([]);
  expect(pieces.filter((piece) => piece !== "")).toEqual([...TEXT]);
});

test("byte pairs: pieces of tokens that end inside characters are whole characters", () => {
  const tokenizer = bytePairTokenizer("naïve cafés", { vocabularySize: 262 });
  const ids = [...tokenizer.encode(TEXT).data];
  expect(ids.length).toBeGreaterThan(TEXT.length);
  for (const before of [[], [...tokenizer.encode("日本").data], ids.slice(0, 40)]) {
    const pieces = piecesOf(tokenizer, ids, before);
    expect(pieces.join("")).toBe(TEXT);
    expect(
      pieces.filter((piece) => piece !== "" && [...piece].some((each) => /[\uD800-\uDFFF\uFFFD]/u.test(each))),
    ).toEqual([]);
  }
});

test("several tokens at once give what they give one by one, wherever the lists are cut", () => {
  const ids = [...new TextEncoder().encode(TEXT.repeat(3))];
  const random = new Random(5);
  for (let round = 0; round < 50; round++) {
    const pieces = textPieces(bytes, []);
    let text = "";
    for (let begin = 0; begin < ids.length; ) {
      const end = begin + 1 + random.integer(40);
      text += pieces.push(ids.slice(begin, end));
      begin = end;
    }
    expect(text).toBe(TEXT.repeat(3));
  }
});

test("a half of a surrogate pair waits for the other", () => {
  const pieces = piecesOf(
    units,
    Array.from({ length: TEXT.length }, (_, i) => TEXT.charCodeAt(i)),
  );
  expect(pieces.filter((piece) => piece !== "")).toEqual([...TEXT]);
});

test("a piece has the space between words, after the prompt too", () => {
  expect(piecesOf(words, [0, 1, 2])).toEqual(["the", " cat", " sat"]);
  expect(piecesOf(words, [1, 2], [2, 0])).toEqual([" cat", " sat"]);
});

test("bytes that are no text come as the decoder writes them, but for the last character, and in linear time", () => {
  const random = new Random(3);
  for (let round = 0; round < 300; round++) {
    const ids = Array.from({ length: 60 }, () =>
      random.uniform() < 0.7 ? 0x80 + random.integer(128) : random.integer(128),
    );
    const [text, whole] = [piecesOf(bytes, ids).join(""), bytes.decode(ids)];
    expect([whole, whole.replace(/\uFFFD$/, "")]).toContain(text);
  }
  let decoded = 0;
  const counting = {
    decode: (ids: ArrayLike<number>) => {
      decoded += ids.length;
      return bytes.decode(ids);
    },
  };
  const text = piecesOf(counting, Array<number>(2000).fill(0xe2)).join("");
  expect(text).toBe("\uFFFD".repeat(1999));
  expect(decoded).toBeLessThan(2000 * 100);
});

test("stopSearch: the stop string that ends first, wherever the pieces are cut", () => {
  const stops = ["abcd", "bc", "xyz"];
  const found = (pieces: readonly string[]) => {
    const search = stopSearch(stops);
    let text = "";
    for (const piece of pieces) {
      const { text: more, found } = search.push(piece);
      text += more;
      if (found) return { text, found };
    }
    return { text: text + search.rest(), found: false };
  };
  expect(found(["--abcd--"])).toEqual({ text: "--a", found: true });
  expect(found([..."--abcd--"])).toEqual({ text: "--a", found: true });
  expect(found(["xy", "xy", "z!"])).toEqual({ text: "xy", found: true });
  expect(found(["xyxxyab"])).toEqual({ text: "xyxxyab", found: false });
  const all = stopSearch(["aab"]);
  expect(["a", "a", "a", "b"].map((piece) => all.push(piece).text)).toEqual(["", "", "a", ""]);
  expect(stopSearch([]).push("text")).toEqual({ text: "text", found: false });
});
