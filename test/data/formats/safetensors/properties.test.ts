import fc from "fast-check";
import { expect, test } from "vitest";
import {
  DataError,
  type NumericArray,
  readSafetensors,
  type SafetensorsArray,
  writeSafetensors,
} from "../../../../src/data";
import { edits, mutate } from "../mutations";

const file = Buffer.from(
  writeSafetensors(
    {
      "rnn/kernel": { data: Float32Array.from({ length: 6 }, (_, i) => i / 3), shape: [2, 3] },
      "rnn/bias": { data: new Float32Array(3), shape: [3] },
      lengths: { data: Int32Array.of(1, -2), shape: [2] },
      words: { data: Uint8Array.of(1, 2, 3), shape: [3, 1] },
    },
    { library: "unroll" },
  ),
);
const headerEnd = 8 + file.readUInt32LE(0);

/** The arrays that were read, or undefined after a DataError that names the file; any other error fails the test. */
function readOrRefuse(bytes: Uint8Array): Record<string, SafetensorsArray> | undefined {
  try {
    return readSafetensors(bytes, "mutated");
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).file).toBe("mutated");
    return undefined;
  }
}

test("readSafetensors refuses a changed file with a DataError, or gives arrays that fill it exactly", () => {
  const property = fc.property(edits, (changes) => {
    const bytes = mutate(file, changes);
    const read = readOrRefuse(bytes);
    if (read === undefined) return;
    const sizes: Record<string, number> = { F64: 8, I64: 8, F16: 2, BF16: 2, U8: 1, BOOL: 1 };
    const total = Object.values(read).reduce((sum, { data, shape, dtype }) => {
      expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
      return sum + data.length * (sizes[dtype] ?? 4);
    }, 0);
    expect(total).toBe(bytes.length - 8 - bytes.readUInt32LE(0));
  });
  fc.assert(property, { numRuns: 3_000, seed: 14 });
});

test("readSafetensors refuses changed digits, brackets and quotes in the header with a DataError, or reads the file", () => {
  const edit = fc.record({
    at: fc.integer({ min: 8, max: headerEnd - 1 }),
    symbol: fc.constantFrom(...'0123456789-.eE[]{}":, FUIB\\'),
  });
  let refused = 0;
  const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (changes) => {
    const bytes = Buffer.from(file);
    for (const { at, symbol } of changes) bytes[at] = symbol.charCodeAt(0);
    if (readOrRefuse(bytes) === undefined) refused++;
  });
  fc.assert(property, { numRuns: 3_000, seed: 14 });
  expect(refused).toBeGreaterThan(1_500);
});

test("writeSafetensors gives the same bytes in any order of arrays and metadata", () => {
  const values = fc.oneof(fc.float32Array({ maxLength: 5 }), fc.uint8Array({ maxLength: 5 }));
  const array = values.map((data): NumericArray => ({ data: data as Float32Array, shape: [data.length] }));
  const named = <T>(value: fc.Arbitrary<T>) =>
    fc.uniqueArray(fc.tuple(fc.string({ unit: "grapheme" }), value), { selector: ([name]) => name, maxLength: 6 });
  const shuffled = <T>(pairs: fc.Arbitrary<T[]>) =>
    pairs.chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })));
  const property = fc.property(shuffled(named(array)), shuffled(named(fc.string())), (arrays, metadata) => {
    const [one, other] = [0, 1].map((i) =>
      writeSafetensors(Object.fromEntries(arrays[i] ?? []), Object.fromEntries(metadata[i] ?? [])),
    );
    expect(Buffer.compare(one as Uint8Array, other as Uint8Array)).toBe(0);
  });
  fc.assert(property, { numRuns: 300, seed: 21 });
});

test("readSafetensors(writeSafetensors(arrays)) gives any arrays under any names unchanged", () => {
  const values = fc.oneof(
    fc.float32Array({ maxLength: 20 }),
    fc.int32Array({ maxLength: 20 }),
    fc.uint8Array({ maxLength: 20 }),
  );
  const array = values.map((data): NumericArray => ({ data: data as Float32Array, shape: [data.length, 1] }));
  const named = fc.dictionary(fc.string({ unit: "grapheme" }), array, { maxKeys: 6, noNullPrototype: true });
  const property = fc.property(named, (arrays) => {
    const read = readSafetensors(writeSafetensors(arrays));
    expect(Object.keys(read).sort()).toEqual(Object.keys(arrays).sort());
    for (const [name, { data, shape }] of Object.entries(arrays)) expect(read[name]).toMatchObject({ data, shape });
  });
  fc.assert(property, { numRuns: 500, seed: 14 });
});
