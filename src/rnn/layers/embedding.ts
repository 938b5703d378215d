import { isCapturing } from "../../compile";
import * as tf from "../../tf";
import { checkCount, checkOptions, describe } from "../checks";
import { ArgumentError } from "../errors";
import { type Initializer, randomUniform } from "../weights/initializers";
import { weight } from "../weights/weights";

export interface EmbeddingOptions {
  /** How many words there are; their numbers are 0 to vocabularySize − 1. */
  vocabularySize: number;
  embeddingSize: number;
  /** Uniform on [−1, 1) unless told otherwise, as in the book. */
  initializer?: Initializer;
  seed?: number;
}

/**
 * A vector for each word, looked up by its number; TensorFlow's `tf.nn.embedding_lookup` and its table. The gradient of a
 * word that a batch has not is zero, and every optimizer takes it as such: with momentum, Adam or RMSProp its vector moves
 * on. TensorFlow 1.x's Momentum and RMSProp leave such vectors as they are; its GradientDescent and Adam do as these.
 */
export class Embedding {
  readonly vocabularySize: number;
  readonly embeddingSize: number;
  /** `[vocabularySize, embeddingSize]` */
  readonly embeddings: tf.Variable<tf.Rank.R2>;

  constructor(options: EmbeddingOptions) {
    checkOptions("Embedding", options, ["vocabularySize", "embeddingSize", "initializer", "seed"]);
    const { vocabularySize, embeddingSize, initializer = randomUniform(-1, 1), seed } = options;
    checkCount("Embedding", "vocabularySize", vocabularySize);
    checkCount("Embedding", "embeddingSize", embeddingSize);
    this.vocabularySize = vocabularySize;
    this.embeddingSize = embeddingSize;
    this.embeddings = weight(() => initializer([vocabularySize, embeddingSize], seed));
  }

  get weights(): Record<string, tf.Variable> {
    return { embeddings: this.embeddings };
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
    return tf.tidy(() => lookUp(this.embeddings, ids));
  }

  dispose(): void {
    this.embeddings.dispose();
  }
}

/** Rows of a table. The gradient of `tf.gather` has no WebAssembly kernel; there it is a product with one-hot rows. */
function lookUp(table: tf.Tensor2D, ids: tf.Tensor): tf.Tensor {
  if (tf.getBackend() !== "wasm") return tf.gather(table, ids as tf.Tensor1D);
  const gather = tf.customGrad((given, save) => {
    (save as tf.GradSaveFunc)([ids]); // kept for the backward pass, past any tidy
    const gradFunc = (dy: tf.Tensor, [numbers]: tf.Tensor[]) => {
      const flat = tf.reshape(numbers as tf.Tensor, [-1]) as tf.Tensor1D;
      const rows = tf.oneHot(flat, table.shape[0]).toFloat() as tf.Tensor2D;
      return [tf.matMul(rows, tf.reshape(dy, [-1, table.shape[1]]) as tf.Tensor2D, true, false)];
    };
    return { value: tf.gather(given as tf.Tensor2D, ids as tf.Tensor1D), gradFunc };
  });
  return gather(table);
}

function checkIds(ids: tf.Tensor, vocabularySize: number): void {
  const expected = "an int32 tensor of word numbers";
  if (!(ids instanceof tf.Tensor)) throw new ArgumentError("Embedding.call", "ids", expected, describe(ids));
  if (ids.isDisposed) throw new ArgumentError("Embedding.call", "ids", expected, "a disposed tensor");
  if (ids.dtype !== "int32") throw new ArgumentError("Embedding.call", "ids", expected, describe(ids));
  if (isCapturing()) return; // the native operation checks the range at each call
  const wrong = ids.dataSync().find((id) => id < 0 || id >= vocabularySize);
  if (wrong !== undefined) throw new ArgumentError("Embedding.call", "ids", `0 to ${vocabularySize - 1}`, `${wrong}`);
}
