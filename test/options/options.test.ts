// Options are an object everywhere: a number, a text, a list in their place, or a misspelt name, is refused, never ignored.
import { beforeAll, expect, test } from "vitest";
import { ArgumentError } from "../../src/arguments";
import { CompileError } from "../../src/compile";
import { DataError } from "../../src/data";
import { Dense, GRUCell, glorotUniform } from "../../src/rnn";
import * as tf from "../../src/tf";
import { files, source } from "../imports";
import { CALLS } from "./calls";

beforeAll(() => tf.ready());

/** The options of a public function or class, by what its declaration says. */
const DECLARED = /^export (?:async )?(?:function|class|abstract class|const) (\w+)/gm;

/** The names that a room's index exports as values. */
const exported = (index: string): string[] =>
  [...source(index).matchAll(/export \{([^}]*)\}/g)].flatMap(([, names]) =>
    (names as string)
      .replace(/\/\/.*/g, "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type ")),
  );

const ROOMS = ["compile", "data", "rnn", "train", "seq2seq", "plot", "notebook"].map((room) => `${room}/index.ts`);
const PUBLIC = new Set(ROOMS.flatMap(exported));

/** The text of a parameter list that begins at an opening bracket. */
function parametersAt(text: string, begin: number): string {
  let depth = 0;
  for (let end = begin; end < text.length; end++) {
    depth += text[end] === "(" ? 1 : text[end] === ")" ? -1 : 0;
    if (depth === 0) return text.slice(begin + 1, end);
  }
  return "";
}

function takesOptions(text: string, { 0: head, index }: RegExpMatchArray): boolean {
  const rest = text.slice((index ?? 0) + (head as string).length);
  const own = rest.slice(0, (rest.search(/\nexport /) + 1 || rest.length + 1) - 1);
  const begin = /class/.test(head as string) ? own.search(/(?<=\n {2}constructor)\(/) : own.search(/\(/);
  return begin >= 0 && /Options\b/.test(parametersAt(own, begin));
}

const WITH_OPTIONS = files.flatMap((file) => {
  const text = source(file).replace(/\/\*[\s\S]*?\*\//g, "");
  return [...text.matchAll(DECLARED)].filter((match) => takesOptions(text, match)).map(([, name]) => name as string);
});
const NAMES = [...new Set(WITH_OPTIONS)].filter((name) => PUBLIC.has(name));

test("test/options/calls.ts calls every public function and class that takes options", () => {
  expect(NAMES.length).toBeGreaterThan(150);
  const others = ["Optimizer", "weightsOf"]; // the base class, whose subclasses are called; a private function of that name
  expect(NAMES.filter((name) => !(name in CALLS) && !others.includes(name))).toEqual([]);
});

const NO_OPTIONS: readonly unknown[] = [0.01, 0, "adam", "", [], [0.01], null, true, new Float32Array(2), new Map()];

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

const isTyped = (error: unknown) =>
  error instanceof ArgumentError || error instanceof DataError || error instanceof CompileError;

test.each(Object.entries(CALLS))(
  "%s(…, options) refuses what is no object, and a name that it does not know",
  async (_, call) => {
    for (const given of [...NO_OPTIONS, { noSuchName: 1 }]) {
      const error = await errorOf(() => call(given));
      const told = `${JSON.stringify(given)}: ${error}`;
      expect(isTyped(error), told).toBe(true);
      expect(String(error), told).toMatch(/: options: expected |options: expected/);
    }
  },
);

test.each([Number.NaN, 1.5, "42", null, Number.POSITIVE_INFINITY])(
  "a seed %j is refused by all that take one",
  async (seed) => {
    let count = 0;
    for (const [name, call] of Object.entries(CALLS)) {
      if (!/[{,] seed[,} ]/.test(String(await errorOf(() => call({ noSuchName: 1 }))))) continue;
      const error = await errorOf(() => call({ seed }));
      expect(isTyped(error), `${name}: ${error}`).toBe(true);
      expect(String(error), name).toMatch(/: seed: expected a whole number, got /);
      count++;
    }
    expect(count).toBeGreaterThan(40);
  },
);

test("a cell, a layer and an initializer name the seed that they refuse", async () => {
  const seed: unknown = "a";
  const wrong = { seed: seed as number };
  const made = [
    () => new GRUCell({ inputSize: 1, numUnits: 2, ...wrong }),
    () => new Dense({ inputSize: 1, outputSize: 2, ...wrong }),
    () => glorotUniform([2, 2], wrong.seed),
  ];
  for (const make of made)
    expect(String(await errorOf(make))).toMatch(/: seed: expected a whole number, got string a$/);
});

test("a cell whose weights are larger than an array can be is refused", async () => {
  const error = await errorOf(() => new GRUCell({ inputSize: 1, numUnits: 1e12 }));
  expect(error).toBeInstanceOf(ArgumentError);
  expect(String(error)).toContain(
    "a weight: shape: expected sizes for which there is memory, got Invalid typed array length",
  );
});
