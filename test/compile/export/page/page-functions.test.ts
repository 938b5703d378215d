// The functions of an exported page, which gets their text: they use nothing from outside.
import { expect, test } from "vitest";
import { answerRows } from "../../../../src/compile/export/page/answer-rows";
import { fitDigit } from "../../../../src/compile/export/page/fit-digit";
import { readNumbers } from "../../../../src/compile/export/page/read-numbers";

test.each([
  ["1 2\n3 4\n\n5,6", [null, 2], { values: [1, 2, 3, 4, 5, 6], shape: [1, 3, 2] }],
  ["[[1, 2], [3, 4]]", [2, 2], "Line 1: the model takes 2 numbers for each time step, not 4."],
  ["1 -2.5e1\n3", [null, 1], { values: [1, -25, 3], shape: [1, 3, 1] }],
  ["1;2;3", [3], { values: [1, 2, 3], shape: [1, 3] }],
  ["7", [], { values: [7], shape: [1] }],
  ["1 2 3 4", [2, 2, 1], { values: [1, 2, 3, 4], shape: [1, 2, 2, 1] }],
  ["1 2 3 4 5 6", [null, 1, 2], { values: [1, 2, 3, 4, 5, 6], shape: [1, 3, 1, 2] }],
] as const)("readNumbers(%o, %o)", (text, sizes, expected) => {
  if (typeof expected === "string") expect(() => readNumbers(text, sizes, false)).toThrow(expected);
  else expect(readNumbers(text, sizes, false)).toEqual(expected);
});

test.each([
  ["1 2\n3", [null, 2], false, "Line 2: the model takes 2 numbers for each time step, not 1."],
  ["1 2\n3 4", [3, 2], false, "The model takes 3 lines, not 2."],
  ["1 two", [2], false, 'Line 1: "two" is no number.'],
  ["1\n2.5", [null], true, "Line 2: 2.5 is no whole number, as the model takes."],
  ["1 2", [3], false, "The model takes 3 numbers, not 2."],
  ["", [null, 1], false, "Type some numbers."],
  ["", [null, 2], false, "Type a line of numbers for each time step."],
  ["1 2 3", [null, 1, 2], false, "The model takes 2 numbers for each time step; 3 are no multiple."],
  ["1e999", [1], false, 'Line 1: "1e999" is no number.'],
] as const)("readNumbers(%o, %o, %o) says what is wrong: %s", (text, sizes, isWhole, message) => {
  expect(() => readNumbers(text, sizes, isWhole)).toThrow(message);
});

/** A drawing of 280×280: ink 1 in the rectangle. */
const drawn = (top: number, left: number, height: number, width: number) =>
  Array.from({ length: 280 * 280 }, (_, i) => {
    const [row, column] = [Math.floor(i / 280), i % 280];
    return row >= top && row < top + height && column >= left && column < left + width ? 1 : 0;
  });

test.each([
  [100, 100, 80, 80],
  [0, 0, 80, 80],
  [200, 190, 40, 40],
])("fitDigit of a square at %i, %i is a square of 20×20 in the middle of 28×28", (top, left, height, width) => {
  const picture = fitDigit(drawn(top, left, height, width), 280);
  const expected = Array.from({ length: 784 }, (_, i) => {
    const [row, column] = [Math.floor(i / 28), i % 28];
    return row >= 4 && row < 24 && column >= 4 && column < 24 ? 1 : 0;
  });
  expect(picture).toEqual(expected);
});

test("fitDigit keeps the form of a tall drawing, and is all 0 for an empty one", () => {
  const picture = fitDigit(drawn(30, 30, 200, 50), 280); // 4 times as tall as wide: 20×5 pixels of 28×28
  expect(picture.reduce((sum, value) => sum + value, 0)).toBeCloseTo(20 * 5, 0);
  const rows = Array.from({ length: 28 }, (_, row) =>
    picture.slice(row * 28, row * 28 + 28).some((value) => value > 0),
  );
  expect(rows.filter(Boolean)).toHaveLength(20);
  expect(fitDigit(new Array<number>(280 * 280).fill(0), 280)).toEqual(new Array<number>(784).fill(0));
});

test("answerRows(values, shape, names) names classes, numbers time steps, and cuts a vocabulary to its 10 largest", () => {
  expect(answerRows([1, 3, 2], [1, 3], ["a", "b", "c"])).toEqual({
    title: "",
    rows: [
      { name: "a", value: 1, isBest: false },
      { name: "b", value: 3, isBest: true },
      { name: "c", value: 2, isBest: false },
    ],
  });
  expect(answerRows([5], [1, 1], undefined).rows).toEqual([{ name: "", value: 5, isBest: false }]);
  expect(answerRows([1, 2], [1, 2, 1], undefined).rows.map(({ name }) => name)).toEqual(["step 1", "step 2"]);
  const atEnd = answerRows([1, 2, 9, 3, 4, 0], [1, 2, 3], undefined);
  expect(atEnd).toMatchObject({
    title: "after the last time step",
    rows: [{ value: 3 }, { value: 4, isBest: true }, { value: 0 }],
  });
  const many = answerRows(
    Array.from({ length: 30 }, (_, i) => i),
    [1, 30],
    undefined,
  );
  expect(many.title).toBe("the 10 largest of 30 numbers");
  expect(many.rows.map(({ value }) => value)).toEqual([29, 28, 27, 26, 25, 24, 23, 22, 21, 20]);
});
