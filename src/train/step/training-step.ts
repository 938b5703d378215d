import {
  StepNotFiniteError,
  type StepTraining,
  type TrainStepOptions,
  trainStep,
  trainStepOnRows,
} from "../../compile";
import { computeGradients, type Optimizer, type Training } from "../../rnn";
import * as tf from "../../tf";
import type { Batch, Source } from "../examples/source";
import { callModel, type Model } from "../model";
import { batchOf, listOf, type StepOptions, withBatch } from "./batch-tensors";
import { findLabelError, locateLabelErrors } from "./label-errors";
import { failureOf, type StepFailure } from "./step-failure";
import { meanOf, type TermsOf } from "./terms";

export interface TrainingStepOptions extends StepOptions {
  readonly loss: TermsOf;
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly shards?: number | undefined;
  /** The number of steps done before, from which dropout's random numbers continue. */
  readonly iteration: number;
}

/** A training step on a batch, given by the indices of its examples. */
export interface TrainingStep {
  /** @returns the loss before the step; or a failure when a number is not finite, and no weight was changed then */
  run(indices: Int32Array): number | StepFailure;
  dispose(): void;
}

/** The training step of `fit`. `dispose` frees the native memory of the step; the optimizer keeps its slots. */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  return options.compiled ? compiledStep(options) : eagerStep(options);
}

function compiledStep(options: TrainingStepOptions): TrainingStep {
  const { where, model, source, loss, optimizer, seed, shards, iteration } = options;
  const variables = trainable(model);
  const ofBatch = (...given: [...tf.Tensor[], StepTraining]) => {
    const { x, y, lengths } = batchOf(source, given.slice(0, -1) as tf.Tensor[]);
    return loss(callModel(where, model, x, lengths, given.at(-1) as StepTraining), y, lengths);
  };
  const frozen = model.variables.filter((variable) => !variable.trainable);
  const given = { variables, frozen, optimizer, seed, guard: true, ...(shards !== undefined && { shards }) };
  const { step, call, dispose } = nativeStep(source, ofBatch as (...given: tf.Tensor[]) => tf.Tensor, given);
  step.iteration = iteration;
  const run = (indices: Int32Array) => {
    try {
      return call(indices);
    } catch (error) {
      if (!(error instanceof StepNotFiniteError)) throw error;
      const gradient = error.variable === undefined ? undefined : variables[error.variable];
      const failure = failureOf(options, indices, error.loss, gradient);
      if (failure.tensor === "the loss") checkLossLabels(options, indices, { seed, step: step.iteration });
      return failure;
    }
  };
  return { run, dispose };
}

/** Examples of one shape are resident data of the step, which gathers batches from them; ragged batches are fed. */
function nativeStep(source: Source, loss: (...given: tf.Tensor[]) => tf.Tensor, options: TrainStepOptions) {
  if (source.all === undefined) {
    const step = trainStep(loss, options);
    const call = (indices: Int32Array) => withBatch(source, indices, (batch) => step(...listOf(source, batch)));
    return { step, call, dispose: step.dispose };
  }
  const resident = listOf(source, source.all());
  try {
    const step = trainStepOnRows(resident, loss, options);
    const dispose = () => {
      step.dispose();
      tf.dispose(resident);
    };
    return { step, call: (indices: Int32Array) => step(indices), dispose };
  } catch (error) {
    tf.dispose(resident);
    throw error;
  }
}

/** Looks for the label that made a compiled loss NaN. @throws ArgumentError naming it */
function checkLossLabels(options: TrainingStepOptions, indices: Int32Array, training: Training): void {
  const { where, source } = options;
  withBatch(source, indices, (batch) =>
    findLabelError(where, source, indices, batch, () => meanLossOf(options, batch, training)),
  );
}

function eagerStep(options: TrainingStepOptions): TrainingStep {
  const { where, model, source, optimizer, seed, iteration } = options;
  const variables = trainable(model);
  let step = iteration;
  const run = (indices: Int32Array) =>
    withBatch(source, indices, (batch) => {
      const loss = () => meanLossOf(options, batch, { seed, step });
      const computed = locateLabelErrors(where, source, indices, batch, () => computeGradients(loss, variables));
      const gradients = computed.gradients.map(({ gradient }) => gradient);
      try {
        const result = computed.loss.dataSync()[0] as number;
        if (!sumsAreFinite([computed.loss, ...gradients])) {
          const first = gradients.findIndex((gradient) => !sumsAreFinite([gradient]));
          return failureOf(options, indices, result, variables[first]);
        }
        optimizer.applyGradients(computed.gradients);
        step++;
        return result;
      } finally {
        tf.dispose([computed.loss, ...gradients]);
      }
    });
  return { run, dispose() {} };
}

function meanLossOf(
  { where, model, loss }: TrainingStepOptions,
  { x, y, lengths }: Batch,
  training: Training,
): tf.Scalar {
  return meanOf(where, "loss", loss(callModel(where, model, x, lengths, training), y, lengths));
}

/** Tests the sums of the tensors, as a compiled step does. */
const sumsAreFinite = (tensors: readonly tf.Tensor[]) =>
  tf.tidy(() => Number.isFinite(tf.addN(tensors.map((each) => tf.sum(each))).dataSync()[0]));

const trainable = ({ variables }: Model) => variables.filter((variable) => variable.trainable);
