// The numbers of sacreBLEU, rouge-score, RapidFuzz and jiwer, and the lines that they are of.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NumericArray } from "../../../src/data";

/** Options by sacreBLEU's names, the score, and the SHA-256 of the statistics of all lines. */
export interface Case {
  readonly lines: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly several: boolean;
  readonly score: number;
  readonly text: string;
  readonly signature: string;
  readonly statistics: string;
}

export interface BleuCase extends Case {
  readonly precisions: readonly number[];
  readonly bp: number;
  readonly sums: readonly number[];
}

interface Distances {
  readonly lines: string;
  readonly characters: readonly number[];
  readonly words: readonly number[];
  readonly normalized: readonly number[];
  readonly wordErrorRate: number;
  readonly characterErrorRate: number;
}

interface Rouge {
  readonly lines: string;
  readonly several: boolean;
  readonly values: readonly number[];
  readonly precision: number;
  readonly recall: number;
}

interface Golden {
  readonly lines: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly bleu: readonly BleuCase[];
  readonly chrF: readonly Case[];
  readonly sentences: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly resampled: { lines: string; indices: number[][]; bleu: number[]; chrF: number[] };
  readonly rouge: readonly Rouge[];
  readonly distances: readonly Distances[];
  readonly classes: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

export const golden: Golden = JSON.parse(readFileSync(join(__dirname, "../../golden/measures/measures.json"), "utf8"));

/** The hypotheses and references of a script, or of all; with one reference each, or with several where there are some. */
export function linesOf(script: string, several: boolean): { hypotheses: string[]; references: (string | string[])[] } {
  const lines = script === "all" ? Object.values(golden.lines).flat() : (golden.lines[script] ?? []);
  return {
    hypotheses: lines.map(([hypothesis = ""]) => hypothesis),
    references: lines.map(([, first = "", ...others]) => (several ? [first, ...others] : first)),
  };
}

/** The SHA-256 of the rows as JSON, as the script computes it of sacreBLEU's statistics. */
export function digest({ data, shape: [count, width] }: NumericArray<Int32Array, 2>): string {
  const rows = Array.from({ length: count }, (_, i) => Array.from(data.subarray(i * width, (i + 1) * width)));
  return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
}

/** The largest share by which values part from right ones. */
export const relativeError = (values: readonly number[], right: readonly number[]): number =>
  Math.max(
    ...values.map((value, i) => Math.abs(value - (right[i] ?? Number.NaN)) / Math.max(Math.abs(right[i] ?? 0), 1e-300)),
  );

/** The sums of the rows that a sample drew. */
export function sumsOfSample(
  { data, shape: [, width] }: NumericArray<Int32Array, 2>,
  sample: readonly number[],
): Float64Array {
  return Float64Array.from({ length: width }, (_, j) =>
    sample.reduce((sum, row) => sum + (data[row * width + j] ?? Number.NaN), 0),
  );
}
