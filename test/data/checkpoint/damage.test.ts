import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCheckpoint, writeCheckpoint, writeSafetensors } from "../../../src/data";
import { dataErrorOf, temporaryFolder } from "../support";
import { testDamages } from "./damages";
import { content } from "./support";

testDamages(500, 15);

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
