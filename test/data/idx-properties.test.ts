import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, type Digits } from "../../src/data";
import { readDigits } from "../../src/data/mnist";
import { packedImages, packedLabels } from "./support";

const images = packedImages(3);
const labels = packedLabels(3, 1, 4);

/** Changes to a file, places given as parts of its length: bytes changed, cut off, taken out, put in. */
const edits = fc.array(
  fc.record({
    kind: fc.constantFrom("flip", "truncate", "remove", "insert"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 4 },
);
type Edit = { kind: string; at: number; bytes: Uint8Array };

function mutate(file: Buffer, changes: readonly Edit[]): Buffer {
  return changes.reduce((bytes, { kind, at, bytes: other }) => {
    const place = Math.floor(at * bytes.length);
    const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
    if (kind === "truncate") return before;
    if (kind === "remove") return Buffer.concat([before, after.subarray(other.length)]);
    if (kind === "insert") return Buffer.concat([before, other, after]);
    return Buffer.concat([before, after.map((byte, i) => byte ^ (other[i] ?? 0))]);
  }, file);
}

/** What was read, or undefined after a DataError; any other error fails. */
async function readOrRefuse(imageFile: Buffer, labelFile: Buffer): Promise<Digits | undefined> {
  try {
    return await readDigits(imageFile, labelFile, "mutated", 60_000);
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).file).toMatch(/^mutated-(images|labels)-/);
    return undefined;
  }
}

test("gzip files changed anywhere are refused with a DataError, or read as they were", {
  timeout: 30_000,
}, async () => {
  const whole = await readOrRefuse(images, labels);
  const property = fc.asyncProperty(edits, fc.boolean(), async (changes, inLabels) => {
    const read = await readOrRefuse(
      inLabels ? images : mutate(images, changes),
      inLabels ? mutate(labels, changes) : labels,
    );
    if (read) expect(read).toEqual(whole); // the gzip header's time and name may change, the checksum guards the rest
  });
  await fc.assert(property, { numRuns: 1_000, seed: 14 });
});

test("IDX data changed anywhere before packing are refused with a DataError, or read as they say", {
  timeout: 30_000,
}, async () => {
  const property = fc.asyncProperty(edits, fc.boolean(), async (changes, inLabels) => {
    const bytes = mutate(gunzipSync(inLabels ? labels : images), changes);
    const read = await readOrRefuse(inLabels ? images : gzipSync(bytes), inLabels ? gzipSync(bytes) : labels);
    if (!read) return;
    expect([read.x.shape, read.y.shape]).toEqual([[3, 28, 28], [3]]);
    const changed = inLabels ? read.y.data : read.x.data;
    expect([...changed]).toEqual([...bytes.subarray(inLabels ? 8 : 16)]);
  });
  await fc.assert(property, { numRuns: 1_000, seed: 14 });
});
