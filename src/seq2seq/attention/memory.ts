import { ArgumentError } from "../../arguments";
import { isCapturing } from "../../compile/internal";
import type { SequenceLength } from "../../rnn";
import { blank, lengthTensor, tidy } from "../../rnn/internal";
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
 * @throws ArgumentError when a length is not from 1 to nSteps. A compiled function cannot look at the numbers of a
 *   tensor before it runs; there the look-up of `liveMemory` throws an `IndexRangeError`.
 */
export function prepareMemory(where: string, memory: tf.Tensor3D, lengths: SequenceLength | undefined): Memory {
  if (lengths === undefined) return { values: memory };
  const [batch, nSteps] = memory.shape;
  return tidy(() => {
    const given = lengthTensor(where, lengths, batch, "memorySequenceLength");
    if (!isCapturing()) checkRange(where, given.dataSync() as Int32Array, nSteps);
    const live = liveMemory(given, nSteps);
    const mask = tf.where(live, tf.zeros([1, 1]), tf.fill([1, 1], PADDING_SCORE));
    return { values: blank(live, memory), mask: tf.expandDims(mask, 1) as tf.Tensor3D };
  });
}

/**
 * Returns which places of the memory are live, as booleans `[batch, nSteps]`. In a compiled function the number of the
 * last live place is looked up in a table of the places: a length outside 1…nSteps becomes the index −1, which
 * TensorFlow's Gather refuses. Without this a row of length 0 would attend to its padding, silently.
 */
function liveMemory(lengths: tf.Tensor1D, nSteps: number): tf.Tensor2D {
  const steps = tf.range(0, nSteps, 1, "int32") as tf.Tensor1D;
  const int = (value: number) => tf.scalar(value, "int32");
  const last = tf.sub(lengths, int(1));
  if (!isCapturing()) return tf.lessEqual(tf.expandDims(steps, 0), tf.expandDims(last, 1));
  const isRight = tf.logicalAnd(tf.greaterEqual(last, int(0)), tf.less(last, int(nSteps)));
  const checked = tf.gather(steps, tf.where(isRight, last, int(-1)) as tf.Tensor1D);
  return tf.lessEqual(tf.expandDims(steps, 0), tf.expandDims(checked, 1));
}

function checkRange(where: string, lengths: Int32Array, nSteps: number): void {
  const wrong = lengths.findIndex((length) => length < 1 || length > nSteps);
  if (wrong < 0) return;
  const expected = `1 to ${nSteps} steps of the memory`;
  throw new ArgumentError(where, `memorySequenceLength[${wrong}]`, expected, String(lengths[wrong]));
}
