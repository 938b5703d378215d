import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { numericArray } from "../../../../src/data";
import {
  ArgumentError,
  type CandidateSampler,
  type FixedUnigramOptions,
  fixedUnigramCandidateSampler,
  logUniformCandidateSampler,
  uniformCandidateSampler,
} from "../../../../src/rnn";

interface Draw {
  readonly sampledCandidates: number[];
  readonly trueExpectedCount: number[][];
  readonly sampledExpectedCount: number[];
}
interface Case {
  readonly kind: "logUniform" | "uniform" | "fixedUnigram";
  readonly options: FixedUnigramOptions;
  readonly trueClasses: number[][];
  readonly draws: Draw[];
}
/** What sessions of TensorFlow drew in successive runs; `make_samplers.py` beside the file made it. */
const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(join(__dirname, "../../../golden/sampled/samplers.json"), "utf8"),
);

const SAMPLERS = {
  logUniform: logUniformCandidateSampler,
  uniform: uniformCandidateSampler,
  fixedUnigram: fixedUnigramCandidateSampler,
};
const samplerOf = ({ kind, options }: Case): CandidateSampler => SAMPLERS[kind](options as never);
const matrix = (rows: readonly (readonly number[])[]) =>
  numericArray(Int32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);

function expectRelative(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((actual[i] as number) - value), `${actual[i]} ~ ${value}`).toBeLessThanOrEqual(1e-6 * value);
  }
}

test.each(cases)("$kind of $options.rangeMax, unique $options.unique: TensorFlow's draws, step by step", (each) => {
  const sampler = samplerOf(each);
  const classes = matrix(each.trueClasses);
  for (const [step, draw] of [...each.draws.entries()].reverse()) {
    const values = sampler.sample(step, classes); // backwards: a step does not depend on the steps before
    expect([...values.sampledCandidates.data]).toEqual(draw.sampledCandidates);
    expectRelative(values.sampledExpectedCount.data, draw.sampledExpectedCount);
    expectRelative(values.trueExpectedCount.data, draw.trueExpectedCount.flat());
    expect(values.trueExpectedCount.shape).toEqual(classes.shape);
  }
});

test("candidates follow the distribution: of unigrams [8, 1, 1] with distortion 1/3, half are class 0", () => {
  const options = { numSampled: 30_000, rangeMax: 3, unique: false, unigrams: [8, 1, 1], distortion: 1 / 3, seed: 1 };
  const { data } = fixedUnigramCandidateSampler(options).sample(0, matrix([[0]])).sampledCandidates;
  expect(Math.abs(data.filter((value) => value === 0).length / data.length - 0.5)).toBeLessThan(0.012); // 4 σ
});

test("steps far beyond 2³² blocks have draws of their own", () => {
  const sampler = logUniformCandidateSampler({ numSampled: 64, rangeMax: 50_000, seed: 1 });
  const at = (step: number) => sampler.sample(step, matrix([[0]])).sampledCandidates.data.join();
  const beyond = 2 ** 32 / (512 * 64); // the step whose first block has number 2³²
  expect(new Set([at(0), at(beyond - 1), at(beyond), at(beyond + 1)]).size).toBe(4);
});

describe("bad options", () => {
  const good = { numSampled: 2, rangeMax: 4 };
  const unigram = (more: object) => () => fixedUnigramCandidateSampler({ ...good, unigrams: [4, 3, 2, 1], ...more });
  const plain = (more: object) => () => logUniformCandidateSampler({ ...good, ...more });

  test.each([
    ["no candidates", plain({ numSampled: 0 }), /numSampled: expected a whole number of at least 1/],
    ["more unique candidates than classes", plain({ numSampled: 5 }), /at most rangeMax, 4, as unique is true, got 5/],
    ["a misspelt option", plain({ uniq: true }), /also uniq/],
    ["unique as a number", plain({ unique: 1 }), /unique: expected true or false/],
    ["a seed with a fraction", plain({ seed: 0.5 }), /seed: expected a whole number/],
    ["a range beyond int32", plain({ rangeMax: 2 ** 31 + 1 }), /rangeMax: expected at most 2³¹/],
    ["too few counts", unigram({ unigrams: [1, 2, 3] }), /unigrams: expected 4 counts, .*got 3/],
    ["counts that do not fit the reserved ids", unigram({ numReservedIds: 1 }), /unigrams: expected 3 counts/],
    ["a negative count", unigram({ unigrams: [1, -2, 3, 4] }), /unigrams\[1\]: expected a count of at least 0, .*-2/],
    ["NaN for a count", unigram({ unigrams: [1, 2, 3, NaN] }), /unigrams\[3\]/],
    ["too few counts above 0", unigram({ unigrams: [1, 0, 0, 0] }), /at least 2 counts above 0, got 1/],
    ["a count whose power overflows", unigram({ unigrams: [1, 1e30, 1, 1], distortion: 2 }), /unigrams\[1\]: .*finite/],
    ["a count beyond float32", unigram({ unigrams: [1, 2, 3, 1e39] }), /unigrams\[3\]: .*finite/],
    ["0 to a negative power", unigram({ unigrams: [4, 3, 0, 1], distortion: -0.5 }), /unigrams\[2\]: .*finite/],
    ["counts whose sum overflows", unigram({ unigrams: [3e38, 3e38, 1, 1] }), /unigrams: expected a finite sum/],
    ["a distortion that is none", unigram({ distortion: NaN }), /distortion/],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });

  test("true classes: their type, shape and range", () => {
    const sampler = uniformCandidateSampler(good);
    expect(() => sampler.sample(0, matrix([[1], [4]]))).toThrow(/trueClasses\[1, 0\]: expected 0 to 3, got 4/);
    expect(() => sampler.sample(0, matrix([[1, -1]]))).toThrow(/trueClasses\[0, 1\]/);
    expect(() => sampler.sample(0, numericArray(Int32Array.of(1), [1]) as never)).toThrow(/\[batch, numTrue\]/);
    expect(() => sampler.sample(-1, matrix([[1]]))).toThrow(/step/);
  });

  test("classes that draws never find end in an error, not in an endless loop", () => {
    const rare = 1e-30; // an alias table with 23 bits finds such a class once in 2²³ · rangeMax draws
    const options = { numSampled: 9, rangeMax: 9, unigrams: [1, ...new Array(8).fill(rare)], seed: 1 };
    const sampler = fixedUnigramCandidateSampler(options);
    expect(() => sampler.sample(0, matrix([[0]]))).toThrow(/numSampled: .*got \d after 8388608 draws/);
  });
});
