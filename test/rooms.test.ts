// The rooms of CONTRIBUTING.md: who may import whom. Read from the sources, so that a line in the wrong room is red.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { files, type Import, imports, importsOf, ROOT, roomOf, source } from "./imports";

/**
 * The table. `types` may be imported as types only. A room's name is its index; compile has two further doors, `internal`
 * for rnn and train alone, and `extend`, which users may enter too.
 */
const ROOMS: Record<string, { may: RegExp; types?: RegExp }> = {
  index: { may: /^(compile|data|notebook|plot|rnn|seq2seq|tf|train)$/ },
  tf: { may: /^engine\/(start|gradients|rank)$/ },
  engine: { may: /^(native$|node:|@tensorflow\/)/ },
  native: { may: /^(arguments$|node:)/ },
  data: { may: /^(arguments$|node:|h5wasm\/node$)/, types: /^@tonejs\/midi$/ },
  compile: { may: /^(arguments$|tf$|native$|node:)/ },
  arguments: { may: /^spelling$/ },
  spelling: { may: /^$/ },
  rnn: { may: /^(arguments|tf|compile|compile\/internal|compile\/extend)$/, types: /^data$/ },
  train: { may: /^(arguments$|tf$|compile$|compile\/internal$|rnn$|data$|data\/internal$|node:)/ },
  seq2seq: {
    may: /^(arguments$|tf$|compile$|compile\/internal$|rnn$|rnn\/internal$|data$|data\/internal$|train$|node:)/,
  },
  plot: { may: /^(arguments|node:zlib)$/, types: /^(rnn|data)$/ },
  notebook: { may: /^(arguments$|plot$|node:)/ },
};

function isAllowed({ room, from, typesOnly }: Import): boolean {
  const rules = ROOMS[room];
  if (rules === undefined) return false;
  const inside = roomOf(from) === room && from.includes("/");
  return inside || rules.may.test(from) || (typesOnly && rules.types?.test(from)) || false;
}

const refused = (list: readonly Import[]) =>
  list.filter((each) => !isAllowed(each)).map(({ file, from }) => `${file}: ${from}`);

test("every import of src is one that its room may make; another room is entered by a door that the table names", () => {
  expect(imports.length).toBeGreaterThan(100);
  expect(refused(imports)).toEqual([]);
});

test("the internal doors of compile, rnn and data are open to the rooms named here, and to no user: the package does not export them", () => {
  const entering = imports.filter(({ from }) => from === "compile/internal").map(({ room }) => room);
  expect(["rnn", "seq2seq", "train"]).toEqual(expect.arrayContaining(entering));
  const ofRnn = imports.filter(({ from }) => from === "rnn/internal").map(({ room }) => room);
  expect([...new Set(ofRnn)]).toEqual(["seq2seq"]);
  const ofData = imports.filter(({ from }) => from === "data/internal").map(({ room }) => room);
  expect([...new Set(ofData)].sort()).toEqual(["seq2seq", "train"]);
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(Object.keys(exports)).toContain("./compile/extend");
  expect(Object.keys(exports)).not.toContain("./compile/internal");
  expect(Object.keys(exports)).not.toContain("./rnn/internal");
  expect(Object.keys(exports)).not.toContain("./data/internal");
  const notebook = 'import { isCapturing } from "../compile/internal";';
  expect(refused(["data", "plot", "notebook"].flatMap((room) => importsOf(`${room}/new.ts`, notebook)))).toHaveLength(
    3,
  );
});

test("only engine/start.ts names a tensor package, even in a type or a text", () => {
  expect(files.filter((file) => source(file).includes("@tensorflow/"))).toEqual(["engine/start.ts"]);
});

test("only the notebook room knows the kernel, and it takes it from what is loaded: nothing imports tslab", () => {
  expect(imports.filter(({ from }) => /tslab/.test(from))).toEqual([]);
  const naming = files.filter((file) => /__tslab__|"tslab"/.test(source(file)));
  expect([...new Set(naming.map(roomOf))]).toEqual(["notebook"]);
});

test("environment variables are read in the data, engine, native and notebook rooms, nowhere else", () => {
  const reading = files.filter((file) => /process\.env\b/.test(source(file)));
  expect(reading.filter((file) => !["engine", "native", "data", "notebook"].includes(roomOf(file)))).toEqual([]);
});

test("CONTRIBUTING.md has a line for each room, and no other", () => {
  const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  const listed = [...text.matchAll(/^\| `src\/(\w+)(?:\.ts)?` \|/gm)].map(([, name]) => name).sort();
  expect(listed).toEqual(
    Object.keys(ROOMS)
      .filter((room) => room !== "index")
      .sort(),
  );
  const present = [...new Set(files.map(roomOf))].filter((room) => !listed.includes(room));
  expect(present).toEqual(["index"]);
});

test("the walk sees every form of import, and refuses what the table does", () => {
  const text = `
import * as tf from "../tf";
import type { NumericArray } from "../data";
import { type Batch, type Dataset } from "../data";
import { readIdx } from "../data";
import { Random, type Dataset } from "../data";
import {
  show,
  type Figure,
} from "../notebook";
import "danfojs-node";
export { helper } from "../data/array";
export * from "./cell";
// import "in a comment"
const lazy = await import("@tensorflow/tfjs");
const loaded = require("node:fs");
`;
  expect(refused(importsOf("rnn/new.ts", text))).toEqual([
    "rnn/new.ts: data",
    "rnn/new.ts: data",
    "rnn/new.ts: notebook",
    "rnn/new.ts: danfojs-node",
    "rnn/new.ts: data/array",
    "rnn/new.ts: @tensorflow/tfjs",
    "rnn/new.ts: node:fs",
  ]);
  expect(refused(importsOf("data/new.ts", 'import * as df from "danfojs-node";'))).toHaveLength(1);
  expect(refused(importsOf("plot/new.ts", 'import { show } from "../notebook"; '))).toHaveLength(1);
  expect(refused(importsOf("elsewhere/new.ts", 'import "./other";'))).toHaveLength(1);
});
