import type * as tf from "../../tf";
import type { RNNCell, RunOverTime } from "../cell";
import { checkTensor } from "../checks";
import { Embedding } from "../layers/embedding";
import { foldIn, type RandomKey } from "../random-key";
import type { State } from "../state";
import { tidy } from "../tidy";
import { type Initializer, randomUniform } from "../weights/initializers";
import { scoped } from "../weights/weights";
import { CellWrapper } from "./wrapper";

/** TensorFlow's default here: uniform on ±√3, whose variance is 1. */
const UNIT_VARIANCE = randomUniform(-Math.sqrt(3), Math.sqrt(3));

export interface EmbeddingWrapperOptions {
  /** How many words there are. */
  embeddingClasses: number;
  initializer?: Initializer;
  seed?: number;
}

/**
 * A cell that reads words: its inputs are int32 word numbers `[batch, 1]` (`[batch, nSteps, 1]` for `dynamicRnn`), and
 * the cell inside sees their vectors, which are as long as its input size.
 */
export class EmbeddingWrapper<S extends State> extends CellWrapper<S> {
  readonly embedding: Embedding;

  /** @throws ArgumentError when `embeddingClasses` is not a positive whole number */
  constructor(cell: RNNCell<S>, { embeddingClasses, initializer, seed }: EmbeddingWrapperOptions) {
    super(cell);
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
      const words = this.embedding.call(inputs.as1D()) as tf.Tensor2D;
      return this.cell.call(words, state, foldIn(key, 0));
    });
  }

  overTime(run: RunOverTime, inputs: tf.Tensor3D, state: S): [tf.Tensor3D, S] {
    const [nSteps, batch] = inputs.shape;
    const words = this.embedding.call(inputs.as1D()).reshape([nSteps, batch, -1]) as tf.Tensor3D;
    return run(this.cell, words, state, 0);
  }

  override dispose(): void {
    super.dispose();
    this.embedding.dispose();
  }
}
