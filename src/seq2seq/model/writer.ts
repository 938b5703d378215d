import type { Dense, Embedding } from "../../rnn";
import type { Decoder } from "./decoder";

/** A table of the vectors of target tokens, such as an `Embedding`. */
export type TargetEmbedding = Pick<Embedding, "call" | "vocabularySize">;
/** From the decoder's outputs to logits, one for each target token: a `Dense`, or another layer of this form. */
export type TargetHead = Pick<Dense, "call" | "outputSize">;

/** A decoder that writes: its cell and state, the vectors of its tokens, and its head. */
export interface Writer extends Decoder {
  readonly embedding: TargetEmbedding;
  readonly head: TargetHead;
}
