import { compile } from "../../compile";
import * as tf from "../../tf";
import type { Batch } from "../examples/source";
import { batchOf, listOf, type StepOptions, withBatch, withTensors } from "./batch-tensors";
import { findLabelError, locateLabelErrors } from "./label-errors";

/** A function of batches that trains nothing: it computes outputs, or sums and counts. */
export interface BatchFunction {
  /** @returns new tensors, which the caller disposes */
  run(indices: Int32Array): readonly tf.Tensor[];
  /**
   * Looks for a label outside the classes, after a result that is not finite. @throws ArgumentError naming the label
   */
  findLabelError(indices: Int32Array): void;
  dispose(): void;
}

/** @param compute tensors of a batch; the batch has `y` where the source has it */
export function batchFunction(options: StepOptions, compute: (batch: Batch) => readonly tf.Tensor[]): BatchFunction {
  const { where, model, source, compiled } = options;
  if (!compiled) {
    const run = (indices: Int32Array) =>
      withBatch(source, indices, (batch) =>
        locateLabelErrors(where, source, indices, batch, () => tf.tidy(() => [...compute(batch)])),
      );
    return { run, findLabelError() {}, dispose() {} };
  }
  const ofTensors = (...given: tf.Tensor[]) => [...compute(batchOf(source, given))];
  const native = compile(ofTensors, { variables: model.variables });
  return {
    run: (indices) => withTensors(source, indices, (tensors) => native(...listOf(source, tensors))),
    findLabelError: (indices) =>
      withBatch(source, indices, (batch) => findLabelError(where, source, indices, batch, () => [...compute(batch)])),
    dispose: native.dispose,
  };
}
