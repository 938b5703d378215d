import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataError, Random, readCheckpoint, writeCheckpoint, writeSafetensors } from "../../../src/data";
import { dataErrorOf, temporaryFolder } from "../support";
import { content, expectContent } from "./support";

const FILES = ["tensors.safetensors", "checkpoint.json"] as const;
const TIMES = 10_000;

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

test(`${TIMES} damages, each to one of the two files: readCheckpoint gives a DataError that names the file`, async () => {
  const path = await writeCheckpoint(temporaryFolder(), content(7));
  const whole = new Map(FILES.map((name) => [name, readFileSync(join(path, name))]));
  const random = new Random(14);
  const counts: Record<string, number> = {};
  for (let i = 0; i < TIMES; i++) {
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
  expect(total).toBeGreaterThan(0.99 * TIMES);
  expectContent(await readCheckpoint(path), 7);
});

/** A checkpoint whose JSON was changed and got a new, valid checksum. */
async function resealed(change: (text: string) => string): Promise<string> {
  const path = await writeCheckpoint(temporaryFolder(), content(7));
  const file = join(path, "checkpoint.json");
  const [body] = readFileSync(file, "utf8").split(',\n  "sha256"') as [string];
  const changed = change(body);
  expect(changed).not.toBe(body);
  const sha256 = createHash("sha256").update(changed).digest("hex");
  writeFileSync(file, `${changed},\n  "sha256": "${sha256}"\n}\n`);
  return path;
}

test.each<[string, (text: string) => string, string]>([
  ["another version", (text) => text.replace('"version": 1', '"version": 2'), "version"],
  ["another format", (text) => text.replace("unroll checkpoint", "something else"), "format"],
  ["a number below 0", (text) => text.replace('"number": 7', '"number": -7'), "number"],
  ["a number that is a text", (text) => text.replace('"number": 7', '"number": "7"'), "number"],
  ["a field twice", (text) => text.replace('"number": 7', '"number": 7, "number": 7'), "text"],
  ["a field too many", (text) => text.replace('"number": 7', '"number": 7, "more": 1'), "fields"],
  ["a field that is missing", (text) => text.replace('"number": 7,', ""), "fields"],
  ["a best without a mode", (text) => text.replace('"best": null', '"best": { "value": 1 }'), "best"],
  [
    "a best that overflows",
    (text) => text.replace('"best": null', '"best": { "value": 1e999, "mode": "min" }'),
    "best",
  ],
  ["a size too small", (text) => text.replace(/"bytes": \d+/, '"bytes": 0'), "bytes"],
  ["another size", (text) => text.replace(/"bytes": \d+/, '"bytes": 1000000000000'), "size"],
  ["no SHA-256", (text) => text.replace(/"tensorsSha256": "\w+"/, '"tensorsSha256": "../x"'), "tensorsSha256"],
  ["a state that is a list", (text) => text.replace(/"state": \{[\s\S]*$/, '"state": []'), "state"],
  ["__proto__ in the state", (text) => text.replace('"epoch": 7', '"__proto__": { "polluted": 1 }'), "state"],
  ["a state that is too deep", (text) => text.replace('"epoch": 7', `"a": ${"[".repeat(60)}${"]".repeat(60)}`), "text"],
  ["one name twice", (text) => text.replace('"name": "none"', '"name": "one"'), "tensors"],
  ["another name", (text) => text.replace('"name": "none"', '"name": "../none"'), "tensor"],
  ["another type", (text) => text.replace('"dtype": "U8"', '"dtype": "BOOL"'), "tensor"],
  ["another shape", (text) => text.replace(/40\n/, "41\n"), "tensor"],
  ["a shape below 0", (text) => text.replace(/40\n/, "-40\n"), "tensors"],
])("a JSON that is sealed and wrong, %s, is refused by its field", async (_name, change, field) => {
  const error = await dataErrorOf(async () => readCheckpoint(await resealed(change)));
  expect(error.field.replace(/ .*/, "")).toBe(field);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("readCheckpoint refuses arrays of types that no checkpoint has, for example BOOL", async () => {
  const path = await resealed((text) => text.replace('"dtype": "U8"', '"dtype": "BOOL"'));
  const file = join(path, "tensors.safetensors");
  const bytes = Buffer.from(writeSafetensors(content(7).tensors));
  bytes.write("BOOL", bytes.indexOf('"U8"') - 2); // not even JSON any longer
  writeFileSync(file, bytes);
  expect((await dataErrorOf(() => readCheckpoint(path))).file).toBe(file);
});
