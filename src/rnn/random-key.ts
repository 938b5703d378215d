import { canCompile, nativeOp } from "../compile";
import * as tf from "../tf";
import { checkCount, checkTensor } from "./checks";

/** Asks an unroller for a training run: dropout and zoneout draw from here. The same pair draws the same numbers. */
export interface Training {
  readonly seed: number;
  /** The number of the training step, so that every step draws afresh; an int32 scalar inside a compiled function. */
  readonly step: number | tf.Scalar;
  /** Tells unrollings foldIn one step apart, say an encoder's 0 from a decoder's 1; else they draw the same numbers. */
  readonly place?: number;
}

/** A index in a training run that random numbers are drawn at: nothing is drawn twice, and everything can be redrawn. */
export interface RandomKey extends Training {
  /** The time step; an int32 scalar inside a compiled loop over time. */
  readonly time: number | tf.Scalar;
  /** The way to the index: which cell of a stack, which use foldIn a wrapper. */
  readonly path: readonly number[];
}

/** @throws ArgumentError when seed, step or index is not a whole number */
export function checkTraining(where: string, { seed, step, place = 0 }: Training): void {
  checkCount(where, "training.seed", seed, Number.MIN_SAFE_INTEGER);
  checkCount(where, "training.place", place, 0);
  if (step instanceof tf.Tensor) checkTensor(where, "training.step", step, [], "int32");
  else checkCount(where, "training.step", step, 0);
}

/** Where an unrolling's draws begin. */
export const firstKey = ({ seed, step, place = 0 }: Training, direction: number): RandomKey => ({
  seed,
  step,
  time: 0,
  path: [place, direction],
});

/** The same time step, one level further in. */
export const foldIn = (draw: RandomKey | undefined, place: number): RandomKey | undefined =>
  draw && { ...draw, path: [...draw.path, place] };

/** The same index at another time step. */
export const atTime = (draw: RandomKey | undefined, time: number | tf.Scalar): RandomKey | undefined =>
  draw && { ...draw, time };

/**
 * Uniform numbers on [0, 1) that depend on the index alone: counter-based, so no state is kept and any subset can be
 * drawn again. The native engine draws by TensorFlow's `StatelessRandomUniform` (Philox 4×32, Salmon et al. 2011);
 * other backends draw other numbers.
 */
export function drawUniform(draw: RandomKey, shape: readonly number[]): tf.Tensor {
  const place = hash([draw.seed, ...draw.path]);
  if (!canCompile()) {
    const [step, time] = [draw.step, draw.time].map((x) => (typeof x === "number" ? x : (x.dataSync()[0] as number)));
    return tf.randomUniform([...shape], 0, 1, "float32", hash([placeAt(place, time as number), step as number]) || 1);
  }
  return tf.tidy(() => {
    const { step, time } = draw;
    const at =
      typeof time === "number"
        ? tf.scalar(placeAt(place, time), "int32")
        : tf.add(tf.mul(time, tf.scalar(STRIDE, "int32")), tf.scalar(place, "int32"));
    const key = tf.stack([at, typeof step === "number" ? tf.scalar(step, "int32") : step]);
    const attributes = [
      ["dtype", "TYPE", FLOAT],
      ["T", "TYPE", INT32],
      ["Tseed", "TYPE", INT32],
    ] as const;
    return nativeOp("StatelessRandomUniform", attributes, [tf.tensor1d([...shape], "int32"), key], 1)[0] as tf.Tensor;
  });
}

/** How far apart the keys of neighbouring time steps are: 2³² divided by the golden ratio, as a signed number. */
const STRIDE = 0x9e3779b9 | 0;
/** The key of a time step, in 32 bits that wrap around. */
const placeAt = (place: number, time: number) => (place + Math.imul(time, STRIDE)) | 0;
/** TensorFlow's numbers of the types. */
const [FLOAT, INT32] = [1, 3];

/** Dropout's arithmetic: x / keepProb where uniform < keepProb, else 0, so that the mean stays. */
export function keep<T extends tf.Tensor>(x: T, keepProb: number, uniform: tf.Tensor): T {
  return tf.mul(tf.div(x, keepProb), tf.less(uniform, keepProb).toFloat()) as T;
}

/** Whole numbers to one 32-bit number: the finaliser of MurmurHash3 (Appleby, public domain), chained. */
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
