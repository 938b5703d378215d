import * as tf from "../../../tf";
import { capture } from "../../capture/capture";
import { emit } from "../../emit/emit";
import type { GraphWriter, Ref } from "../../emit/graph-writer";
import { dtypeOf } from "../../engine/backend";
import { intAttr, typeAttr } from "../../engine/protobuf";
import type { Trace } from "../../ir/trace";
import { lower } from "../../lower";
import type { FusedOptimizer } from "../options";

/** An optimizer's clipping as traces, from the gradients of the variables to the clipped ones. */
export interface ClippingTraces {
  readonly always: Trace;
  /** A cheaper trace for usual gradients. Its last output tells whether the gradients are usual. */
  readonly usually: Trace | undefined;
  /** The type of the gradients. */
  readonly dtype: number;
}

/**
 * Captures an optimizer's clipping.
 *
 * @param shapes of the gradients; of a gradient in slices the shape of their values
 * @returns undefined where it does not clip
 */
export function captureClipping(
  clip: FusedOptimizer["clip"],
  shapes: readonly (readonly number[])[],
): ClippingTraces | undefined {
  if (clip === undefined) return undefined;
  let traces: ClippingTraces | undefined;
  tf.tidy(() => {
    const gradients = shapes.map((shape) => tf.zeros([...shape]));
    const traceOf = (of: (gradients: tf.Tensor[]) => tf.Tensor[]) => lower(capture(() => of(gradients), gradients));
    const usually = clip.usually && traceOf(clip.usually);
    traces = { always: traceOf(clip), usually, dtype: dtypeOf(gradients[0] as tf.Tensor) };
  });
  return traces;
}

/**
 * Writes an optimizer's clipping. Where there is a cheaper trace, the other one runs only for gradients that are not usual:
 * its inputs pass a Switch.
 */
export function emitClipping(
  writer: GraphWriter,
  { always, usually, dtype }: ClippingTraces,
  gradients: readonly Ref[],
): readonly Ref[] {
  const written = (trace: Trace, inputs: readonly Ref[]) => emit(writer, trace, { inputs, enter: (value) => value });
  if (usually === undefined) return written(always, gradients);
  const T = typeAttr(dtype);
  const clipped = written(usually, gradients);
  const isUsual = clipped.at(-1) as Ref;
  // a Switch's output 0 is for false, its output 1 for true
  const switched = (value: Ref) => writer.node("Switch", [value, isUsual], { T });
  const unusual = written(always, gradients.map(switched));
  return unusual.map((value, i) =>
    writer.node("Merge", [value, `${switched(clipped[i] as Ref)}:1`], { T, N: intAttr(2) }),
  );
}
