import { takesArguments } from "../../arguments";
import { ArgumentError, type Training } from "../../rnn";
import type * as tf from "../../tf";
import type { Encoded } from "./decoder";

/**
 * Attention over padding would change with the batch: where the sources have lengths, the memory must have some too. An encoder that
 * takes no lengths has none to give.
 *
 * @throws ArgumentError when `encode` returned a memory without lengths
 */
export function checkMemoryLengths(
  where: string,
  argument: string,
  encoded: Encoded,
  lengths: tf.Tensor1D | undefined,
): void {
  if (lengths === undefined || encoded?.memory === undefined || encoded.lengths !== undefined) return;
  const expected = "the memory's lengths too, { state, memory, lengths }, because the sources have lengths";
  throw new ArgumentError(where, argument, expected, "{ state, memory }");
}

type Encode<X, E> = (source: X, training?: Training, lengths?: tf.Tensor1D) => E;

/** Encodes a batch in training or evaluation, and looks at what becomes of the lengths of the sources. */
export function encodeChecked<X, E extends Encoded>(
  where: string,
  encode: Encode<X, E>,
  source: X,
  training?: Training,
  lengths?: tf.Tensor1D,
): E {
  const encoded = encode(source, training, lengths);
  if (takesArguments(encode, 3)) checkMemoryLengths(where, "what encode returns", encoded, lengths);
  else if (lengths !== undefined) warnOfUnusedLengths(where, encode);
  return encoded;
}

const warned = new WeakSet<object>();

/** Warns, once for each encoder, when the sources have lengths but the encoder takes none. */
function warnOfUnusedLengths(where: string, encode: object): void {
  if (warned.has(encode)) return;
  warned.add(encode);
  console.warn(
    `unroll: ${where}: the sources have lengths, but encode takes no third argument, and so reads the padding of sources that ` +
      "are shorter than others of their batch. Pass them on: (source, training, sequenceLength) => … dynamicRnn(cell, x, " +
      "{ training, sequenceLength }). An encoder that needs none takes them as _lengths",
  );
}
