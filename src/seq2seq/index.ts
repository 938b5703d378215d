/** Encoder and decoder: attention, decoding, beam search. */
export type { Decoder, Encoded } from "./model/decoder";
export type { ScheduledSampling } from "./model/scheduled-sampling";
export { type Seq2seqDataOptions, seq2seqData } from "./model/seq2seq-data";
export {
  type Seq2seqModel,
  type Seq2seqOptions,
  type SourceAndTarget,
  type SourceAndTargetLengths,
  seq2seqModelOf,
} from "./model/seq2seq-model";
export type { TargetEmbedding, TargetHead } from "./model/writer";
export { reverseSequence } from "./reverse-sequence";
