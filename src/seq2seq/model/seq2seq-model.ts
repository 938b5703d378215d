import { checkFunction, checkOptions, describe } from "../../arguments";
import { ArgumentError, dynamicRnn, type Named, type RNNCell, type Training } from "../../rnn";
import { checkCell, tidy } from "../../rnn/internal";
import type * as tf from "../../tf";
import { type Model, modelOf } from "../../train";
import { type Decoder, decoderOf, type Encoded, type FirstState } from "./decoder";
import { checkSampling, poisoned, probabilityAt, type ScheduledSampling, scheduledTargets } from "./scheduled-sampling";
import { checkToken } from "./seq2seq-data";
import { encodeChecked } from "./source-lengths";
import { checkTargetTokens, type TargetData } from "./target-tokens";
import type { TargetEmbedding, TargetHead } from "./writer";

/** What a batch of sentences in two languages is: the source, and the target that the decoder reads, `[begin, …ids]`. */
export interface SourceAndTarget<X extends tf.Tensor = tf.Tensor> {
  readonly source: X;
  readonly target: tf.Tensor2D;
}

/** Lengths of source and target, where the data have them. */
export interface SourceAndTargetLengths {
  readonly source?: tf.Tensor1D;
  readonly target?: tf.Tensor1D;
}

/** The options of `seq2seqModelOf`. */
export interface Seq2seqOptions<X extends tf.Tensor, E extends Encoded> {
  /**
   * Any network that reads the source: an embedding and an RNN, convolutions over a picture. It returns the decoder's first
   * `state`, and what attention looks at, `memory` and its `lengths`.
   *
   * @param training given in training only; pass it on to `dynamicRnn`
   * @param lengths the source's, where the data have them: pass them on to `dynamicRnn`, and return those of the memory. An encoder
   *   that does not take them reads the padding of short sources in training, and a warning says so
   */
  encode: (source: X, training?: Training, lengths?: tf.Tensor1D) => E;
  /**
   * The decoder's cell; or a function that makes the cell for one batch from what `encode` returned, such as
   * `(encoded) => attentionCell.attend(encoded.memory, encoded.lengths)`.
   */
  // biome-ignore lint/suspicious/noExplicitAny: a cell of any state
  cell: RNNCell<any> | ((encoded: E) => RNNCell<any>);
  /** The vectors of target tokens, which the decoder reads. */
  embedding: TargetEmbedding;
  /** From the decoder's outputs to logits, one for each target token. */
  head: TargetHead;
  /** The token that a target begins with, such as `tokenizer.special.begin`. It is never written. Required. */
  begin: number | undefined;
  /** The token that ends a target, such as `tokenizer.special.end`. Required. */
  end: number | undefined;
  /**
   * The probability that the decoder reads, in training, its own token in place of the target's one; or a function from the
   * number of the training step to that probability. See `seq2seqModelOf`. Default: 0, which is teacher forcing.
   */
  scheduledSampling?: ScheduledSampling;
}

/** A model of encoder and decoder: what `fit` trains, and what `decode` and `translate` write with. */
export interface Seq2seqModel<X extends tf.Tensor = tf.Tensor, E extends Encoded = Encoded>
  extends Model<SourceAndTarget<X>, tf.Tensor3D> {
  readonly encode: (source: X, training?: Training, lengths?: tf.Tensor1D) => E;
  /** The decoder's cell and first state for what `encode` returned, or for its rows repeated, as a beam search needs them. */
  readonly decoder: (encoded: E) => Decoder;
  readonly embedding: TargetEmbedding;
  readonly head: TargetHead;
  readonly begin: number;
  readonly end: number;
}

/**
 * Makes a model of an encoder and a decoder (Sutskever et al. 2014, arXiv:1409.3215; Cho et al. 2014, arXiv:1406.1078). It is a
 * `Model` of record data: `fit`, `evaluate` and checkpoints take it with the data that `seq2seqData` makes.
 *
 *   encoded = encode(source)
 *   outputs = dynamicRnn(cell, embedding(target), { initialState: encoded.state })      teacher forcing
 *   logits  = head(outputs)                                                             [batch, nSteps, vocabulary]
 *
 * In training the decoder reads the right target, [begin, …ids], and learns to say the next token, [...ids, end]. With
 * `crossEntropy` the padding of y does not count, as in `sequenceLoss`. Where the cell is an `AttentionWrapper`, `state` is the
 * first state of the cell inside it.
 *
 * Scheduled sampling (Bengio et al. 2015, arXiv:1506.03099): at each time step but the first, and for each sentence, a coin with
 * the given probability decides whether the decoder reads a token drawn from its own distribution in place of the target's one.
 * The decoder first writes by itself, without dropout, to find what it reads; then it reads that. No gradient passes through
 * the drawn tokens. So the numbers are those of a decoder that draws while it reads, for about a third more time. Probability 0
 * is teacher forcing bit for bit. Coins and tokens depend on the training's seed and step alone. `evaluate` and `predict` do not
 * draw. A schedule gets the step as an int32 scalar and returns a scalar, because the step is a tensor of the compiled graph:
 * `(step) => tf.minimum(0.25, tf.div(step, 10_000))`. Where it returns 0, the numbers are those of teacher forcing up to rounding.
 *
 * @example
 *   const words = new Embedding({ vocabularySize: 20, embeddingSize: 8, seed: 1 }); // of both languages, or two of them
 *   const encoder = new GRUCell({ inputSize: 8, numUnits: 16, seed: 2 });
 *   const cell = new GRUCell({ inputSize: 8, numUnits: 16, seed: 3 });
 *   const head = new Dense({ inputSize: 16, outputSize: 20, seed: 4 });
 *   const encode = (source: tf.Tensor2D, training?: Training, sequenceLength?: tf.Tensor1D) =>
 *     ({ state: dynamicRnn(encoder, words.call(source), { training, sequenceLength })[1] });
 *   const parts = { words, encoder, cell, head };
 *   const translator = seq2seqModelOf(parts, { encode, cell, embedding: words, head, begin: 1, end: 2 });
 *
 * @param parts cells and layers by the scope before the names of their weights, as for `modelOf`
 * @throws ArgumentError when an option is wrong or unknown, `begin` or `end` is no token, or head and embedding have
 *   vocabularies of different sizes, or a schedule's first value is no probability; in `fit`, when the sources have lengths
 *   and `encode` returns a memory without, and for targets that were made with another `begin` or `end`. In a compiled
 *   step, a schedule that returns no probability makes the loss NaN, which is a `NotFiniteError`
 */
export function seq2seqModelOf<X extends tf.Tensor, E extends Encoded>(
  parts: Readonly<Record<string, Named>>,
  options: Seq2seqOptions<X, E>,
): Seq2seqModel<X, E> {
  checkSeq2seqOptions(options);
  const { encode, cell, embedding, head, scheduledSampling = 0 } = options;
  const [begin, end] = [tokenOf("begin", options), tokenOf("end", options)];
  const decoder = (encoded: E) => decoderOf(cell, encoded);
  const call = (x: SourceAndTarget<X>, training?: Training, lengths?: SourceAndTargetLengths): tf.Tensor3D =>
    tidy(() => {
      checkBatch(x);
      const start: Decoder = decoder(encodeChecked(WHERE, encode, x.source, training, lengths?.source));
      if (training === undefined || scheduledSampling === 0) {
        return head.call(decoded(start, embedding.call(x.target), training));
      }
      const probability = probabilityAt(scheduledSampling, training);
      const target = scheduledTargets({ ...start, embedding, head }, x.target, training, probability);
      return head.call(decoded(start, poisoned(embedding.call(target), probability), training));
    });
  const checkData = (where: string, argument: string, data: TargetData) =>
    checkTargetTokens(where, argument, data, { begin, end });
  const model = modelOf<SourceAndTarget<X>, tf.Tensor3D>(parts, call);
  return { ...model, checkData, encode, decoder, embedding, head, begin, end };
}

/**
 * The outputs of a decoder that reads vectors `[batch, nSteps, size]`. It gets no lengths: what comes past a target's end is
 * computed from padding, and the loss leaves it out.
 */
const decoded = ({ cell, state }: Decoder, vectors: tf.Tensor3D, training: Training | undefined): tf.Tensor3D =>
  dynamicRnn<FirstState>(cell, vectors, { initialState: state, ...(training && { training }) })[0];

const WHERE = "seq2seqModelOf";
const NAMES = ["encode", "cell", "embedding", "head", "begin", "end", "scheduledSampling"];

function checkSeq2seqOptions<X extends tf.Tensor, E extends Encoded>(options: Seq2seqOptions<X, E>): void {
  const where = WHERE;
  checkOptions(where, options, NAMES);
  const { encode, cell, embedding, head, scheduledSampling } = options;
  checkFunction(where, "encode", encode);
  if (typeof cell !== "function") checkCell(where, cell);
  for (const [name, layer] of Object.entries({ embedding, head })) {
    if (typeof layer?.call === "function") continue;
    throw new ArgumentError(where, name, "a layer with `call`", describe(layer));
  }
  const size = embedding.vocabularySize;
  if (head.outputSize !== size) {
    const expected = `${size} outputs, as many as the embedding has tokens`;
    throw new ArgumentError(where, "head", expected, `${head.outputSize}`);
  }
  checkSampling(where, scheduledSampling);
}

function tokenOf(
  name: "begin" | "end",
  options: Readonly<Record<"begin" | "end", number | undefined>> & { embedding: TargetEmbedding },
): number {
  const id = options[name];
  checkToken(WHERE, name, id);
  const last = options.embedding.vocabularySize - 1;
  if (id <= last) return id;
  throw new ArgumentError(WHERE, name, `a token from 0 to ${last}`, `${id}`);
}

function checkBatch(x: unknown): void {
  const { source, target } = (x ?? {}) as Partial<SourceAndTarget>;
  if (source !== undefined && target !== undefined) return;
  throw new ArgumentError(WHERE, "x", "a record { source, target }, as seq2seqData makes", describe(x));
}
