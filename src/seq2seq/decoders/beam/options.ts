import { ArgumentError, checkCount, checkOptions } from "../../../arguments";
import type { State } from "../../../rnn";
import { checkNotNegative } from "../../../rnn/internal";
import type { OutputLayer } from "../basic-decoder";
import {
  checkEmbeddingOptions,
  EMBEDDING_OPTIONS,
  type GreedyEmbeddingSamplerOptions,
} from "../samplers/greedy-embedding-sampler";
import { checkLengthPenalty } from "./penalties";

export interface BeamSearchDecoderOptions<S extends State> extends GreedyEmbeddingSamplerOptions {
  /** The number of hypotheses that the search keeps of each sequence. Required. */
  beamWidth: number;
  /** The state before the first step, tiled for the beams: `tileBatch(state, beamWidth)`, `[batch·beamWidth, …]`. Required. */
  initialState: S;
  /** From the cell's output to logits. Default: the output itself. */
  outputLayer?: OutputLayer;
  /** α of Wu et al. 2016: above 0 longer hypotheses score better, as log p / ((5 + length) / 6)^α. Default: 0. */
  lengthPenaltyWeight?: number;
  /**
   * β of Wu et al. 2016: above 0, hypotheses that have not looked at all places of the source score worse. The cell must attend.
   * Default: 0.
   */
  coveragePenaltyWeight?: number;
  /**
   * Ends the search of a sequence as soon as nothing can change its n best hypotheses any more. They are the same as without.
   * It needs `maximumIterations`. Default: the search ends when all beams have ended.
   */
  nBest?: number;
  /** The most steps; `dynamicDecode` makes no more. Default: as many as `dynamicDecode` is told. */
  maximumIterations?: number;
}

const NAMES = [
  ...EMBEDDING_OPTIONS,
  ..."beamWidth initialState outputLayer lengthPenaltyWeight coveragePenaltyWeight nBest maximumIterations".split(" "),
];

/** @throws ArgumentError naming the option that is wrong or unknown */
export function checkBeamOptions<S extends State>(where: string, options: BeamSearchDecoderOptions<S>): void {
  checkOptions(where, options, NAMES);
  checkEmbeddingOptions(where, options);
  const { beamWidth, lengthPenaltyWeight, coveragePenaltyWeight, nBest, maximumIterations } = options;
  checkCount(where, "beamWidth", beamWidth);
  if (lengthPenaltyWeight !== undefined) {
    checkLengthPenalty(where, "lengthPenaltyWeight", lengthPenaltyWeight, maximumIterations ?? 1);
  }
  if (coveragePenaltyWeight !== undefined) checkNotNegative(where, "coveragePenaltyWeight", coveragePenaltyWeight);
  if (maximumIterations !== undefined) checkCount(where, "maximumIterations", maximumIterations);
  if (nBest === undefined) return;
  checkCount(where, "nBest", nBest);
  if (nBest > beamWidth) throw new ArgumentError(where, "nBest", `at most ${beamWidth}, the beam's width`, `${nBest}`);
  checkCount(where, "maximumIterations", maximumIterations);
}
