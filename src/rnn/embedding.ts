import * as tf from "../tf";
import { checkCount, describe } from "./checks";
import { ArgumentError } from "./errors";
import { type Initializer, randomUniform } from "./initializers";
import { weight } from "./weights";

export interface EmbeddingOptions {
  /** How many words there are; their numbers are 0 to vocabularySize − 1. */
  vocabularySize: number;
  embeddingSize: number;
  /** Uniform on [−1, 1) unless told otherwise, as in the book. */
  initializer?: Initializer;
  seed?: number;
}

/** A vector for each word, looked up by its number; TensorFlow's `tf.nn.embedding_lookup` and its table. */
export class Embedding {
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  /** `[vocabularySize, embeddingSize]` */
  readonly embeddings: tf.Variable<tf.Rank.R2>;

  constructor({ vocabularySize, embeddingSize, initializer = randomUniform(-1, 1), seed }: EmbeddingOptions) {
    checkCount("Embedding", "vocabularySize", vocabularySize);
    checkCount("Embedding", "embeddingSize", embeddingSize);
    this.vocabularySize = vocabularySize;
    this.embeddingSize = embeddingSize;
    this.embeddings = weight(() => initializer([vocabularySize, embeddingSize], seed));
  }

  get variables(): tf.Variable[] {
    return [this.embeddings];
  }

  /**
   * @param ids int32 word numbers of any shape, `[…]`
   * @returns `[…, embeddingSize]`
   * @throws ArgumentError on another dtype, or a number outside the vocabulary
   */
  call(ids: tf.Tensor): tf.Tensor {
    checkIds(ids, this.vocabularySize);
    return tf.tidy(() => tf.gather(this.embeddings, ids as tf.Tensor1D));
  }

  dispose(): void {
    this.embeddings.dispose();
  }
}

function checkIds(ids: tf.Tensor, vocabularySize: number): void {
  const expected = "an int32 tensor of word numbers";
  if (!(ids instanceof tf.Tensor)) throw new ArgumentError("Embedding.call", "ids", expected, describe(ids));
  if (ids.isDisposed) throw new ArgumentError("Embedding.call", "ids", expected, "a disposed tensor");
  if (ids.dtype !== "int32") throw new ArgumentError("Embedding.call", "ids", expected, describe(ids));
  const wrong = ids.dataSync().find((id) => id < 0 || id >= vocabularySize);
  if (wrong !== undefined) throw new ArgumentError("Embedding.call", "ids", `0 to ${vocabularySize - 1}`, `${wrong}`);
}
