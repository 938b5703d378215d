// A cell that runs before the cells above it says what to do, once.
import { expect, test } from "vitest";
import { withHint } from "../../../scripts/setup/jupyter/unknown-names.cjs";

const unknown = { code: 2304, messageText: "Cannot find name 'fit'." };
const namespace = { code: 2503, messageText: "Cannot find namespace 'tf'." };
const wrongType = { code: 2322, messageText: "Type 'string' is not assignable to type 'number'." };

test("the last error of an unknown name says which cells to run first", () => {
  const [first, second, third] = withHint([unknown, namespace, wrongType]);
  expect([first, third]).toEqual([unknown, wrongType]);
  expect(second?.messageText).toBe(
    "Cannot find namespace 'tf'.\nA name is known once the cell that declares it has run. Run → Run All Above Selected Cell runs the cells before.",
  );
});

test("other errors, and those of another file, stay as they are", () => {
  const elsewhere = { ...unknown, fileName: "shelf/books.ts" };
  expect(withHint([wrongType, elsewhere])).toEqual([wrongType, elsewhere]);
  expect(withHint([])).toEqual([]);
});
