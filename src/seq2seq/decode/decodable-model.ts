import type { RNNCell, Training } from "../../rnn";
import type * as tf from "../../tf";
import type { TokenEmbedding } from "../decoders/samplers/greedy-embedding-sampler";

/**
 * What `decode` needs of a model of encoder and decoder; `seq2seqModelOf` makes one. `X` is the tensor that its encoder takes.
 */
export interface DecodableModel<X = tf.Tensor> {
  readonly variables: readonly tf.Variable[];
  // biome-ignore lint/suspicious/noExplicitAny: what encode returns goes to decoder as it is
  readonly encode: (source: X, training?: Training, lengths?: tf.Tensor1D) => any;
  // biome-ignore lint/suspicious/noExplicitAny: a cell of any state
  readonly decoder: (encoded: any) => { readonly cell: RNNCell<any>; readonly state: any };
  readonly embedding: TokenEmbedding;
  readonly head: { call(outputs: tf.Tensor2D): tf.Tensor2D; readonly outputSize: number };
  readonly begin: number;
  readonly end: number;
}
