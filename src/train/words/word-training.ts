import { keepProbabilities, numericArray } from "../../data";
import { ArgumentError, type Embedding, fixedUnigramCandidateSampler } from "../../rnn";
import type { BlockLossOptions } from "./block-loss";
import type { BlockShape } from "./blocks";
import type { WordVectorsSettings } from "./options";
import type { WordVocabulary } from "./vocabulary";
import { normalised, wordRates } from "./word-rates";
import { type WordStep, wordStep } from "./word-step";

/** Segments of 64 input words, so that products have a size that processors like; 8 of them keep up to 8 cores busy. */
const blockShape = ({ window, negative }: WordVectorsSettings): BlockShape => ({
  segments: 8,
  centres: Math.max(32, 64 - 2 * window),
  negatives: Math.max(16, negative),
  window,
});

/** A training that is ready for its first block. */
export interface WordTraining {
  readonly step: WordStep;
  readonly shape: BlockShape;
  readonly keep: Float64Array | undefined;
  /** @throws ArgumentError when the vectors have diverged */
  checkFinite(): void;
  /** Draws the negatives of the next block. */
  drawNegatives(): Int32Array;
}

export function openTraining(
  { counts }: WordVocabulary,
  settings: WordVectorsSettings,
  embeddings: Pick<BlockLossOptions, "vectors" | "contexts">,
): WordTraining {
  const loss = { ...blockShape(settings), ...settings, ...embeddings };
  const { sample, nsExponent, seed } = settings;
  const keep = sample === 0 ? undefined : keepProbabilities(counts, sample);
  const shares = normalised(Float64Array.from(counts, (count, id) => count * (keep?.[id] ?? 1)));
  const noise = normalised(Float64Array.from(counts, (count) => count ** nsExponent));
  const numSampled = loss.segments * loss.negatives;
  const sizes = { numSampled, rangeMax: counts.length, unique: false };
  const sampler = fixedUnigramCandidateSampler({ ...sizes, unigrams: counts, distortion: nsExponent, seed });
  const noTrueClasses = numericArray(new Int32Array(0), [0, 1]);
  let drawn = 0;
  return {
    step: wordStep(loss, wordRates(loss, { ...settings, shares, noise })),
    shape: loss,
    keep,
    checkFinite: () => {
      if ([loss.vectors, loss.contexts].every(hasFiniteVectors)) return;
      const expected = "one at which the vectors stay finite";
      throw new ArgumentError("trainWordVectors", "learningRate", expected, String(settings.learningRate));
    },
    drawNegatives: () => sampler.sample(drawn++, noTrueClasses).sampledCandidates.data,
  };
}

const hasFiniteVectors = ({ embeddings }: Embedding): boolean => embeddings.dataSync().every(Number.isFinite);
