/** Phrases whose numbers stand in no code of their notebook, with what makes them true. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";

export interface Known {
  /** As `proseOf` gives it: "…" stands for code and formulas. */
  readonly phrase: string;
  /** Why the numbers are true of every run. */
  readonly why: string;
  /** The phrase's numbers in their order, where they can be computed. They are compared as far as the phrase has digits. */
  readonly values?: () => readonly number[];
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** A number constant of a source file. */
function constant(file: string, name: string): number {
  const found = new RegExp(`\\b${name} = ([\\d_.]+)`).exec(readFileSync(join(ROOT, "src", file), "utf8"))?.[1];
  return Number(found?.replaceAll("_", "")); // NaN differs from every number
}

const longestUnrolled = () => constant("rnn/time/over-time.ts", "LONGEST_UNROLLED");
const mnist = (name: string) => constant("data/sources/mnist.ts", name);

/** Exercise 5 of notebook 01: the largest number of asked claps up to which the decoder says exactly twice as many. */
function rightUpTo(weight: number): number {
  const claps = (asked: number) => Math.ceil((asked - 0.5) / weight); // it claps while more than one half is left
  const isTie = (asked: number) => Number.isInteger((asked - 0.5) / weight); // rounding decides
  for (let asked = 1; ; asked++) if (claps(asked) !== 2 * asked || isTie(asked)) return asked - 1;
}

export const KNOWN: Readonly<Record<string, readonly Known[]>> = {
  "01-recurrent-neurons": [
    {
      phrase: "more than 200 time steps, and 40 of them are one iteration",
      why: "dynamicRnn's own constants",
      values: () => [longestUnrolled(), constant("rnn/time/over-time.ts", "LONG_CHUNK")],
    },
    { phrase: "Your sentences have 3 to 60 words", why: "an exercise sets them" },
    {
      phrase: "with −0.49 and the old bias it is right for up to 24 asked claps",
      why: "arithmetic",
      values: () => [0.49, rightUpTo(0.49)],
    },
  ],
  "02-sequence-classifier": [
    {
      phrase: "MNIST has 60,000 images to train on and 10,000 to test",
      why: "the data set's sizes",
      values: () => [mnist("TRAIN_SIZE"), mnist("TEST_SIZE")],
    },
    { phrase: "Together these are the 26,850 of", why: "arithmetic", values: () => [26_700 + 150] },
  ],
  "03-time-series": [
    { phrase: "Here 25,000 windows are drawn", why: "arithmetic", values: () => [50 * 500] },
    { phrase: "every 100 iterations, up to iteration 1,400", why: "what the book prints" },
  ],
  "04-creative-rnn": [
    { phrase: "(here four epochs of 25,000 windows)", why: "arithmetic", values: () => [(2_000 / 4) * 50] },
    { phrase: "and so on, 300 times", why: "the hyperparameter of the second cell" },
    { phrase: "all 320 values at once", why: "arithmetic", values: () => [20 + 300] },
  ],
  "05-deep-rnns": [
    {
      phrase: "Of 20,000 draws, the mean has a standard error of 0.007",
      why: "a draw is 0 or 2, so its standard deviation is 1",
      values: () => [200 * 20 * 5, 1 / Math.sqrt(20_000)],
    },
  ],
  "06-lstm": [
    {
      phrase: "after 28 steps 0.5²⁸ is left, about 4 · 10⁻⁹",
      why: "arithmetic",
      values: () => [28, 0.5, 0.5 ** 28 / 1e-9],
    },
    { phrase: "σ(0) = 0.5", why: "arithmetic", values: () => [0, sigmoid(0)] },
    { phrase: "σ(1) = 0.73", why: "arithmetic", values: () => [1, sigmoid(1)] },
    {
      phrase: "after ten steps 4 % is left in place of 0.1 %",
      why: "arithmetic",
      values: () => [100 * sigmoid(1) ** 10, 100 * sigmoid(0) ** 10],
    },
  ],
  "09-characters": [
    {
      phrase: "1 bit for a probability of one half, 2 bits for a quarter",
      why: "arithmetic",
      values: () => [-Math.log2(1 / 2), -Math.log2(1 / 4)],
    },
    { phrase: "in windows of 10, 30, 100 and 300 characters", why: "an exercise sets them" },
    { phrase: "it looks back 32,768 characters", why: "the window of gzip (RFC 1951)", values: () => [2 ** 15] },
  ],
  "10-sentiment": [
    {
      phrase: "the middle 95 % of these differences",
      why: "the default of pairedBootstrap",
      values: () => [100 * constant("train/measure/all/bootstrap.ts", "level")],
    },
  ],
  "11-translation": [
    {
      phrase: "the middle 95 % of the differences",
      why: "the default of pairedBootstrap",
      values: () => [100 * constant("train/measure/all/bootstrap.ts", "level")],
    },
    { phrase: "It goes from 0 to 100", why: "the definition of BLEU" },
    { phrase: "beams of 1, 2, 4 and 16", why: "an exercise sets them" },
  ],
  "12-captions": [
    { phrase: "32 × 144 pixels become 4 × 36 places", why: "arithmetic", values: () => [32, 144, 32 / 8, 144 / 4] },
    { phrase: "what it sees is 26 pixels wide", why: "the sizes of the convolutions" },
    { phrase: "a sequence of 36 columns", why: "arithmetic", values: () => [144 / 4] },
    { phrase: "over the 36 columns", why: "arithmetic", values: () => [144 / 4] },
  ],
  "13-melodies": [
    { phrase: "81.6 % of the notes of the test chorales", why: "what the second edition's notebook prints" },
    { phrase: "131 predictions for the 132 notes of a window", why: "arithmetic", values: () => [33 * 4 - 1, 33 * 4] },
    { phrase: "for 100 changes of the chord", why: "a rate in percent" },
  ],
  "14-dates": [{ phrase: "*April 22, 2019* is to become *2019-04-22*", why: "an example, the book's" }],
  "exercise-3-video": [
    { phrase: "The digit has 14 × 14 pixels", why: "movingDigits draws it so" },
    { phrase: "The confusion matrix of 40 classes", why: "arithmetic", values: () => [10 * 4] },
  ],
  "exercise-7-reber": [
    {
      phrase: "| 2 | … → 2, … → 4 | | 3 | … → 3, … → 5 | | 4 | … → 3, … → 6 | | 5 | … → 4, … → 6 |",
      why: "places of the grammar's map",
    },
    { phrase: "(2) or (3), (2) or (4), (3) or (5), (3) or (6), (4) or (6)", why: "places of the grammar's map" },
    {
      phrase: "two strings of 31 letters",
      why: "the book's strings",
      values: () => ["BPBTSSSSSSSXXTTVPXVPXTTTTTVVEPE".length],
    },
  ],
  "exercise-8-rain": [{ phrase: "a sequence of up to 19 time steps", why: "the competition's description" }],
  "exercises-1-6": [
    {
      phrase: "a loop only of more than 200 time steps",
      why: "dynamicRnn's own constant",
      values: () => [longestUnrolled()],
    },
  ],
};
