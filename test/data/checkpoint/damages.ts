/** A checkpoint's files damaged at random: few times in the quick tests, many in the slow ones. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataError, Random, readCheckpoint, writeCheckpoint } from "../../../src/data";
import { temporaryFolder } from "../support";
import { content, expectContent } from "./support";

const FILES = ["tensors.safetensors", "checkpoint.json"] as const;

/** Damages a file at random; the bytes always change. */
const DAMAGES: readonly ((file: Buffer, random: Random) => Buffer)[] = [
  (file, random) => {
    const bytes = Buffer.from(file); // one bit
    const at = random.integer(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << random.integer(8));
    return bytes;
  },
  (file, random) => {
    const bytes = Buffer.from(file); // several bits, each once
    for (const bit of random.permutation(8 * bytes.length).subarray(0, 2 + random.integer(20))) {
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    }
    return bytes;
  },
  (file, random) => file.subarray(0, random.integer(file.length)), // cut off, to nothing at the most
  (file, random) => Buffer.concat([file, Buffer.from(noise(random))]),
  (file, random) => {
    const at = random.integer(file.length); // bytes put in
    return Buffer.concat([file.subarray(0, at), Buffer.from(noise(random)), file.subarray(at)]);
  },
  (file, random) => {
    const [at, count] = [random.integer(file.length), 1 + random.integer(50)]; // bytes taken out
    return Buffer.concat([file.subarray(0, at), file.subarray(at + count)]);
  },
  (file, random) => {
    const bytes = Buffer.from(file); // a block that the disk lost
    bytes.fill(bytes.includes(0) ? 0xff : 0, random.integer(file.length));
    return bytes;
  },
];

const noise = (random: Random) =>
  Uint8Array.from({ length: 1 + random.integer(40) }, () => (random.integer(2) ? random.integer(256) : 0x20));

/** Damages one of the two files, so many times. @param seed another seed gives other damages */
export function testDamages(times: number, seed: number): void {
  test(`${times} damages, each to one of the two files: readCheckpoint gives a DataError that names the file`, async () => {
    const path = await writeCheckpoint(temporaryFolder(), content(7));
    const whole = new Map(FILES.map((name) => [name, readFileSync(join(path, name))]));
    const random = new Random(seed);
    const counts: Record<string, number> = {};
    for (let i = 0; i < times; i++) {
      const name = FILES[random.integer(2)] as (typeof FILES)[number];
      const file = whole.get(name) as Buffer;
      const damaged = (DAMAGES[i % DAMAGES.length] as (typeof DAMAGES)[number])(file, random);
      if (damaged.equals(file)) continue;
      writeFileSync(join(path, name), damaged);
      const error = await readCheckpoint(path).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof DataError)) throw new Error(`damage ${i} to ${name} gave ${error}`);
      expect(Object.values(error).every((part) => typeof part === "string")).toBe(true);
      counts[`${name} ${error.field.replace(/ .*/, "")}`] =
        (counts[`${name} ${error.field.replace(/ .*/, "")}`] ?? 0) + 1;
      writeFileSync(join(path, name), file);
    }
    const total = Object.values(counts).reduce((sum, count) => sum + count);
    console.log(`    ${total} damages, ${total} DataErrors: ${JSON.stringify(counts)}`);
    expect(total).toBeGreaterThan(0.99 * times);
    expectContent(await readCheckpoint(path), 7);
  });
}
