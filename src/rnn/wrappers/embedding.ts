import { isCapturing } from "../../compile/internal";
import type * as tf from "../../tf";
import type { RNNCell, RunOverTime } from "../cell";
import { checkOptions, checkTensor } from "../checks";
import { ArgumentError } from "../errors";
import { Embedding, wrongIndex } from "../layers/embedding";
import { foldIn, type RandomKey } from "../random-key";
import type { State } from "../state";
import { tidy } from "../tidy";
import { type Initializer, randomUniform } from "../weights/initializers";
import { scoped } from "../weights/weights";
import { CellWrapper } from "./wrapper";

/** TensorFlow's default for `EmbeddingWrapper`: uniform on ±√3, whose variance is 1. */
const UNIT_VARIANCE = randomUniform(-Math.sqrt(3), Math.sqrt(3));

export interface EmbeddingWrapperOptions {
  /** The number of words. Word indices go from 0 to embeddingClasses − 1. */
  embeddingClasses: number;
  /** The vectors' initial values. Default: uniform on ±√3, whose variance is 1, as in TensorFlow. */
  initializer?: Initializer;
  /** Fixes the initial vectors. Default: other vectors at every construction. */
  seed?: number;
}

/**
 * Puts an embedding below a cell: TensorFlow 1.x's `EmbeddingWrapper`. The inputs are int32 word indices, `[batch, 1]`,
 * or `[batch, nSteps, 1]` for `dynamicRnn`. The cell inside gets the words' vectors, whose size is the cell's input
 * size.
 *
 * @example
 *   const inner = new GRUCell({ inputSize: 64, numUnits: 100, seed: 42 });
 *   const cell = new EmbeddingWrapper(inner, { embeddingClasses: 10_000, seed: 43 });
 *   const words = tf.tensor3d([[[4], [8], [15]]], [1, 3, 1], "int32"); // [batch, nSteps, 1]
 *   const [outputs, state] = dynamicRnn(cell, words); // [1, 3, 100] and [1, 100]
 */
export class EmbeddingWrapper<S extends State> extends CellWrapper<S> {
  readonly embedding: Embedding;

  /** @throws ArgumentError when `embeddingClasses` is not a positive whole number */
  constructor(cell: RNNCell<S>, options: EmbeddingWrapperOptions) {
    super(cell);
    checkOptions("EmbeddingWrapper", options, ["embeddingClasses", "initializer", "seed"]);
    const { embeddingClasses, initializer, seed } = options;
    const sizes = { vocabularySize: embeddingClasses, embeddingSize: cell.inputSize };
    this.embedding = new Embedding({ ...sizes, initializer: initializer ?? UNIT_VARIANCE, seed });
  }

  override get inputSize(): number {
    return 1;
  }

  override get inputDtype(): "int32" {
    return "int32";
  }

  override get weights(): Record<string, tf.Variable> {
    const scope = "embedding_wrapper";
    return { [`${scope}/embedding`]: this.embedding.embeddings, ...scoped(scope, this.cell) };
  }

  override get variables(): tf.Variable[] {
    return [...this.embedding.variables, ...this.cell.variables];
  }

  call(inputs: tf.Tensor2D, state: S, key?: RandomKey): [tf.Tensor2D, S] {
    checkTensor("EmbeddingWrapper.call", "inputs", inputs, ["batch", 1], "int32");
    return tidy(() => {
      this.checkWords(inputs.reshape([1, -1]));
      const words = this.embedding.call(inputs.as1D()) as tf.Tensor2D;
      return this.cell.call(words, state, foldIn(key, 0));
    });
  }

  overTime(run: RunOverTime, inputs: tf.Tensor3D, state: S): [tf.Tensor3D, S] {
    const [nSteps, batch] = inputs.shape;
    this.checkWords(inputs);
    const words = this.embedding.call(inputs.as1D()).reshape([nSteps, batch, -1]) as tf.Tensor3D;
    return run(this.cell, words, state, 0);
  }

  /** @param words `[nSteps, batch, …]` @throws ArgumentError naming the first word outside the vocabulary */
  private checkWords(words: tf.Tensor): void {
    if (isCapturing()) return; // see `Embedding.call`
    const { vocabularySize } = this.embedding;
    const wrong = wrongIndex(words, vocabularySize);
    if (wrong === undefined) return;
    const [time, sequence] = wrong.position;
    const place = words.shape[0] === 1 ? `sequence ${sequence}` : `time step ${time} of sequence ${sequence}`;
    throw new ArgumentError("EmbeddingWrapper", "ids", `0 to ${vocabularySize - 1}`, `${wrong.id} at ${place}`);
  }

  override dispose(): void {
    super.dispose();
    this.embedding.dispose();
  }
}
