/** Encoder and decoder: attention, decoding, beam search; measures of texts. */
export { type AlignmentHistory, alignmentHistory } from "./attention/alignment-history";
export { AttendedCell } from "./attention/attended-cell";
export { BahdanauAttention, type BahdanauAttentionOptions } from "./attention/bahdanau";
export { hardmax } from "./attention/hardmax";
export { LocationSensitiveAttention, type LocationSensitiveAttentionOptions } from "./attention/location-sensitive";
export { LuongAttention, type LuongAttentionOptions } from "./attention/luong";
export type { AttentionMechanism, AttentionOptions, Score } from "./attention/mechanism";
export {
  BahdanauMonotonicAttention,
  type BahdanauMonotonicAttentionOptions,
} from "./attention/monotonic/bahdanau-monotonic";
export { LuongMonotonicAttention, type LuongMonotonicAttentionOptions } from "./attention/monotonic/luong-monotonic";
export { type MonotonicMode, monotonicAttention, safeCumprod } from "./attention/monotonic/monotonic-attention";
export type { MonotonicOptions } from "./attention/monotonic/monotonic-score";
export type { Alignments, AlignmentsOf, AttentionState, Mechanisms } from "./attention/state";
export { AttentionWrapper, type AttentionWrapperOptions } from "./attention/wrapper";
export type { DecodableModel } from "./decode/decodable-model";
export { decode, type SourceOf } from "./decode/decode";
export type { DecodeOptions, TokenMask } from "./decode/options";
export type { Decoded, Hypothesis } from "./decode/results";
export {
  type TranslateOptions,
  type Translation,
  type TranslationHypothesis,
  type TranslationTokenizers,
  translate,
} from "./decode/translate";
export type { AllowedTokens } from "./decoders/allowed-tokens";
export type { BaseDecoder, DecoderOutputs, DecoderStart, DecoderStep } from "./decoders/base-decoder";
export { BasicDecoder, type BasicDecoderOutput, type OutputLayer } from "./decoders/basic-decoder";
export {
  BeamSearchDecoder,
  type BeamSearchDecoderOutput,
  type BeamSearchDecoderState,
  type FinalBeamSearchDecoderOutput,
} from "./decoders/beam/beam-search-decoder";
export { gatherTree } from "./decoders/beam/gather-tree";
export type { BeamSearchDecoderOptions } from "./decoders/beam/options";
export { tileBatch } from "./decoders/beam/tile-batch";
export { type Decoding, type DynamicDecodeOptions, dynamicDecode } from "./decoders/dynamic-decode";
export {
  GreedyEmbeddingSampler,
  type GreedyEmbeddingSamplerOptions,
  type TokenEmbedding,
} from "./decoders/samplers/greedy-embedding-sampler";
export {
  SampleEmbeddingSampler,
  type SampleEmbeddingSamplerOptions,
} from "./decoders/samplers/sample-embedding-sampler";
export type { TokenSampling } from "./decoders/samplers/sampled-tokens";
export type { Sampler, SamplerInputs } from "./decoders/samplers/sampler";
export {
  ScheduledEmbeddingTrainingSampler,
  type ScheduledEmbeddingTrainingSamplerOptions,
} from "./decoders/samplers/scheduled-embedding-training-sampler";
export { TrainingSampler, type TrainingSamplerOptions } from "./decoders/samplers/training-sampler";
export type { DecoderState } from "./decoders/tensor-tree";
export { type ExportTranslatorOptions, exportTranslator } from "./export/export-translator";
export type { Reference } from "./measures/check-lines";
export { type EditDistanceOptions, editDistance } from "./measures/edit-distance";
export { exactMatch, type LineScores } from "./measures/exact-match";
export { type BleuScore, bleu, sentenceBleu } from "./measures/n-grams/bleu";
export type { BleuOptions } from "./measures/n-grams/bleu-options";
export type { BleuParts, BleuSmoothing } from "./measures/n-grams/bleu-score";
export { type ChrFOptions, type ChrFScore, chrF } from "./measures/n-grams/chrf";
export type { BleuTokenizer } from "./measures/n-grams/tokenizers";
export { type RougeOptions, type RougeScores, rougeL } from "./measures/rouge-l";
export { type ErrorRate, type WordErrorRateOptions, wordErrorRate } from "./measures/word-error-rate";
export { bridgeState } from "./model/bridge-state";
export type { Decoder, Encoded } from "./model/decoder";
export { DenseBridge, type DenseBridgeOptions } from "./model/dense-bridge";
export type { ScheduledSampling } from "./model/scheduled-sampling";
export { type Seq2seqDataOptions, seq2seqData, type TokenList } from "./model/seq2seq-data";
export {
  type Seq2seqModel,
  type Seq2seqOptions,
  type SourceAndTarget,
  type SourceAndTargetLengths,
  seq2seqModelOf,
} from "./model/seq2seq-model";
export { type SequenceLossOptions, sequenceLoss } from "./model/sequence-loss";
export type { TargetEmbedding, TargetHead } from "./model/writer";
export { reverseSequence } from "./reverse-sequence";
