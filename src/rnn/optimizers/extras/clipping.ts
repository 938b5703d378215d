import type { GradientClipping } from "../../../compile/extend";
import * as tf from "../../../tf";
import { checkPositive } from "../../checks";
import { ArgumentError } from "../../errors";
import { clipByGlobalNorm, clipByNorm, usuallyByGlobalNorm, usuallyByNorm } from "./norms";

/**
 * Three ways to limit gradients. At most one of them may be set. Of a gradient in slices (see `Embedding`) they take the
 * slices as they are, before those of one row are summed, as TensorFlow 1.x does: a row of n slices may move by n times `clipValue`.
 */
export interface Clipping {
  /** Clips each element to [−clipValue, clipValue]: TensorFlow's `clip_by_value`. Default: no clipping. */
  clipValue?: number;
  /**
   * Scales each gradient with a larger norm down to this norm: `clip_by_norm`. A gradient with an element that is not
   * finite becomes NaN. Default: no clipping.
   */
  clipNorm?: number;
  /**
   * Scales all gradients by one factor where their joint norm is larger: `clip_by_global_norm`. If one element is not
   * finite, all gradients become NaN, as in TensorFlow 1.x. (TensorFlow 1.x gives NaN for finite gradients above 1.8e19
   * too, whose squares overflow; they are scaled here.) Default: no clipping.
   */
  globalClipNorm?: number;
}

/**
 * Returns the clipping function for the options, or undefined where no clipping is set.
 *
 * @throws ArgumentError when two ways are set, or a limit is not from 1e-15 to 1e15
 */
export function clippingOf(where: string, options: Clipping): GradientClipping | undefined {
  const asked = (["clipValue", "clipNorm", "globalClipNorm"] as const).filter((name) => options[name] !== undefined);
  const [name] = asked;
  if (name === undefined) return undefined;
  if (asked.length > 1) throw new ArgumentError(where, "clipping", "one way at most", asked.join(" and "));
  const limit = options[name] as number;
  checkPositive(where, name, limit);
  if (limit < 1e-15 || limit > 1e15) throw new ArgumentError(where, name, "a number from 1e-15 to 1e15", `${limit}`);
  const clip = (gradients: tf.Tensor[]) => tf.tidy(() => CLIPPING[name](gradients, limit));
  const usual = USUALLY[name];
  return usual ? Object.assign(clip, { usually: (gradients: tf.Tensor[]) => usual(gradients, limit) }) : clip;
}

/** What each option does with the gradients. */
const CLIPPING = {
  clipValue: (gradients: tf.Tensor[], limit: number) => gradients.map((g) => clipByValue(g, limit)),
  clipNorm: (gradients: tf.Tensor[], limit: number) => gradients.map((g) => clipByNorm(g, limit)),
  globalClipNorm: clipByGlobalNorm,
};

/** The cheaper ways for gradients whose squares do not overflow. */
const USUALLY: Partial<Record<keyof Clipping, (gradients: tf.Tensor[], limit: number) => tf.Tensor[]>> = {
  clipNorm: usuallyByNorm,
  globalClipNorm: usuallyByGlobalNorm,
};

/** NaN stays NaN. WebAssembly's kernel makes −limit of it, so there NaN is put back. */
function clipByValue(g: tf.Tensor, limit: number): tf.Tensor {
  const clipped = tf.clipByValue(g, -limit, limit);
  return tf.engineInUse.name === "tensorflow" ? clipped : tf.where(tf.notEqual(g, g), g, clipped);
}
