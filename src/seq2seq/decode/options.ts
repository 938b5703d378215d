import { ArgumentError, checkCount, checkOptions, describe } from "../../arguments";
import { canCompile } from "../../compile";
import { checkNotNegative } from "../../rnn/internal";
import * as tf from "../../tf";
import { checkLengthPenalty } from "../decoders/beam/penalties";
import { checkTokenSampling, type TokenSampling } from "../decoders/samplers/sampled-tokens";
import type { DecodableModel } from "./decodable-model";

/** Which tokens may be written: for each token of the vocabulary true or 1, false or 0. */
export type TokenMask = readonly boolean[] | Uint8Array | Int32Array | Float32Array;

/** The options of `decode`. */
export interface DecodeOptions<Source = unknown> extends TokenSampling {
  /** The most tokens of an output, up to 100,000. One that has not ended by then has the reason "length". Required. */
  maximumLength: number;
  /** The number of hypotheses that a beam search keeps. 1 takes the likeliest token each time. Default: 1. */
  beamWidth?: number;
  /**
   * How many hypotheses of each source come back, the best first. Default: 1, and then the result has no `hypotheses`. At most
   * `beamWidth`.
   */
  nBest?: number;
  /** α of Wu et al. 2016: above 0, longer hypotheses score better. See `BeamSearchDecoder`. Default: 0. */
  lengthPenalty?: number;
  /** β of Wu et al. 2016: above 0, hypotheses that have not looked at the whole source score worse. Default: 0. */
  coveragePenalty?: number;
  /**
   * Which tokens may be written: a mask of the vocabulary, or a function of a source and its index to such a mask. The token
   * `begin` is never written. Without the end token outputs end by their length. Default: all tokens.
   */
  allowed?: TokenMask | ((source: Source, index: number) => TokenMask);
  /**
   * Fixes what is drawn with `temperature`, `topK` or `topP`, or alone. The same seed gives the same outputs, eagerly and compiled; the
   * source with the same index draws the same, whatever the batch size. Default: another seed each time.
   */
  seed?: number;
  /** The most sources that are decoded at once. Default: 64. */
  batchSize?: number;
  /** Whether a graph writes a whole batch in one native call. Default: wherever the engine can. */
  compiled?: boolean;
  /** Stops between two batches; `decode` then throws the signal's reason. Default: none. */
  signal?: AbortSignal;
}

/** The options that fix a graph, complete. */
export interface DecodeSettings extends TokenSampling {
  readonly maximumLength: number;
  readonly beamWidth: number;
  readonly nBest: number;
  readonly lengthPenalty: number;
  readonly coveragePenalty: number;
  /** Whether tokens are drawn. */
  readonly samples: boolean;
}

const SAMPLING = ["temperature", "topK", "topP", "seed"] as const;
/** The names of all options. */
export const DECODE_OPTIONS = [
  ...SAMPLING,
  ..."maximumLength beamWidth nBest lengthPenalty coveragePenalty allowed batchSize compiled signal".split(" "),
];
export const WHERE = "decode";

/** The outputs have room for `maximumLength` tokens, however soon they end. */
const LONGEST = 100_000;

/** @throws ArgumentError */
function checkMaximumLength(given: number): void {
  checkCount(WHERE, "maximumLength", given);
  if (given <= LONGEST) return;
  throw new ArgumentError(WHERE, "maximumLength", `at most ${LONGEST}: there is room for so many tokens`, `${given}`);
}

/** @throws ArgumentError naming the option that is wrong, unknown, or excluded by another one */
export function settingsOf<S>(options: DecodeOptions<S>): DecodeSettings {
  checkOptions(WHERE, options, DECODE_OPTIONS);
  const {
    maximumLength,
    beamWidth = 1,
    nBest = 1,
    lengthPenalty = 0,
    coveragePenalty = 0,
    batchSize,
    compiled,
    signal,
  } = options;
  checkMaximumLength(maximumLength);
  checkCount(WHERE, "beamWidth", beamWidth);
  checkCount(WHERE, "nBest", nBest);
  if (nBest > beamWidth) {
    throw new ArgumentError(WHERE, "nBest", `at most ${beamWidth}, beamWidth`, `${nBest}`);
  }
  checkLengthPenalty(WHERE, "lengthPenalty", lengthPenalty, maximumLength);
  checkNotNegative(WHERE, "coveragePenalty", coveragePenalty);
  checkTokenSampling(WHERE, options);
  const sampling = SAMPLING.find((name) => options[name] !== undefined);
  if (sampling !== undefined && beamWidth > 1) {
    throw new ArgumentError(
      WHERE,
      sampling,
      `none with beamWidth ${beamWidth}: a beam search draws nothing`,
      describe(options[sampling]),
    );
  }
  if (batchSize !== undefined) checkCount(WHERE, "batchSize", batchSize);
  if (signal !== undefined && typeof signal?.throwIfAborted !== "function") {
    throw new ArgumentError(WHERE, "signal", "an AbortSignal", describe(signal));
  }
  if (compiled === true && !canCompile()) {
    throw new ArgumentError(WHERE, "compiled", "false: only the native engine compiles", `true on ${tf.getBackend()}`);
  }
  const { temperature, topK, topP } = options;
  return {
    maximumLength,
    beamWidth,
    nBest,
    lengthPenalty,
    coveragePenalty,
    samples: sampling !== undefined && temperature !== 0,
    ...(temperature !== undefined && { temperature }),
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
  };
}

/** @throws ArgumentError when the value is no model of encoder and decoder */
export function checkDecodable(model: DecodableModel<never>): void {
  if (typeof model?.encode !== "function" || typeof model.decoder !== "function") {
    throw new ArgumentError(WHERE, "model", "a model of encoder and decoder, seq2seqModelOf(…)", describe(model));
  }
  if (!model.variables.some(({ isDisposed }) => isDisposed)) return;
  throw new ArgumentError(WHERE, "model", "a model with its weights", "a disposed one");
}

/**
 * The mask of one source as numbers, without the begin token.
 *
 * @throws ArgumentError when it has not a value for each token, or allows none
 */
export function maskOf(
  mask: TokenMask | undefined,
  { head, begin, end }: DecodableModel<never>,
  argument: string,
): Float32Array {
  const size = head.outputSize;
  const isList = Array.isArray(mask) || ArrayBuffer.isView(mask);
  if (mask !== undefined && (!isList || mask.length !== size)) {
    throw new ArgumentError(
      WHERE,
      argument,
      `${size} values, one for each token`,
      isList ? `${mask.length}` : describe(mask),
    );
  }
  const numbers = new Float32Array(size).fill(1);
  if (mask !== undefined) for (let id = 0; id < size; id++) if (!mask[id]) numbers[id] = 0;
  if (begin !== end) numbers[begin] = 0;
  if (numbers.includes(1)) return numbers;
  throw new ArgumentError(WHERE, argument, "a token that may be written, other than begin", "none");
}
