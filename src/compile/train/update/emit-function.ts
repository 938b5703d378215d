import * as tf from "../../../tf";
import { capture } from "../../capture/capture";
import { emit } from "../../emit/emit";
import type { GraphWriter, Ref } from "../../emit/graph-writer";
import { lower } from "../../lower";

/** A value in a graph, and its shape. All values are float32. */
export interface ShapedRef {
  readonly ref: Ref;
  readonly shape: readonly number[];
}

/**
 * Writes a function of tensors into a graph: an optimizer's update, say. The function is called once, on zeros of those
 * shapes, and its operations are recorded; so a JavaScript number in it stays what it is now.
 *
 * @returns the function's results
 * @throws CompileError when the function cannot become a graph
 */
export function emitFunction(
  writer: GraphWriter,
  compute: (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[],
  inputs: readonly ShapedRef[],
): Ref[] {
  return tf.tidy(() => {
    const zeros = inputs.map(({ shape }) => tf.zeros([...shape]));
    const trace = lower(capture(() => compute(zeros), zeros));
    return emit(writer, trace, { inputs: inputs.map(({ ref }) => ref), enter: (value) => value });
  });
}
