import { describe } from "../../arguments";
import { ArgumentError } from "../../rnn";
import { flattenTree } from "../../rnn/internal";
import type * as tf from "../../tf";
import { type DecoderState, isTree } from "../decoders/tensor-tree";
import type { Encoded } from "../model/decoder";

/** How what `encode` returns and the decoder's state are made of tensors. The tensors themselves are those of a trial. */
export interface Structures {
  readonly encoded: Readonly<Record<string, DecoderState>>;
  readonly state: DecoderState;
}

/** The tensors of a tree by name: "state_0", "state_1", … */
export const named = (prefix: string, tree: DecoderState): Record<string, tf.Tensor> =>
  Object.fromEntries(flattenTree(tree).map((tensor, i) => [`${prefix}_${i}`, tensor]));

/**
 * What `encode` returns, without the parts that are undefined.
 *
 * @throws ArgumentError for a part that is no tensor, record or list of tensors: only tensors can be in a graph
 */
export function withoutGaps(encoded: Encoded): Readonly<Record<string, DecoderState>> {
  const parts = Object.entries(encoded).filter(([, part]) => part !== undefined);
  for (const [name, part] of parts) {
    if (isTree(part)) continue;
    throw new ArgumentError("exportTranslator", `what encode returns: ${name}`, "tensors", describe(part));
  }
  return Object.fromEntries(parts);
}
