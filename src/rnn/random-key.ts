import { canCompile } from "../compile";
import { nativeOp } from "../compile/extend";
import { nextCallNumber } from "../compile/internal";
import * as tf from "../tf";
import { checkCount, checkTensor } from "./checks";

/**
 * Makes an unrolling a training run: dropout and zoneout are on, and their random numbers depend on these three numbers
 * and on how many unrollings got this object before.
 *
 * One object stands for one training step. Each unrolling that gets it takes the next number, from 0, so that two layers
 * that share it draw different random numbers. Make a new object for each step, as `fit` and `trainStep` do: a new
 * object, and an object whose `seed`, `step` or `place` was changed, begin at 0 again. So two objects with the same three
 * numbers give the same random numbers in the same order. A compiled function counts from 0 at each capture. In a step of a loop over time (`scan`, or a cell's `call`) the calls
 * of each time step have the same numbers, because a compiled loop has one graph for all of them.
 *
 * @example
 *   const cell = new DropoutWrapper(new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 }), { inputKeepProb: 0.8 });
 *   const training: Training = { seed: 7, step: 0 };
 *   const [outputs] = dynamicRnn(cell, tf.ones([2, 5, 3]), { training }); // without `training`, dropout is off
 */
export interface Training {
  readonly seed: number;
  /** The index of the training step, so that every step draws new numbers. In a compiled function an int32 scalar. */
  readonly step: number | tf.Scalar;
  /**
   * Separates two unrollings that get two objects with the same seed and step, for example 0 for an encoder and 1 for a
   * decoder. With the same number both draw the same random numbers. Default: 0.
   */
  readonly place?: number;
}

/**
 * A random key: the numbers that all random numbers of one operation depend on. Two operations with different keys draw
 * different numbers, and the same key always draws the same numbers again, so no generator keeps a state.
 */
export interface RandomKey extends Training {
  /** The time step. In a compiled loop over time an int32 scalar. */
  readonly time: number | tf.Scalar;
  /** The indices folded in on the way to this operation: the unrolling, the direction, the cell of a stack, … */
  readonly path: readonly number[];
}

/** @throws ArgumentError when seed, step or place is not a whole number */
export function checkTraining(where: string, { seed, step, place = 0 }: Training): void {
  checkCount(where, "training.seed", seed, Number.MIN_SAFE_INTEGER);
  checkCount(where, "training.place", place, 0);
  if (step instanceof tf.Tensor) checkTensor(where, "training.step", step, [], "int32");
  else checkCount(where, "training.step", step, 0);
}

/**
 * Takes the next number of a `Training` and returns the keys of the unrolling, or layer, that has this number: one key
 * for each direction. Call it once for each unrolling and for each layer that draws; a layer without directions uses
 * `forward`. The first call with a `Training` has number 0 (see `Training`).
 */
export function nextUnrollingKeys(training: Training): { readonly forward: RandomKey; readonly backward: RandomKey } {
  const { seed, step, place = 0 } = training;
  const number = nextCallNumber(training, [seed, step, place]);
  // One even and one odd index for each number. A longer path would be the path of a part of number 0.
  const keyOf = (index: number): RandomKey => ({ seed, step, time: 0, path: [place, index] });
  return { forward: keyOf(2 * number), backward: keyOf(2 * number + 1) };
}

/** Returns a key for one part of an operation, at the same time step: JAX's `fold_in`. */
export const foldIn = (key: RandomKey | undefined, index: number): RandomKey | undefined =>
  key && { ...key, path: [...key.path, index] };

/** Returns the key of the same operation at another time step. */
export const atTime = (key: RandomKey | undefined, time: number | tf.Scalar): RandomKey | undefined =>
  key && { ...key, time };

/**
 * Draws uniform numbers on [0, 1) that depend on the key and the shape alone. The native engine draws with TensorFlow's
 * `StatelessRandomUniform` (Philox 4×32, Salmon et al. 2011), a counter-based generator. Other backends have no such
 * kernel and draw other numbers.
 */
export function uniformFrom(key: RandomKey, shape: readonly number[]): tf.Tensor {
  const pathHash = hash([key.seed, ...key.path]);
  if (!canCompile()) {
    const [step, time] = [key.step, key.time].map((x) => (typeof x === "number" ? x : (x.dataSync()[0] as number)));
    const seed = hash([hashAt(pathHash, time as number), step as number]) || 1;
    return tf.randomUniform([...shape], 0, 1, "float32", seed);
  }
  return tf.tidy(() => {
    const { step, time } = key;
    const first =
      typeof time === "number"
        ? tf.scalar(hashAt(pathHash, time), "int32")
        : tf.add(tf.mul(time, tf.scalar(STRIDE, "int32")), tf.scalar(pathHash, "int32"));
    const seed = tf.stack([first, typeof step === "number" ? tf.scalar(step, "int32") : step]);
    const attributes = [
      ["dtype", "TYPE", "float32"],
      ["T", "TYPE", "int32"],
      ["Tseed", "TYPE", "int32"],
    ] as const;
    return nativeOp("StatelessRandomUniform", attributes, [tf.tensor1d([...shape], "int32"), seed], 1)[0] as tf.Tensor;
  });
}

/**
 * The distance between the seeds of two neighbouring time steps: 2³² divided by the golden ratio, as a signed number.
 */
const STRIDE = 0x9e3779b9 | 0;
/** The path's hash moved to a time step. The sum wraps around at 32 bits, as the int32 operations of a graph do. */
const hashAt = (pathHash: number, time: number) => (pathHash + Math.imul(time, STRIDE)) | 0;

/** Dropout's arithmetic: x / keepProb where uniform < keepProb, else 0. The division keeps the mean of x unchanged. */
export function keep<T extends tf.Tensor>(x: T, keepProb: number, uniform: tf.Tensor): T {
  return tf.mul(tf.div(x, keepProb), tf.less(uniform, keepProb).toFloat()) as T;
}

/** Hashes whole numbers to one 32-bit number: the finaliser of MurmurHash3 (Appleby, public domain), chained. */
function hash(values: readonly number[]): number {
  let h = 0;
  for (const value of values) {
    h = (Math.imul(h, 31) + value + 1) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h;
}
