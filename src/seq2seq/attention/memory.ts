import { isCapturing, isExporting } from "../../compile/internal";
import type { SequenceLength } from "../../rnn";
import { blank, checkLengths, lengthTensor, tidy } from "../../rnn/internal";
import * as tf from "../../tf";

/** A batch's memory, as every mechanism of a wrapper reads it. */
export interface Memory {
  /** `[batch, nSteps, memorySize]`, 0 on the padding. */
  readonly values: tf.Tensor3D;
  /** 0 where the memory is live and −1e30 on the padding, `[batch, 1, nSteps]`. Absent where all of it is live. */
  readonly mask?: tf.Tensor3D;
}

/** What a mechanism adds to the scores of the padding: their exponential is exactly 0 in float32, and so is their sigmoid. */
const PADDING_SCORE = -1e30;

/**
 * Prepares a memory: sets its padding to 0 and makes the mask that is added to the scores.
 *
 * A length outside 1…nSteps is refused, because a row without a live place would attend to its padding, silently. A compiled
 * function cannot look at the numbers of a tensor before it runs: there a look-up fails then (`refusedByGather`). A graph
 * that is being exported may run where no look-up fails; there such a row's alignments become NaN.
 *
 * @throws ArgumentError when a length is not from 1 to nSteps
 */
export function prepareMemory(where: string, memory: tf.Tensor3D, lengths: SequenceLength | undefined): Memory {
  if (lengths === undefined) return { values: memory };
  const [batch, nSteps] = memory.shape;
  return tidy(() => {
    const given = lengthTensor(where, lengths, batch, "memorySequenceLength");
    if (!isCapturing()) {
      checkLengths(where, "memorySequenceLength", given, { least: 1, most: nSteps, of: "steps of the memory" });
    }
    const last = tf.sub(given, int(1)) as tf.Tensor1D;
    const steps = tf.range(0, nSteps, 1, "int32") as tf.Tensor1D;
    const checked = isCapturing() && !isExporting() ? refusedByGather(last, steps) : last;
    const live = tf.lessEqual(tf.expandDims(steps, 0), tf.expandDims(checked, 1)) as tf.Tensor2D;
    const padding = tf.where(live, tf.zeros([1, 1]), tf.fill([1, 1], PADDING_SCORE));
    const mask = isExporting() ? tf.add(padding, tf.expandDims(nanWhereWrong(last, nSteps), 1)) : padding;
    return { values: blank(live, memory), mask: tf.expandDims(mask, 1) as tf.Tensor3D };
  });
}

/**
 * Looks the last live place up in a table of the places. A place that the table does not have becomes the index −1, which
 * TensorFlow's Gather refuses: `compile` makes an `IndexRangeError` of it.
 */
function refusedByGather(last: tf.Tensor1D, steps: tf.Tensor1D): tf.Tensor1D {
  return tf.gather(steps, tf.where(isPlace(last, steps.shape[0]), last, tf.fill([1], -1, "int32")) as tf.Tensor1D);
}

const nanWhereWrong = (last: tf.Tensor1D, nSteps: number): tf.Tensor =>
  tf.where(isPlace(last, nSteps), tf.zeros([1]), tf.fill([1], Number.NaN));

const isPlace = (last: tf.Tensor1D, nSteps: number): tf.Tensor =>
  tf.logicalAnd(tf.greaterEqual(last, int(0)), tf.less(last, int(nSteps)));

const int = (value: number) => tf.scalar(value, "int32");
