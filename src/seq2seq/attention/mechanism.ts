import { checkCount, checkFunction } from "../../arguments";
import { glorotUniform, type Initializer, type RandomKey } from "../../rnn";
import { checkOptions, furtherSeed, weight } from "../../rnn/internal";
import * as tf from "../../tf";
import type { Memory } from "./memory";
import type { Products } from "./products";

/** The options that every attention mechanism has. */
export interface AttentionOptions {
  /** Units of the score: the size of keys and processed queries. */
  numUnits: number;
  /** Features of one place of the memory: the size of the encoder's outputs. */
  memorySize: number;
  /** Features of the query, the output of the cell that attends. */
  querySize: number;
  /** The initial values of the weights. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

/** The options of the mechanisms that turn scores into alignments one time step at a time. */
export interface ProbabilityOptions {
  /**
   * Turns the scores `[batch, nSteps]` into alignments. It must return 0 for scores of −1e30, which stand on the padding,
   * as `tf.softmax` and `hardmax` do. Default: softmax.
   */
  probabilityFn?: (score: tf.Tensor2D) => tf.Tensor2D;
}

/**
 * Scores queries, `[batch·multiple, querySize]`, against the keys of one batch: `[batch, multiple, nSteps]`. `previous` are the
 * alignments of the step before, `[batch·multiple, nSteps]`.
 */
export type Score = (query: tf.Tensor2D, batch: number, previous: tf.Tensor2D) => tf.Tensor3D;

/** The keys of one batch's memory. */
export interface Keys {
  /** Prepares the scores of one run over time. */
  readonly score: (products: Products) => Score;
  /** What was computed from the memory; `dispose` of the attended cell frees it. */
  readonly tensors: readonly tf.Tensor[];
}

/** How a mechanism turns scores into alignments. */
export interface Aligner {
  /** Weights of its own, by TensorFlow 1.x's names inside the mechanism's scope. Default: none. */
  readonly weights?: Readonly<Record<string, tf.Variable>>;
  /**
   * Turns scores `[batch, nSteps]` into alignments.
   *
   * @param previous the alignments of the time step before
   * @param key the random key of a training run
   */
  align(score: tf.Tensor2D, previous: tf.Tensor2D, key?: RandomKey): tf.Tensor2D;
  /** The alignments before the first time step. Default: zeros. */
  initialAlignments?(batch: number, nSteps: number): tf.Tensor2D;
}

const COMMON = ["numUnits", "memorySize", "querySize", "kernelInitializer", "seed"];

/**
 * The base class of attention mechanisms, TensorFlow 1.x's `AttentionMechanism`: weights, and how a query is scored
 * against the keys of a memory. `AttentionWrapper` computes the rest.
 *
 *   keys       = memory·W          W is memory_layer/kernel; computed once for a batch
 *   score      = score(query, keys)                    the subclass
 *   alignments = softmax(score)    0 on the padding; each row sums to 1
 */
export abstract class AttentionMechanism {
  readonly numUnits: number;
  readonly memorySize: number;
  readonly querySize: number;
  /** `[memorySize, numUnits]` */
  readonly memoryKernel: tf.Variable<tf.Rank.R2>;
  /** TensorFlow 1.x's name of the scope of the mechanism's own weights. */
  abstract readonly scope: string;
  protected abstract readonly aligner: Aligner;
  /** The weights of the score but `memory_layer/kernel`, by TensorFlow 1.x's names inside the scope. */
  protected abstract readonly scoreWeights: Readonly<Record<string, tf.Variable>>;

  constructor(options: AttentionOptions, own: readonly string[]) {
    const where = new.target.name;
    checkOptions(where, options, [...COMMON, ...own]);
    const { numUnits, memorySize, querySize } = options;
    checkCount(where, "numUnits", numUnits);
    checkCount(where, "memorySize", memorySize);
    checkCount(where, "querySize", querySize);
    this.numUnits = numUnits;
    this.memorySize = memorySize;
    this.querySize = querySize;
    this.memoryKernel = this.initial(options, [memorySize, numUnits], 0);
  }

  get weights(): Readonly<Record<string, tf.Variable>> {
    const own = Object.entries({ ...this.scoreWeights, ...this.aligner.weights });
    const named = own.map(([name, variable]) => [`${this.scope}/${name}`, variable]);
    return { "memory_layer/kernel": this.memoryKernel, ...Object.fromEntries(named) };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  /** Prepares the keys of one batch, `[batch, nSteps, numUnits]`: what is the same at every time step is computed here. */
  abstract openKeys(keys: tf.Tensor3D): Keys;

  /** Turns scores into alignments: see `Aligner`. */
  align(score: tf.Tensor2D, previous: tf.Tensor2D, key?: RandomKey): tf.Tensor2D {
    return this.aligner.align(score, previous, key);
  }

  /** The alignments before the first time step. */
  initialAlignments(batch: number, nSteps: number): tf.Tensor2D {
    return this.aligner.initialAlignments?.(batch, nSteps) ?? tf.zeros([batch, nSteps]);
  }

  /** The keys of a memory, `[batch, nSteps, numUnits]`: one product for all its places. */
  keysOf({ values }: Memory): tf.Tensor3D {
    const [batch, nSteps, size] = values.shape;
    return tf.tidy(() => {
      const product = tf.matMul(tf.reshape(values, [batch * nSteps, size]), this.memoryKernel);
      return tf.reshape(product, [batch, nSteps, this.numUnits]);
    });
  }

  /** Frees the weights. */
  dispose(): void {
    tf.dispose(this.variables);
  }

  /** Creates the nth weight that has a seed of its own. */
  protected initial<R extends tf.Rank>(
    { kernelInitializer = glorotUniform, seed }: AttentionOptions,
    shape: tf.ShapeMap[R],
    n: number,
  ): tf.Variable<R> {
    return weight(() => kernelInitializer<R>(shape, furtherSeed(seed, n)));
  }
}

/** Alignments from one time step's scores alone. @throws ArgumentError when the probability function is no function */
export function byProbability(where: string, { probabilityFn = tf.softmax }: ProbabilityOptions): Aligner {
  checkFunction(where, "probabilityFn", probabilityFn);
  return { align: (score) => probabilityFn(score) };
}
