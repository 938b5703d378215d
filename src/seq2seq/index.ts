/** Encoder and decoder: attention, decoding, beam search. */
export { reverseSequence } from "./reverse-sequence";
