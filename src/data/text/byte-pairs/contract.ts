import type { NumericArray } from "../../array";

export type TextSource = string | Iterable<string>;

export interface Tokenizer {
  readonly kind: "chars" | "words" | "bpe";
  readonly vocabularySize: number;
  readonly special: {
    readonly padding?: number;
    readonly unknown?: number;
    readonly begin?: number;
    readonly end?: number;
  };
  encode(text: string): NumericArray<Int32Array, 1>;
  decode(ids: ArrayLike<number>): string;
  token(id: number): string;
  id(token: string): number | undefined;
}
