import { ArgumentError } from "../../arguments";
import { type NumericArray, numericArray } from "../../data";
import { type DecodeSettings, WHERE } from "./options";

/** One output of a source. */
export interface Hypothesis {
  /** The tokens, without begin and end. */
  readonly ids: Int32Array;
  /**
   * The logarithm of the output's probability, that of its end included, with the penalties. Tokens that are not allowed have the
   * probability 0, and the others add up to 1; `temperature`, `topK` and `topP` do not count.
   */
  readonly score: number;
  /** "end" where the end token was written, "length" where `maximumLength` tokens were and no end. */
  readonly reason: "end" | "length";
  /** Where the model attends: what each token looked at, `[tokens, places of the source]`; each row adds up to 1. */
  readonly alignments?: NumericArray<Float32Array, 2>;
}

/** What `decode` returns for each source: its best hypothesis, and with `nBest` above 1 the n best. */
export interface Decoded extends Hypothesis {
  /** The n best hypotheses, the best first; fewer where there are fewer. With `nBest` above 1. */
  readonly hypotheses?: readonly Hypothesis[];
}

/** The outputs of a batch, as arrays; see `BatchOutputs`. */
export interface BatchArrays {
  readonly ids: Int32Array;
  readonly parents?: Int32Array;
  readonly logProbs?: Float32Array;
  readonly scores?: Float32Array;
  readonly lengths: Int32Array;
  readonly steps: Int32Array;
  readonly alignments?: Float32Array;
  readonly places?: Int32Array;
}

/**
 * The hypotheses of one row of a batch, the best first.
 *
 * @throws ArgumentError naming the source whose scores are no numbers: what is written then is of no meaning
 */
export function resultOf(
  made: BatchArrays,
  { row, source, end }: { readonly row: number; readonly source: number; readonly end: number },
  settings: DecodeSettings,
): Decoded {
  const { beamWidth: beams, nBest } = settings;
  const scoreOf = (beam: number) => made.scores?.[row * beams + beam] ?? Number.NEGATIVE_INFINITY;
  const order = Array.from({ length: beams }, (_, beam) => beam);
  const found =
    made.scores === undefined
      ? order
      : order
          .filter((beam) => scoreOf(beam) > Number.NEGATIVE_INFINITY)
          .sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
  const hypotheses = found.slice(0, nBest).map((beam) => hypothesisOf(made, { row, beam, end }, settings));
  const [best] = hypotheses;
  if (best === undefined || order.some((beam) => Number.isNaN(scoreOf(beam))) || !Number.isFinite(best.score)) {
    const expected = "one whose head gives a finite logit for some token that may be written";
    throw new ArgumentError(WHERE, "model", expected, `NaN or infinite logits for sources[${source}]`);
  }
  return nBest > 1 ? { ...best, hypotheses } : best;
}

interface Place {
  readonly row: number;
  readonly beam: number;
  readonly end: number;
}

function hypothesisOf(made: BatchArrays, { row, beam, end }: Place, settings: DecodeSettings): Hypothesis {
  const { beamWidth: beams, maximumLength } = settings;
  const length = made.lengths[row * beams + beam] as number;
  const path = pathOf(made, { row, beam, end }, settings);
  const at = (step: number) => (row * maximumLength + step) * beams + (path[step] as number);
  const hasEnded = made.ids[at(length - 1)] === end;
  const ids = Int32Array.from({ length: hasEnded ? length - 1 : length }, (_, step) => made.ids[at(step)] as number);
  const alignments = alignmentsOf(
    made,
    row,
    Array.from(ids, (_, step) => at(step)),
  );
  return {
    ids,
    score: scoreOf(made, { row, beam, end }, length, settings),
    reason: hasEnded ? "end" : "length",
    ...(alignments && { alignments }),
  };
}

/** The beam that a hypothesis was in at each step: its parents, from the last step back. */
function pathOf(
  { parents, steps }: BatchArrays,
  { row, beam }: Place,
  { beamWidth, maximumLength }: DecodeSettings,
): Int32Array {
  const made = steps[row] as number;
  const path = new Int32Array(made);
  if (parents === undefined) return path;
  let now = beam;
  for (let step = made - 1; step >= 0; step--) {
    path[step] = now;
    now = parents[(row * maximumLength + step) * beamWidth + now] as number;
  }
  return path;
}

function scoreOf(made: BatchArrays, { row, beam }: Place, length: number, settings: DecodeSettings): number {
  const { beamWidth, maximumLength, lengthPenalty, coveragePenalty } = settings;
  if (made.scores !== undefined) return made.scores[row * beamWidth + beam] as number;
  let sum = 0;
  for (let step = 0; step < length; step++) sum += made.logProbs?.[row * maximumLength + step] as number;
  return sum / ((5 + length) / 6) ** lengthPenalty + coveragePenalty * coverage(made, row * maximumLength, length);
}

/** Σ log(min(Σ attention, 1)) over the places that got any attention; see `coveragePenalty` of the beam search. */
function coverage({ ids, alignments }: BatchArrays, from: number, length: number): number {
  if (alignments === undefined) return 0;
  const size = alignments.length / ids.length;
  let sum = 0;
  for (let place = 0; place < size; place++) {
    let seen = 0;
    for (let step = 0; step < length; step++) seen += alignments[(from + step) * size + place] as number;
    if (seen > 0) sum += Math.log(Math.min(seen, 1));
  }
  return sum;
}

/** The rows of the alignments at these positions among all steps and beams, cut to the row's places. */
function alignmentsOf(
  { ids, alignments, places }: BatchArrays,
  row: number,
  positions: readonly number[],
): NumericArray<Float32Array, 2> | undefined {
  if (alignments === undefined || places === undefined) return undefined;
  const size = alignments.length / ids.length;
  const count = places[row] as number;
  const data = new Float32Array(positions.length * count);
  positions.forEach((position, i) => {
    data.set(alignments.subarray(position * size, position * size + count), i * count);
  });
  return numericArray(data, [positions.length, count]);
}
