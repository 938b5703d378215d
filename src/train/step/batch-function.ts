import { compile } from "../../compile";
import * as tf from "../../tf";
import type { Batch } from "../examples/source";
import { batchOf, listOf, type StepOptions, withBatch } from "./batch-tensors";
import { findLabelError, locateLabelErrors } from "./label-errors";

/** A function of batches that trains nothing: it computes outputs, or sums and counts. */
export interface BatchFunction {
  /** @returns a new tensor, which the caller disposes */
  run(indices: Int32Array): tf.Tensor;
  /**
   * Looks for a label outside the classes, after a result that is not finite. @throws ArgumentError naming the label
   */
  findLabelError(indices: Int32Array): void;
  dispose(): void;
}

/** @param compute a tensor of a batch; the batch has `y` where the source has it */
export function batchFunction(options: StepOptions, compute: (batch: Batch) => tf.Tensor): BatchFunction {
  const { where, model, source, compiled } = options;
  if (!compiled) {
    const run = (indices: Int32Array) =>
      withBatch(source, indices, (batch) =>
        locateLabelErrors(where, source, indices, batch, () => tf.tidy(() => compute(batch))),
      );
    return { run, findLabelError() {}, dispose() {} };
  }
  const native = compile((...given: tf.Tensor[]) => compute(batchOf(source, given)), { variables: model.variables });
  return {
    run: (indices) => withBatch(source, indices, (batch) => native(...listOf(source, batch))),
    findLabelError: (indices) =>
      withBatch(source, indices, (batch) => findLabelError(where, source, indices, batch, () => compute(batch))),
    dispose: native.dispose,
  };
}
