import { inScope, isCapturing, positionOf } from "../../compile/internal";
import type { NextRank } from "../../data";
import * as tf from "../../tf";
import { checkCount, checkOptions, describe } from "../checks";
import { ArgumentError } from "../errors";
import { type Initializer, randomUniform } from "../weights/initializers";
import { weight } from "../weights/weights";

export interface EmbeddingOptions {
  /** The number of words. Word indices go from 0 to vocabularySize − 1. */
  vocabularySize: number;
  /** Features of a word's vector. */
  embeddingSize: number;
  /** The vectors' initial values. Default: uniform on [−1, 1), as in the book. */
  initializer?: Initializer;
  /** Fixes the initial vectors. Default: other vectors at every construction. */
  seed?: number;
}

/**
 * A table with one vector for each word, and the look-up by word index: TensorFlow's `tf.nn.embedding_lookup`.
 *
 * Where a loss uses the table through look-ups alone, its gradient is in slices, one for each look-up, as TensorFlow 1.x's
 * IndexedSlices. A word that does not occur in a batch then keeps its vector and its slots, bit for bit, with
 * GradientDescent, Momentum, Adagrad, Adadelta, RMSProp, Ftrl and LazyAdam, and a step costs the rows that it looks up,
 * however large the vocabulary is. Adam, AdamW, Nadam and `functionOptimizer` move every row: m and v of a word decay while
 * it does not occur, and its vector moves on. Of a word that occurs with a gradient of zero, the slots decay with every
 * optimizer. `clipNorm` and `globalClipNorm` take the norm of the slices, before those of one word are summed, as TensorFlow
 * 1.x does. Where the loss uses the table in another way, too, as a model with tied input and output vectors does, the gradient is
 * dense and every row moves. (Keras 2.15 lets the slots of all words decay at each step, and with momentum moves all vectors;
 * so its numbers differ from TensorFlow 1.x's with Momentum and RMSProp.)
 *
 * @example
 *   const embedding = new Embedding({ vocabularySize: 10_000, embeddingSize: 64, seed: 42 });
 *   const words = tf.tensor2d([[4, 8, 15], [16, 23, 42]], [2, 3], "int32"); // [batch, nSteps]
 *   const vectors = embedding.call(words); // [2, 3, 64]
 *
 * @throws ArgumentError when a size is not a positive whole number or an option is unknown
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
   * @param ids int32 word indices of any shape, `[…]`
   * @returns `[…, embeddingSize]`, in its type too: of a `tf.Tensor2D` it is a `tf.Tensor3D`
   * @throws ArgumentError when `ids` is not int32, or an index is outside the vocabulary; it names the first, as
   *   `12 at ids[2, 5]`
   */
  call<T extends tf.Tensor>(ids: T): tf.TensorOfRank<NextRank<T["shape"]["length"]>> {
    checkIds(ids, this.vocabularySize);
    const vectors = inScope(this, () => tf.gather(this.embeddings, ids as unknown as tf.Tensor1D));
    return vectors as tf.TensorOfRank<NextRank<T["shape"]["length"]>>;
  }

  dispose(): void {
    this.embeddings.dispose();
  }
}

function checkIds(ids: tf.Tensor, vocabularySize: number): void {
  const expected = "an int32 tensor of word indices";
  if (!(ids instanceof tf.Tensor)) throw new ArgumentError("Embedding.call", "ids", expected, describe(ids));
  if (ids.isDisposed) throw new ArgumentError("Embedding.call", "ids", expected, "a disposed tensor");
  if (ids.dtype !== "int32") throw new ArgumentError("Embedding.call", "ids", expected, describe(ids));
  if (isCapturing()) return; // a captured tensor has no values; the native operation checks the range at each call, and `compile` names the place
  const wrong = wrongIndex(ids, vocabularySize);
  if (wrong === undefined) return;
  const place = ids.rank === 0 ? "" : ` at ids[${wrong.position.join(", ")}]`;
  throw new ArgumentError("Embedding.call", "ids", `0 to ${vocabularySize - 1}`, `${wrong.id}${place}`);
}

/** The first index outside a vocabulary, and its position; undefined where there is none. */
export function wrongIndex(ids: tf.Tensor, vocabularySize: number): { id: number; position: number[] } | undefined {
  const values = ids.dataSync();
  const at = values.findIndex((id) => !(id >= 0 && id < vocabularySize));
  return at < 0 ? undefined : { id: values[at] as number, position: positionOf(at, ids.shape) };
}
