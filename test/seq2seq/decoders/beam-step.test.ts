import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../../src/data";
import { beamStep } from "../../../src/seq2seq/decoders/beam/beam-step";
import * as tf from "../../../src/tf";
import { scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const [SIZE, END] = [6, 1];

interface Hypothesis {
  readonly logProb: number;
  readonly length: number;
  readonly isFinished: boolean;
}

/** The best continuations in float64, by trying every token after every hypothesis. */
function byHand(beams: readonly Hypothesis[], logits: readonly number[][], weight: number) {
  const penalty = (length: number) => ((5 + length) / 6) ** weight;
  const all = beams.flatMap(({ logProb, length, isFinished }, parent) => {
    if (isFinished) return [{ parent, token: END, score: logProb / penalty(length) }];
    const row = logits[parent] as number[];
    const total = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return row.map((logit, token) => {
      // TensorFlow counts the end token one step later
      return { parent, token, score: (logProb + logit - total) / penalty(token === END ? length : length + 1) };
    });
  });
  return all.sort((a, b) => b.score - a.score).slice(0, beams.length);
}

describe("beamStep(before, logits, …) chooses the best of all continuations", () => {
  for (const [weight, width] of [
    [0, 2],
    [3, 2],
    [3, 3],
    [0.7, 4],
    [2, 8],
  ] as const) {
    test(`length penalty ${weight}, ${width} beams of a vocabulary of ${SIZE}`, () => {
      const random = new Random(width);
      for (let round = 0; round < 15; round++) {
        const beams = Array.from({ length: width }, () => {
          return { logProb: -random.uniform(0, 3), length: 1 + random.integer(9), isFinished: random.uniform() < 0.2 };
        });
        const logits = beams.map(() =>
          Array.from({ length: SIZE }, (_, id) => random.uniform() + (id === END ? 0.4 : 0)),
        );
        const row = (value: (beam: Hypothesis) => number) => [beams.map(value)];
        const before = {
          logProbs: tf.tensor2d(row(({ logProb }) => logProb)),
          finished: tf.tensor2d(row(({ isFinished }) => Number(isFinished))).toBool() as tf.Tensor2D,
          lengths: tf.tensor2d(
            row(({ length }) => length),
            [1, width],
            "int32",
          ),
        };
        const rules = { endToken: END, lengthPenaltyWeight: weight, coveragePenaltyWeight: 0 };
        const made = beamStep(before, tf.tensor2d(logits), undefined, rules);
        const right = byHand(beams, logits, weight);
        expect([...made.predictedIds.dataSync()]).toEqual(right.map(({ token }) => token));
        expect([...made.parentIds.dataSync()]).toEqual(right.map(({ parent }) => parent));
        [...made.scores.dataSync()].forEach((score, i) => {
          expect(score).toBeCloseTo(right[i]?.score as number, 4);
        });
      }
    });
  }
});

test("beamStep gives NaN to all beams of a sentence one of whose live beams has logits that are NaN or infinite, and to no other", () => {
  const rules = { endToken: END, lengthPenaltyWeight: 0, coveragePenaltyWeight: 0 };
  const finite = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
  const hole = [...finite.slice(0, 5), Number.NaN];
  const full = [...finite.slice(0, 5), Number.POSITIVE_INFINITY];
  const zeros: tf.Tensor2D = tf.zeros([3, 2]);
  const before = {
    logProbs: zeros,
    finished: tf.tensor2d([0, 0, 0, 0, 0, 1], [3, 2]).toBool() as tf.Tensor2D, // the last beam has ended: its logits do not count
    lengths: tf.zeros<tf.Rank.R2>([3, 2], "int32"),
  };
  for (const bad of [hole, full]) {
    const { logProbs } = beamStep(before, tf.tensor2d([finite, bad, finite, finite, finite, bad]), undefined, rules);
    expect(logProbs.arraySync().map((row) => row.map(Number.isNaN))).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  }
});
