import { type NumericArray, numericArray } from "../array";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import { Random } from "../random";

/** The letters of Reber's grammar, in the order of the one-hot columns. */
export const REBER_LETTERS = "BEPSTVX";

/**
 * For each state the letters that may follow, and the state after each letter. The number after the last state is the
 * end.
 */
const GRAMMAR: readonly (readonly (readonly [letter: string, next: number])[])[] = [
  [["B", 1]],
  [
    ["T", 2],
    ["P", 3],
  ],
  [
    ["S", 2],
    ["X", 4],
  ],
  [
    ["T", 3],
    ["V", 5],
  ],
  [
    ["X", 3],
    ["S", 6],
  ],
  [
    ["P", 4],
    ["V", 6],
  ],
  [["E", 7]],
];

/** A string of Reber's grammar (Reber 1967). In each state, all letters that may follow are equally likely. */
function reberString(random: Random): string {
  let text = "";
  for (let state = 0; state < GRAMMAR.length; ) {
    const edges = GRAMMAR[state] as (typeof GRAMMAR)[number];
    const [letter, next] = edges[random.integer(edges.length)] as (typeof edges)[number];
    text += letter;
    state = next;
  }
  return text;
}

/**
 * A string of the embedded Reber grammar (Cleeremans, Servan-Schreiber and McClelland 1989): B, then T or P, a whole
 * Reber string, the same T or P again, E. To judge the last letter but one, a network must remember the second.
 *
 * @example
 *   const text = embeddedReberString(new Random(42));
 */
export function embeddedReberString(random: Random): string {
  const letter = random.integer(2) === 0 ? "T" : "P";
  return `B${letter}${reberString(random)}${letter}E`;
}

/**
 * Whether a string belongs to the embedded Reber grammar. It walks over the grammar's states, letter by letter.
 *
 * @example
 *   console.log(isEmbeddedReber("BPBTSSXXTVVEPE"), isEmbeddedReber("BPBTSSXXTVVETE")); // true false
 */
export function isEmbeddedReber(text: string): boolean {
  const embraced = /^B([TP])(.+)\1E$/.exec(text);
  return embraced !== null && isReber(embraced[2] as string);
}

function isReber(text: string): boolean {
  let state = 0;
  for (const letter of text) {
    const next = GRAMMAR[state]?.find(([each]) => each === letter)?.[1];
    if (next === undefined) return false; // this letter may not follow, or the string continues after its end
    state = next;
  }
  return state === GRAMMAR.length;
}

/**
 * An embedded Reber string with one letter, at any position, replaced by another of the seven. When the result happens
 * to belong to the grammar, it is drawn again: the returned string never belongs to it.
 *
 * @example
 *   const spoilt = spoiltReberString(new Random(42));
 */
export function spoiltReberString(random: Random): string {
  for (;;) {
    const good = embeddedReberString(random);
    const at = random.integer(good.length);
    const others = REBER_LETTERS.replace(good.charAt(at), "");
    const spoilt = good.slice(0, at) + others.charAt(random.integer(others.length)) + good.slice(at + 1);
    if (!isEmbeddedReber(spoilt)) return spoilt;
  }
}

/**
 * Strings of different lengths to train on. `fit` puts them into buckets, pads them, and gives the model their
 * lengths.
 */
export interface ReberExamples {
  readonly strings: readonly string[];
  /** Each string as one-hot rows `[length, 7]`. */
  readonly x: readonly NumericArray<Float32Array, 2>[];
  /** `[count, 1]`: 1 for a string of the grammar, 0 for a spoilt one. */
  readonly y: NumericArray<Float32Array, 2>;
}

/**
 * Generates embedded Reber strings, in turn one of the grammar and a spoilt one. The same seed gives the same strings,
 * and a longer set begins with the shorter one.
 *
 * @example
 *   const strings = reberExamples({ count: 1000, seed: 42 });
 *   console.log(strings.strings[0], strings.x[0]?.shape);
 *
 * @param options `count`: the number of strings; `seed`: fixes the strings. Default: 0
 * @throws DataError for options out of range
 */
export function reberExamples(options: { count: number; seed?: number }): ReberExamples {
  checkOptions("reberExamples", options, ["count", "seed"]);
  const { count, seed = 0 } = options;
  checkWhole("reberExamples", "count", count, 0, 10_000_000);
  const random = new Random(seed);
  const strings = Array.from({ length: count }, (_, i) =>
    i % 2 === 0 ? embeddedReberString(random) : spoiltReberString(random),
  );
  const y = Float32Array.from({ length: count }, (_, i) => 1 - (i % 2));
  return { strings, x: strings.map(oneHotLetters), y: numericArray(y, [count, 1]) };
}

/**
 * The letters of a string as one-hot rows `[length, 7]`.
 *
 * @example
 *   const { shape } = oneHotLetters("BTE"); // [3, 7]
 *
 * @throws DataError for a letter that is not one of the seven
 */
export function oneHotLetters(text: string): NumericArray<Float32Array, 2> {
  const data = new Float32Array(text.length * REBER_LETTERS.length);
  for (let i = 0; i < text.length; i++) {
    const column = REBER_LETTERS.indexOf(text.charAt(i));
    if (column < 0) throw new DataError("oneHotLetters", `letter ${i}`, `one of ${REBER_LETTERS}`, text.charAt(i));
    data[i * REBER_LETTERS.length + column] = 1;
  }
  return numericArray(data, [text.length, REBER_LETTERS.length]);
}
