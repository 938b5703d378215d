import {
  type PartsResult,
  StepNotFiniteError,
  type StepTraining,
  type TrainStepOptions,
  trainStep,
  trainStepOnRows,
} from "../../compile";
import { computeGradients, type Optimizer, type Training } from "../../rnn";
import * as tf from "../../tf";
import type { Batch, Source } from "../examples/source";
import { type AnyModel, callModel } from "../model";
import { examplesOf, type LossPart } from "./batch-loss";
import { batchOf, listOf, type StepOptions, withBatch, withTensors } from "./batch-tensors";
import { findLabelError, locateLabelErrors } from "./label-errors";
import { failureOf, type StepFailure } from "./step-failure";
import { countedParts, eagerLoss, type PartSum, partSums, type StepResult } from "./step-loss";
import { asStepLoss, partName, TracedCounts } from "./traced-counts";

export interface TrainingStepOptions extends StepOptions {
  readonly loss: readonly LossPart[];
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly shards?: number | undefined;
  /** The number of steps done before, from which dropout's random numbers continue. */
  readonly iteration: number;
}

/** A training step on a batch, given by the indices of its examples. */
export interface TrainingStep {
  /** @returns the result; or a failure when a number is not finite, and no weight was changed then */
  run(indices: Int32Array): StepResult | StepFailure;
  dispose(): void;
}

/** The training step of `fit`. `dispose` frees the native memory of the step; the optimizer keeps its slots. */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  return options.compiled ? compiledStep(options) : eagerStep(options);
}

function compiledStep(options: TrainingStepOptions): TrainingStep {
  const { where, model, source, loss, optimizer, seed, shards, iteration } = options;
  const variables = trainable(model);
  const counts = new TracedCounts();
  const ofBatch = (...given: [...tf.Tensor[], StepTraining]) => {
    const batch = batchOf(source, given.slice(0, -1) as tf.Tensor[]);
    const outputs = callModel(where, model, batch, given.at(-1) as StepTraining);
    const counted = countedParts(where, loss, outputs, batch);
    counts.traced(counted, examplesOf(batch));
    return asStepLoss(counted);
  };
  const frozen = model.variables.filter((variable) => !variable.trainable);
  const lossWeights = Object.fromEntries(loss.map(({ weight }, i) => [partName(i), weight]));
  const given = { variables, frozen, optimizer, seed, guard: true, ...(shards !== undefined && { shards }) };
  const withWeights = loss.length > 1 || loss[0]?.output !== undefined ? { ...given, lossWeights } : given;
  const { step, call, dispose } = nativeStep(source, ofBatch as NativeLoss, withWeights);
  step.iteration = iteration;
  const run = (indices: Int32Array) => {
    try {
      return call(indices, (result, shapes, examples) => counts.resultOf(result, shapes, examples));
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

type NativeLoss = (...given: tf.Tensor[]) => tf.Tensor;
/** Reads what a step returned: a number, or parts. */
type ReadResult = (result: number | PartsResult, shapes: string, examples: number) => StepResult;

/** Examples of one shape are resident data of the step, which gathers batches from them; ragged batches are fed. */
function nativeStep(source: Source, loss: NativeLoss, options: TrainStepOptions) {
  if (source.all === undefined) {
    const step = trainStep(loss, options);
    const call = (indices: Int32Array, read: ReadResult) =>
      withTensors(source, indices, (tensors) => {
        const list = listOf(source, tensors);
        const shapes = list.map(({ shape }) => `${shape}`).join(" ");
        return read(step(...list), shapes, list[0]?.shape[0] as number);
      });
    return { step, call, dispose: step.dispose };
  }
  const resident = listOf(source, source.all());
  try {
    const step = trainStepOnRows(resident, loss, options);
    const dispose = () => {
      step.dispose();
      tf.dispose(resident);
    };
    const call = (indices: Int32Array, read: ReadResult) => read(step(indices), `${indices.length}`, indices.length);
    return { step, call, dispose };
  } catch (error) {
    tf.dispose(resident);
    throw error;
  }
}

/** Looks for the label that made a compiled loss NaN. @throws ArgumentError naming it */
function checkLossLabels(options: TrainingStepOptions, indices: Int32Array, training: Training): void {
  const { where, source } = options;
  withBatch(source, indices, (batch) =>
    findLabelError(where, source, indices, batch, () => lossOf(options, batch, training).loss),
  );
}

function eagerStep(options: TrainingStepOptions): TrainingStep {
  const { where, model, source, optimizer, seed, iteration } = options;
  const variables = trainable(model);
  let step = iteration;
  const run = (indices: Int32Array) =>
    withBatch(source, indices, (batch) => {
      let parts: readonly PartSum[] = [];
      const loss = () => {
        const { loss, sums } = lossOf(options, batch, { seed, step });
        parts = partSums(sums.map((each) => each.dataSync()[0] as number));
        return loss;
      };
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
        return { loss: result, parts };
      } finally {
        tf.dispose([computed.loss, ...gradients]);
      }
    });
  return { run, dispose() {} };
}

const lossOf = ({ where, model, loss }: TrainingStepOptions, batch: Batch, training: Training) =>
  eagerLoss(countedParts(where, loss, callModel(where, model, batch, training), batch), batch);

/** Tests the sums of the tensors, as a compiled step does. */
const sumsAreFinite = (tensors: readonly tf.Tensor[]) =>
  tf.tidy(() => Number.isFinite(tf.addN(tensors.map((each) => tf.sum(each))).dataSync()[0]));

const trainable = ({ variables }: AnyModel) => variables.filter((variable) => variable.trainable);
