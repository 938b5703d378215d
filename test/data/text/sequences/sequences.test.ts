import { expect, test } from "vitest";
import { addSpecialTokens, characterTokenizer, streams, textWindows, wordTokenizer } from "../../../../src/data";
import { dataErrorOf } from "../../support";

test("addSpecialTokens(tokenizer, ids) puts begin before and end after ids, as far as the tokenizer has them", () => {
  const both = wordTokenizer("a good film", { begin: true, end: true, padding: true });
  expect([...addSpecialTokens(both, both.encode("good film")).data].map(both.token)).toEqual([
    ...["<bos>", "good", "film", "<eos>"],
  ]);
  expect(addSpecialTokens(both, [])).toEqual({ data: Int32Array.of(2, 3), shape: [2] });
  const end = characterTokenizer("ab", { end: true });
  expect(addSpecialTokens(end, end.encode("ab")).data).toEqual(Int32Array.of(1, 2, 0));
  const none = characterTokenizer("ab");
  expect(addSpecialTokens(none, [0, 1]).data).toEqual(Int32Array.of(0, 1));
});

test("textWindows(ids, { nSteps, stride }) gives windows and the same one id later", () => {
  const ids = Int32Array.from({ length: 11 }, (_, i) => i);
  const { x, y } = textWindows(ids, { nSteps: 3 });
  expect([x.shape, [...x.data]]).toEqual([
    [3, 3],
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  ]);
  expect([y.shape, [...y.data]]).toEqual([
    [3, 3],
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  ]);
  expect(textWindows(ids, { nSteps: 3, stride: 1 }).x.shape).toEqual([8, 3]);
  expect([...textWindows(ids, { nSteps: 10 }).y.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(textWindows(ids.subarray(0, 3), { nSteps: 2, stride: 9 }).x.shape).toEqual([1, 2]);
});

test("a text with fewer ids than a window and its targets is refused, by textWindows and by streams", async () => {
  const ids = characterTokenizer("hello").encode("hello");
  const of = async (call: () => unknown) => (await dataErrorOf(call)).message;
  expect(await of(() => textWindows(ids, { nSteps: 5 }))).toBe(
    "textWindows: ids: expected at least nSteps + 1 = 6 ids, got 5",
  );
  expect(await of(() => streams(ids, { batchSize: 1, nSteps: 5, targets: "next" }))).toContain(
    "got 0, of 5 time steps",
  );
  expect(await of(() => textWindows(ids, { nSteps: 0 }))).toContain("nSteps: expected a whole number");
  expect(await of(() => textWindows(ids, { nSteps: 1, stride: 0 }))).toContain("stride");
  expect(await of(() => textWindows(ids, { nSteps: 1, horizon: 2 } as never))).toContain("also horizon");
});

test.each([
  [[0.5, 1, 2], "ids[0]: expected a whole number"],
  [[0, Number.NaN, 2], "ids[1]: expected a whole number"],
  [[0, 1, -1], "ids[2]: expected a whole number"],
  [[0, 2 ** 31, 1], "ids[1]: expected a whole number from 0 to 2147483647, got 2147483648"],
])("what is no id is refused, not cut to a whole number: %j", async (ids, message) => {
  expect((await dataErrorOf(() => textWindows(ids, { nSteps: 2 }))).message).toContain(`textWindows: ${message}`);
  const tokenizer = characterTokenizer("ab", { end: true });
  expect((await dataErrorOf(() => addSpecialTokens(tokenizer, ids))).message).toContain(`addSpecialTokens: ${message}`);
});
