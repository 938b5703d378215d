// Beam search against exhaustive search, and what must hold of its hypotheses.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { type DecodableModel, decode, type Hypothesis } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { attendingModel, END, plainModel, SOURCES } from "./models";
import { sum, taught } from "./teacher";

const models: Record<string, DecodableModel<tf.Tensor2D>> = {};
const modelOf = (name: string) => models[name] as DecodableModel<tf.Tensor2D>;
/** [...ids, end] */
const wholeOf = ({ ids, reason }: Hypothesis) => [...ids, ...(reason === "end" ? [END] : [])];

interface Rules {
  readonly lengthPenalty?: number;
  readonly coveragePenalty?: number;
}

/** Wu et al. 2016, by hand. */
function scoreOf(
  model: DecodableModel<tf.Tensor2D>,
  source: Int32Array,
  whole: readonly number[],
  rules: Rules,
): number {
  const { lengthPenalty = 0, coveragePenalty = 0 } = rules;
  const { logProbs, alignments } = taught(model, source, whole);
  const seen = source.map(() => 0) as Int32Array | number[];
  const places = Array.from(seen, (_, place) => sum(alignments.map((row) => row[place] as number)));
  const coverage = coveragePenalty === 0 ? 0 : sum(places.map((each) => Math.log(Math.min(each, 1))));
  return sum(logProbs) / ((5 + whole.length) / 6) ** lengthPenalty + coveragePenalty * coverage;
}

/** All sequences of at most `most` tokens that a model with 5 tokens can write: 0, 3 and 4, ended by 2 or cut. */
function sequences(most: number): number[][] {
  if (most === 0) return [[]];
  return [[END], ...[0, 3, 4].flatMap((id) => sequences(most - 1).map((rest) => [id, ...rest]))];
}

/** A case of each kind is in the quick tests, the others are in the slow ones. */
export function testSearch(part: "quick" | "slow"): void {
  const isQuick = part === "quick";
  beforeAll(async () => {
    await tf.ready();
    Object.assign(models, { plain: plainModel({ words: 5, end: 1 }), attending: attendingModel({ words: 5, end: 1 }) });
  });
  afterAll(() => tf.dispose(Object.values(models).flatMap(({ variables }) => [...variables])));

  describe("decode(model, sources, { beamWidth }) with a wide beam finds what an exhaustive search finds", () => {
    const cases: [string, Rules][] = [
      ["plain", {}],
      ["plain", { lengthPenalty: 1 }],
      ["attending", { lengthPenalty: 0.6, coveragePenalty: 0.4 }],
    ];
    for (const [name, rules] of cases.filter(([name]) => (name === "attending") === isQuick)) {
      test(`${name} ${JSON.stringify(rules)}`, async () => {
        const source = SOURCES[0] as Int32Array;
        const all = sequences(4).map((whole) => ({ whole, score: scoreOf(modelOf(name), source, whole, rules) }));
        all.sort((a, b) => b.score - a.score);
        const [made] = await decode(modelOf(name), [source], {
          beamWidth: 121,
          nBest: 121,
          maximumLength: 4,
          compiled: false,
          ...rules,
        });
        const found = made?.hypotheses ?? [];
        expect(found.length).toBe(all.length); // 121: 40 that ended and 81 that were cut
        expect(found.slice(0, 30).map(wholeOf)).toEqual(all.slice(0, 30).map(({ whole }) => whole));
        expect(Math.max(...found.map(({ score }, i) => Math.abs(score - (all[i]?.score as number))))).toBeLessThan(
          1e-4,
        );
      });
    }
  });

  test("decode(…, { nBest }) never has the same hypothesis twice, and finite scores from best to worst, whatever the beam's width", async () => {
    for (const name of ["plain", "attending"]) {
      for (const beamWidth of isQuick ? [2, 7] : [3, 30]) {
        const made = await decode(modelOf(name), SOURCES, {
          beamWidth,
          nBest: beamWidth,
          compiled: false,
          maximumLength: 3,
          lengthPenalty: 0.7,
        });
        for (const { hypotheses = [] } of made) {
          expect(new Set(hypotheses.map((each) => wholeOf(each).join())).size).toBe(hypotheses.length);
          expect(hypotheses.length).toBe(Math.min(beamWidth, 40)); // 13 ended and 27 cut ones can be written
          const scores = hypotheses.map(({ score }) => score);
          expect(scores.every(Number.isFinite)).toBe(true);
          expect(scores).toEqual([...scores].sort((a, b) => b - a));
        }
      }
    }
  });

  test("decode(…, { nBest: 2 }), which ends a search early, finds the two best of a search that goes on", async () => {
    for (const [name, rules] of [
      ["plain", {}],
      ["plain", { lengthPenalty: 1.2 }],
      ["attending", { lengthPenalty: 0.8, coveragePenalty: 0.3 }],
    ] as const) {
      if ((name === "attending") !== isQuick) continue;
      const options = { beamWidth: 5, maximumLength: 9, compiled: false, ...rules };
      const early = await decode(modelOf(name), SOURCES, { ...options, nBest: 2 });
      const whole = await decode(modelOf(name), SOURCES, { ...options, nBest: 5 });
      expect(early.map(({ hypotheses }) => hypotheses?.map(wholeOf))).toEqual(
        whole.map(({ hypotheses }) => hypotheses?.slice(0, 2).map(wholeOf)),
      );
    }
  });

  test("a hypothesis's score and alignments are those of a decoder that reads its tokens", async () => {
    const rules = { lengthPenalty: 0.8, coveragePenalty: 0.3 };
    const model = modelOf("attending");
    for (const options of [{ beamWidth: 4, nBest: 3 }, {}]) {
      const made = await decode(model, SOURCES, {
        maximumLength: 6,
        ...rules,
        ...options,
        compiled: !isQuick && canCompile(),
      });
      made.forEach((best, i) => {
        const source = SOURCES[i] as Int32Array;
        for (const each of best.hypotheses ?? [best]) {
          expect(each.score).toBeCloseTo(scoreOf(model, source, wholeOf(each), rules), 4);
          const { alignments } = taught(model, source, [...each.ids]);
          expect(each.alignments?.shape).toEqual([each.ids.length, source.length]);
          const right = alignments.flat();
          expect(
            Math.max(0, ...right.map((value, j) => Math.abs(value - (each.alignments?.data[j] as number)))),
          ).toBeLessThan(1e-5);
        }
      });
    }
  });

  test("equally likely continuations keep the order of their tokens", async () => {
    const model = plainModel({ words: 6 });
    for (const variable of model.variables.slice(-2)) variable.assign(tf.zerosLike(variable)); // all logits are 0
    const [greedy] = await decode(model, SOURCES.slice(0, 1), { maximumLength: 3, compiled: false });
    expect([...(greedy?.ids ?? [])]).toEqual([0, 0, 0]);
    const [made] = await decode(model, SOURCES.slice(0, 1), {
      maximumLength: 2,
      beamWidth: 4,
      nBest: 4,
      compiled: !isQuick && canCompile(),
    });
    expect(made?.hypotheses?.map(wholeOf)).toEqual([[END], [0, 0], [0, END], [0, 3]]);
    tf.dispose([...model.variables]);
  });
}
