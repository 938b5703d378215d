import * as tf from "../../tf";
import { capture } from "../capture/capture";
import type { Trace } from "../ir/trace";
import { lower } from "../lower";
import type { FusedOptimizer } from "./options";

/** Captures an optimizer's clipping: a trace from the gradients of the variables to the clipped ones. */
export function captureClipping(clip: FusedOptimizer["clip"], variables: readonly tf.Variable[]): Trace | undefined {
  if (clip === undefined) return undefined;
  let trace: Trace | undefined;
  tf.tidy(() => {
    const gradients = variables.map((variable) => tf.zerosLike(variable));
    trace = lower(capture(() => clip(gradients), gradients));
  });
  return trace;
}
