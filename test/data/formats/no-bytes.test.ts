// What is given to a reader in place of bytes: a file's text or name, an ArrayBuffer, nothing.
import { expect, test } from "vitest";
import { readCsv, readMidi, readNpy, readSafetensors, readSentencePairs } from "../../../src/data";
import { dataErrorOf } from "../support";

const readers = { readCsv, readMidi, readNpy, readSafetensors, readSentencePairs };

test.each(Object.entries(readers))("%s refuses what is no bytes, by the file's name", async (_, read) => {
  for (const nothing of [undefined, null, "a,b", [1, 2], new ArrayBuffer(4), new Float64Array(2)]) {
    const { message } = await dataErrorOf(() => read(nothing as never, "own.file"));
    expect(message).toBe(`own.file: content: expected a Uint8Array, such as readFile gives, got ${typeof nothing}`);
  }
});
