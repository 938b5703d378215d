// decode with many options, for the quick and the slow tests.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { type DecodableModel, type Decoded, type DecodeOptions, decode } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { attendingModel, plainModel, SOURCES, WORDS } from "./models";

const models: Record<string, DecodableModel<tf.Tensor2D>> = {};

/** Makes the models before a file's tests, and frees them after these. */
export function useModels(): void {
  beforeAll(async () => {
    await tf.ready();
    Object.assign(models, { plain: plainModel({ end: 1 }), attending: attendingModel({ end: 1 }) });
  });
  afterAll(() => tf.dispose(Object.values(models).flatMap(({ variables }) => [...variables])));
}

export const modelOf = (name: string) => models[name] as DecodableModel<tf.Tensor2D>;

export type Options = Omit<DecodeOptions<Int32Array>, "maximumLength">;
export const run = (name: string, options: Options, sources = SOURCES) =>
  decode(modelOf(name), sources, { maximumLength: 7, ...options });

export function expectSame(made: readonly Decoded[], right: readonly Decoded[]): void {
  expect(made.map(({ ids, reason }) => [...ids, reason])).toEqual(right.map(({ ids, reason }) => [...ids, reason]));
  made.forEach((each, i) => {
    expect(each.score).toBeCloseTo(right[i]?.score as number, 4);
    expect(each.alignments?.shape).toEqual(right[i]?.alignments?.shape);
    each.alignments?.data.forEach((value, j) => {
      expect(value).toBeCloseTo(right[i]?.alignments?.data[j] as number, 5);
    });
    expect(each.hypotheses?.length).toBe(right[i]?.hypotheses?.length);
    if (each.hypotheses !== undefined) expectSame(each.hypotheses, right[i]?.hypotheses ?? []);
  });
}

/** Words with an even number, and end, for even sources; all for others. */
export const evenWords = (_: Int32Array, index: number) =>
  Array.from({ length: WORDS }, (_, id) => index % 2 === 1 || id % 2 === 0);

export const OPTIONS: readonly Options[] = [
  {},
  { beamWidth: 3 },
  { beamWidth: 4, nBest: 3, lengthPenalty: 0.8 },
  { temperature: 0.7, topK: 4, topP: 0.9, seed: 5 },
  { seed: 6 },
  { allowed: evenWords },
  { beamWidth: 3, nBest: 2, allowed: evenWords },
];

const BEAM: Options = { beamWidth: 4, nBest: 2, lengthPenalty: 0.5 };
type Case = readonly [name: string, options: Options];
const ALL: readonly Case[] = ["plain", "attending"].flatMap((name) => OPTIONS.map((each): Case => [name, each]));

/** A graph takes a third of a second to build: a case of each kind is in the quick tests, the others are in the slow ones. */
export function testCombinations(part: "quick" | "slow"): void {
  const of = (cases: readonly Case[], isQuick: (options: Options, name: string) => boolean) =>
    cases.filter(([name, options]) => isQuick(options, name) === (part === "quick"));
  const compared = of(ALL, (options, name) =>
    name === "plain" ? options.topK !== undefined : options === OPTIONS.at(-1),
  );
  describe.runIf(canCompile())("decode(…) compiled ≡ eager", () => {
    for (const [name, options] of compared) {
      test(`${name} ${JSON.stringify(options)}`, async () => {
        expectSame(await run(name, { ...options, compiled: true }), await run(name, { ...options, compiled: false }));
      });
    }
  });
  const alone = of(
    ["plain", "attending"].flatMap((name): Case[] => [
      [name, {}],
      [name, BEAM],
    ]),
    (options, name) => name === "attending" && options === BEAM,
  );
  describe("decode(model, sources) ≡ decode(model, [source]), one by one", () => {
    for (const [name, options] of alone) {
      test(`${name} ${JSON.stringify(options)}`, async () => {
        const each = await Promise.all(SOURCES.map((source) => run(name, { ...options, compiled: false }, [source])));
        expectSame(await run(name, options), each.flat());
        expectSame(await run(name, { ...options, compiled: false, batchSize: 3 }), each.flat());
      });
    }
  });
}
