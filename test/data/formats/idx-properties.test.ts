import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, type Digits } from "../../../src/data";
import { readDigits } from "../../../src/data/sources/mnist";
import { packedImages, packedLabels } from "../support";
import { edits, mutate } from "./mutations";

const images = packedImages(3);
const labels = packedLabels(3, 1, 4);

/** The data that were read, or undefined after a DataError; any other error fails the test. */
async function readOrRefuse(imageFile: Buffer, labelFile: Buffer): Promise<Digits | undefined> {
  try {
    return await readDigits(imageFile, labelFile, "mutated", 60_000);
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).file).toMatch(/^mutated-(images|labels)-/);
    return undefined;
  }
}

test("readDigits refuses changed gzip files with a DataError, or reads the original data", async () => {
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

test("readDigits refuses IDX data that were changed before packing with a DataError, or reads the changed values", async () => {
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
