/**
 * What a word is unless the tokenizer was told otherwise. It is the default of data's `wordTokenizer`, which a tokenizer does not
 * tell; a test compares both.
 */
export const WORD =
  /[\p{L}\p{N}_][\p{L}\p{M}\p{N}\p{Join_C}_]*(?:['’-][\p{L}\p{N}_][\p{L}\p{M}\p{N}\p{Join_C}_]*)*|[^\s\p{L}\p{N}_]+/gu;
