import { compile } from "../../compile";
import { flattenState } from "../../rnn";
import * as tf from "../../tf";
import type { Batch } from "../examples/source";
import { callModel } from "../model";
import { callStateful } from "../stateful-model";
import type { Structure } from "../structure";
import { batchOf, graphsFor, listOf, type StepOptions, withBatch, withTensors } from "./batch-tensors";
import { locatedIndexError } from "./index-errors";
import { findLabelError, locateLabelErrors } from "./label-errors";
import { StreamState } from "./stream-state";

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

/**
 * @param compute tensors of a batch, which has `y` where the source has it, and of the model's outputs. Where the data are
 *   streams, batches must be run in their order
 */
export function batchFunction(options: StepOptions, compute: Compute): BatchFunction {
  const made = options.source.isStateful ? streamFunction(options, compute) : plainFunction(options, compute);
  const run = (indices: Int32Array) => {
    try {
      return made.run(indices);
    } catch (error) {
      throw locatedIndexError(options, indices, error);
    }
  };
  return { ...made, run };
}

type Compute = (batch: Batch, outputs: Structure<tf.Tensor>) => readonly tf.Tensor[];

function plainFunction(options: StepOptions, compute: Compute): BatchFunction {
  const { where, model, source, compiled } = options;
  const ofBatch = (batch: Batch) => [...compute(batch, callModel(where, model, batch))];
  if (!compiled) {
    const run = (indices: Int32Array) =>
      withBatch(source, indices, (batch) =>
        locateLabelErrors(where, source, indices, batch, () => tf.tidy(() => own(ofBatch(batch)))),
      );
    return { run, findLabelError() {}, dispose() {} };
  }
  const ofTensors = (...given: tf.Tensor[]) => ofBatch(batchOf(source, given));
  const native = compile(ofTensors, { variables: model.variables, ...graphsFor(source) });
  return {
    run: (indices) => withTensors(source, indices, (tensors) => native(...listOf(source, tensors))),
    findLabelError: (indices) =>
      withBatch(source, indices, (batch) => findLabelError(where, source, indices, batch, () => ofBatch(batch))),
    dispose: native.dispose,
  };
}

/** Tensors of their own: a model may return its inputs, which belong to the batch. */
const own = (tensors: readonly tf.Tensor[]) => tensors.map((each) => tf.clone(each));

/** The same on streams: it carries the model's state from batch to batch, from the first one on. */
function streamFunction({ where, model, source, compiled }: StepOptions, compute: Compute): BatchFunction {
  const state = new StreamState(where, model, source);
  const ofBatch = (batch: Batch, carried: readonly tf.Tensor[]) => {
    const { outputs, state: next } = callStateful(where, model, batch, undefined, state.packed(batch, carried));
    return [...compute(batch, outputs), ...flattenState(next)];
  };
  const ofTensors = (...given: tf.Tensor[]) =>
    ofBatch(batchOf(source, given.slice(0, source.paths.length)), given.slice(source.paths.length));
  const native = compiled ? compile(ofTensors, { variables: model.variables, ...graphsFor(source) }) : undefined;
  const run = (indices: Int32Array) => {
    const carried = state.before(indices);
    const results = native
      ? withTensors(source, indices, (tensors) => native(...listOf(source, tensors), ...carried))
      : withBatch(source, indices, (batch) =>
          locateLabelErrors(where, source, indices, batch, () => tf.tidy(() => own(ofBatch(batch, carried)))),
        );
    state.after(results.slice(results.length - carried.length));
    return results.slice(0, results.length - carried.length);
  };
  return {
    run,
    findLabelError: (indices) =>
      withBatch(source, indices, (batch) =>
        findLabelError(where, source, indices, batch, () => ofBatch(batch, state.before(indices))),
      ),
    dispose: () => {
      native?.dispose();
      state.dispose();
    },
  };
}
