import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { saveProjector } from "../../../src/data";
import { dataErrorOf, temporaryFolder } from "../support";
import { vectorsOf } from "./support";

test("saveProjector(folder, embeddings) writes the vectors, the words and what names the files", async () => {
  const folder = join(temporaryFolder(), "new");
  const plainName = (text: string) => text.replace(/-[0-9a-f]{16}\.tsv/g, ".tsv");
  const read = (name: string) => {
    const found = readdirSync(folder).find((each) => plainName(each) === name) ?? name;
    return plainName(readFileSync(join(folder, found), "utf8"));
  };
  const counted = { ...vectorsOf({ king: [1, -0.5], queen: [1e-7, 0.1] }), columns: { count: [9, -0] } };
  await saveProjector(folder, { plain: vectorsOf({ "a\tb\n": [1], " ": [2], é: [3] }), counted });
  expect(readdirSync(folder).map(plainName).sort()).toEqual([
    ...["counted-metadata.tsv", "counted.tsv", "plain-metadata.tsv", "plain.tsv", "projector_config.pbtxt"],
  ]);
  expect(read("plain.tsv")).toBe("1\n2\n3\n");
  expect(read("plain-metadata.tsv")).toBe('a\\tb\\n\n" "\né\n'); // without a header: there is one column
  expect(read("counted.tsv")).toBe("1\t-0.5\n1e-7\t0.1\n");
  expect(read("counted-metadata.tsv")).toBe("word\tcount\nking\t9\nqueen\t-0\n");
  expect(read("projector_config.pbtxt")).toBe(`embeddings {
  tensor_name: "plain"
  tensor_shape: 3
  tensor_shape: 1
  metadata_path: "plain-metadata.tsv"
  tensor_path: "plain.tsv"
}
embeddings {
  tensor_name: "counted"
  tensor_shape: 2
  tensor_shape: 2
  metadata_path: "counted-metadata.tsv"
  tensor_path: "counted.tsv"
}
`);
});

test("saveProjector again: the vectors and words that the older configuration named go, files of its own names stay", async () => {
  const folder = temporaryFolder();
  const names = () => readdirSync(folder).filter((name) => name.endsWith(".tsv"));
  writeFileSync(join(folder, "own.tsv"), "mine");
  await saveProjector(folder, { a: vectorsOf({ king: [1] }) });
  const before = names();
  expect(before).toHaveLength(3);
  await saveProjector(folder, { a: vectorsOf({ queen: [1] }) }); // the same vector of another word: both files have another name
  const after = names();
  expect(after).toHaveLength(3);
  expect(after.filter((name) => before.includes(name))).toEqual(["own.tsv"]);
  const config = readFileSync(join(folder, "projector_config.pbtxt"), "utf8");
  expect(after.filter((name) => !config.includes(name))).toEqual(["own.tsv"]);
});

test("saveProjector refuses names that are no file's, numbers that are not finite, and columns of another length", async () => {
  const words = vectorsOf({ a: [1], b: [2] });
  const refused = async (embeddings: Parameters<typeof saveProjector>[1]) =>
    (await dataErrorOf(() => saveProjector(temporaryFolder(), embeddings))).message;
  expect(await refused({})).toMatch(/embeddings: .*got none/);
  expect(await refused({ "../words": words })).toMatch(/expected a name of letters.*got "..\/words"/);
  expect(await refused({ words: { ...words, columns: { count: [1] } } })).toMatch(/columns.count: .*2 words, got 1/);
  expect(await refused({ words: vectorsOf({ a: [1], b: [Number.NaN] }) })).toMatch(/vector of "b": .*got NaN/);
});
