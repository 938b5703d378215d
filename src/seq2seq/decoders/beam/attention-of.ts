import { ArgumentError } from "../../../arguments";
import * as tf from "../../../tf";
import type { DecoderState, DecoderStateRecord } from "../tensor-tree";

/**
 * The attention of the last step in a cell's state, `[rows, places]`: the mean over mechanisms, and over the attended cells of a
 * stack. undefined where no cell attends.
 */
export function attentionOf(state: DecoderState): tf.Tensor | undefined {
  const all = alignmentsIn(state);
  if (all.length <= 1) return all[0];
  return tf.div(tf.addN(all), all.length);
}

function alignmentsIn(state: DecoderState): tf.Tensor[] {
  if (state instanceof tf.Tensor) return [];
  if (Array.isArray(state)) return state.flatMap(alignmentsIn);
  const { alignments } = state as DecoderStateRecord;
  if (alignments === undefined) return Object.values(state).flatMap(alignmentsIn);
  const list = alignments instanceof tf.Tensor ? [alignments] : Object.values(alignments);
  return [list.length === 1 ? (list[0] as tf.Tensor) : tf.div(tf.addN(list as tf.Tensor[]), list.length)];
}

/** The same, where it must be there. @throws ArgumentError where no cell attends */
export function requireAttention(where: string, state: DecoderState): tf.Tensor {
  const attention = attentionOf(state);
  if (attention !== undefined) return attention;
  throw new ArgumentError(where, "coveragePenaltyWeight", "0, as the cell attends to nothing", "another number");
}
