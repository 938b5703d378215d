/** The task that all decoding processes share: a network, its weights in a file, and sentences. */
import { join } from "node:path";
import type * as tfjs from "unroll/tf";
import { SENTENCES } from "./ways.mts";

/** A small translator's sizes. */
export const SIZES = { sourceWords: 5000, targetWords: 8000, embedding: 128, units: 256, words: 8 } as const;

/** What is written to task.json, for Python too. */
export interface DecodeTask {
  /** The safetensors file. */
  readonly weights: string;
  readonly sources: readonly (readonly number[])[];
  readonly begin: number;
  readonly end: number;
  readonly maximumLength: number;
}

/**
 * The weights are drawn, not trained, and larger than a network begins with: so the tokens depend on the sentence and on
 * the tokens before, and the likeliest tokens' scores lie further apart than rounding. The end token's bias makes sentences
 * end after 0 to 16 tokens.
 */
const GAIN = 2;
const HEAD_GAIN = 10;
const END_BIAS = 2.8;
const NEVER = -1e9; // the begin token's bias: our decode never writes it, and the peers need no rule for that

const BEGIN = 1;
const END = 2;

const FIRST_WORD = 4; // after padding, begin, end and unknown words

type Data = Pick<typeof import("unroll/data"), "Random" | "numericArray" | "saveSafetensors" | "saveFiles">;

/** The network's variables by the names that the Python peers know. */
export type DecodeWeights = Readonly<Record<string, tfjs.Variable>>;

/** Draws the weights and the sentences. @returns the path of task.json */
export async function writeTask(data: Data, folder: string, weights: DecodeWeights): Promise<string> {
  const random = new data.Random(1);
  const arrays = Object.entries(weights).map(([name, { shape }]) => {
    return [name, data.numericArray(drawn(random, name, shape), shape)] as const;
  });
  const task: DecodeTask = {
    weights: join(folder, "weights.safetensors"),
    sources: Array.from({ length: SENTENCES }, () =>
      Array.from({ length: SIZES.words }, () => Math.floor(random.uniform(FIRST_WORD, SIZES.sourceWords))),
    ),
    ...{ begin: BEGIN, end: END, maximumLength: 16 },
  };
  await data.saveSafetensors(task.weights, Object.fromEntries(arrays));
  await data.saveFiles(folder, { "task.json": Buffer.from(JSON.stringify(task)) });
  return join(folder, "task.json");
}

function drawn(random: InstanceType<Data["Random"]>, name: string, shape: readonly number[]): Float32Array {
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (name === "headBias") return new Float32Array(size).fill(NEVER, BEGIN, BEGIN + 1).fill(END_BIAS, END, END + 1);
  if (name.endsWith("Bias")) return new Float32Array(size);
  const gain = name === "headKernel" ? HEAD_GAIN : GAIN;
  const [rows = 1, columns = 1] = shape;
  const limit = name.endsWith("Words") ? Math.sqrt(3) : gain * Math.sqrt(6 / (rows + columns));
  return Float32Array.from({ length: size }, () => random.uniform(-limit, limit));
}
