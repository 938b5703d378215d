/** What a checkpoint says of the text that its model was trained with. */
import type { Checkpoint, Tokenizer } from "unroll/data";
import type { Callback } from "unroll/train";

/** Keeps the tokenizer's digest and the number of tokens in each checkpoint. A run goes on with the same ones alone. */
export class Vocabulary implements Callback {
  private readonly digest: string;
  private readonly tokens: number;

  constructor({ digest }: Tokenizer, tokens: number) {
    this.digest = digest;
    this.tokens = tokens;
  }

  getState() {
    return { digest: this.digest, tokens: this.tokens };
  }

  /** @throws Error for another vocabulary or another text */
  setState(state: unknown): void {
    const { digest, tokens } = (state ?? {}) as { digest?: unknown; tokens?: unknown };
    if (digest !== this.digest) {
      throw new Error("expected the tokenizer.json that the run was trained with, got the vocabulary of another run");
    }
    if (tokens === this.tokens) return;
    throw new Error(`expected the text that the run was trained with, of ${tokens} tokens, got one of ${this.tokens}`);
  }
}

/** The digest of the tokenizer that a checkpoint's model was trained with; undefined for a model of another kind. */
export function digestIn({ state }: Pick<Checkpoint, "state">): unknown {
  const { Vocabulary } = (state.callbacks ?? {}) as { Vocabulary?: { digest?: unknown } };
  return Vocabulary?.digest;
}
