import * as tf from "../tf";
import { checkCount, checkTensor } from "./checks";

/** Asks an unroller for a training run: dropout and zoneout draw from here. The same pair draws the same numbers. */
export interface Training {
  readonly seed: number;
  /** The number of the training step, so that every step draws afresh; an int32 scalar inside a compiled function. */
  readonly step: number | tf.Scalar;
  /** Tells unrollings within one step apart, say an encoder's 0 from a decoder's 1; else they draw the same numbers. */
  readonly place?: number;
}

/** A place in a training run that random numbers are drawn at: nothing is drawn twice, and everything can be redrawn. */
export interface Draw extends Training {
  /** The time step. */
  readonly time: number;
  /** The way to the place: which cell of a stack, which use within a wrapper. */
  readonly site: readonly number[];
}

/** @throws ArgumentError when seed, step or place is not a whole number */
export function checkTraining(where: string, { seed, step, place = 0 }: Training): void {
  checkCount(where, "training.seed", seed, Number.MIN_SAFE_INTEGER);
  checkCount(where, "training.place", place, 0);
  if (step instanceof tf.Tensor) checkTensor(where, "training.step", step, [], "int32");
  else checkCount(where, "training.step", step, 0);
}

/** Where an unrolling's draws begin. */
export const firstDraw = ({ seed, step, place = 0 }: Training, direction: number): Draw => ({
  seed,
  step,
  time: 0,
  site: [place, direction],
});

/** The same time step, one level further in. */
export const within = (draw: Draw | undefined, place: number): Draw | undefined =>
  draw && { ...draw, site: [...draw.site, place] };

/** The same place at another time step. */
export const atTime = (draw: Draw | undefined, time: number): Draw | undefined => draw && { ...draw, time };

/**
 * Uniform numbers on [0, 1) that depend on the place alone: counter-based, so no state is kept and any subset can be
 * drawn again. The native engine draws by TensorFlow's `StatelessRandomUniform` (Philox 4×32, Salmon et al. 2011);
 * other backends draw other numbers.
 */
export function drawUniform(draw: Draw, shape: readonly number[]): tf.Tensor {
  const place = (hash([draw.seed, ...draw.site]) + Math.imul(draw.time, 0x9e3779b9)) | 0;
  const backend = tf.backend() as unknown as NativeBackend;
  if (tf.getBackend() !== "tensorflow") {
    const step = typeof draw.step === "number" ? draw.step : (draw.step.dataSync()[0] as number);
    return tf.randomUniform([...shape], 0, 1, "float32", hash([place, step]) || 1);
  }
  return tf.tidy(() => {
    const { TF_ATTR_TYPE: type, TF_FLOAT, TF_INT32 } = backend.binding;
    const attributes = [
      { name: "dtype", type, value: TF_FLOAT },
      { name: "T", type, value: TF_INT32 },
      { name: "Tseed", type, value: TF_INT32 },
    ];
    const step = typeof draw.step === "number" ? tf.scalar(draw.step, "int32") : draw.step;
    const inputs = [tf.tensor1d([...shape], "int32"), tf.stack([tf.scalar(place, "int32"), step])];
    return backend.executeSingleOutput("StatelessRandomUniform", attributes, inputs);
  });
}

/** Dropout's arithmetic: x / keepProb where uniform < keepProb, else 0, so that the mean stays. */
export function keep<T extends tf.Tensor>(x: T, keepProb: number, uniform: tf.Tensor): T {
  return tf.mul(tf.div(x, keepProb), tf.less(uniform, keepProb).toFloat()) as T;
}

/** What is used here of the native backend, which has no types of its own for it. */
interface NativeBackend {
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number; readonly TF_INT32: number };
  executeSingleOutput(name: string, attributes: readonly object[], inputs: readonly tf.Tensor[]): tf.Tensor;
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
