import { expect, test } from "vitest";
import { noteName, noteNumber } from "../../../src/data";
import { dataErrorOf } from "../support";

test("noteName(60) is C4, and noteNumber gives every name its number back", () => {
  expect([0, 21, 60, 61, 69, 127].map(noteName)).toEqual(["C-1", "A0", "C4", "C#4", "A4", "G9"]);
  for (let note = 0; note < 128; note++) expect(noteNumber(noteName(note))).toBe(note);
});

test("noteName and noteNumber refuse what is no note", async () => {
  for (const note of [-1, 128, 60.5, Number.NaN]) await dataErrorOf(() => noteName(note));
  for (const name of ["", "H4", "C", "C10", "E#4", "4C", "c4"]) {
    expect((await dataErrorOf(() => noteNumber(name))).message).toContain(JSON.stringify(name));
  }
});
