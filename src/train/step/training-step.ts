import {
  type AuxResult,
  type LossResult,
  type LossWithAux,
  type PartsResult,
  StepNotFiniteError,
  type StepTraining,
  type TrainStepOptions,
  trainStep,
  trainStepOnRows,
} from "../../compile";
import { collectUpdates, type VariableUpdate } from "../../compile/internal";
import type { NumericArray } from "../../data";
import { ArgumentError, computeGradients, flattenState, type Optimizer, type Training } from "../../rnn";
import * as tf from "../../tf";
import type { Batch, Source } from "../examples/source";
import { callModel } from "../model";
import { callStateful } from "../stateful-model";
import type { Structure } from "../structure";
import { examplesOf, type LossPart } from "./batch-loss";
import { batchOf, listOf, type StepOptions, withBatch, withTensors } from "./batch-tensors";
import { locateIndexErrors } from "./index-errors";
import { findLabelError, locateLabelErrors } from "./label-errors";
import { failureOf, type StepFailure } from "./step-failure";
import { countedParts, eagerLoss, type PartSum, partSums, type StepResult } from "./step-loss";
import { StreamState } from "./stream-state";
import { asStepLoss, partName, TracedCounts } from "./traced-counts";
import { checkListed, trainableOf, untilUnfrozen } from "./trained-weights";

export interface TrainingStepOptions extends StepOptions {
  readonly loss: readonly LossPart[];
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly shards?: number | undefined;
  /** The number of steps done before, from which dropout's random numbers continue. */
  readonly iteration: number;
  /** The state of streams that a checkpoint kept. Default: none. */
  readonly streamState?: readonly NumericArray[] | undefined;
}

/** A training step on a batch, given by the indices of its examples. */
export interface TrainingStep {
  /** @returns the result; or a failure when a number is not finite, and no weight was changed then */
  run(indices: Int32Array): StepResult | StepFailure;
  /** The state after the last step, where the data are streams. */
  streamState(): readonly NumericArray[] | undefined;
  dispose(): void;
}

/** The training step of `fit`. `dispose` frees the native memory of the step; the optimizer keeps its slots. */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  options.optimizer.begin(options.model.variables);
  checkAccumulation(options);
  const step = options.compiled ? refreezingStep(options) : eagerStep(options);
  return { ...step, run: (indices) => locateIndexErrors(options, indices, () => step.run(indices)) };
}

/** A compiled step that is made anew when a weight is no longer frozen. */
function refreezingStep(options: TrainingStepOptions): TrainingStep {
  type Compiled = ReturnType<typeof compiledStep>;
  const { coming, last } = untilUnfrozen(options.model, (before: Compiled | undefined) =>
    compiledStep(
      before ? { ...options, iteration: before.step.iteration, streamState: before.streamState() } : options,
    ),
  );
  const run = (indices: Int32Array) => coming().run(indices);
  return { run, streamState: () => last().streamState(), dispose: () => last().dispose() };
}

/** @throws ArgumentError for a loss of several parts: accumulated gradients are weighted by the terms of one */
function checkAccumulation({ where, optimizer, loss }: TrainingStepOptions): void {
  if (optimizer.accumulation === undefined || loss.length === 1) return;
  const expected = "none with gradientAccumulationSteps for a loss of several outputs";
  throw new ArgumentError(where, "optimizer", expected, `a loss of ${loss.map(({ output }) => output).join(", ")}`);
}

function compiledStep(options: TrainingStepOptions) {
  const { where, model, source, loss, optimizer, seed, shards, iteration } = options;
  const variables = trainableOf(where, model);
  const counts = new TracedCounts();
  const state = streamStateOf(options);
  const ofBatch = (...given: [...tf.Tensor[], StepTraining]) => {
    const batch = batchOf(source, given.slice(0, source.paths.length) as tf.Tensor[]);
    const carried = given.slice(source.paths.length, -1) as tf.Tensor[];
    const { outputs, next } = callCarried(options, state, { batch, carried }, given.at(-1) as StepTraining);
    const counted = countedParts(where, loss, outputs, batch);
    counts.traced(counted, examplesOf(batch));
    return state ? { loss: asStepLoss(counted), aux: next } : asStepLoss(counted);
  };
  const frozen = model.variables.filter((variable) => !variable.trainable);
  const lossWeights = Object.fromEntries(loss.map(({ weight }, i) => [partName(i), weight]));
  const given = { variables, frozen, optimizer, seed, guard: true, ...(shards !== undefined && { shards }) };
  const withWeights = loss.length > 1 || loss[0]?.output !== undefined ? { ...given, lossWeights } : given;
  const { step, call, dispose } = nativeStep(source, ofBatch, withWeights, state);
  step.iteration = iteration;
  const run = (indices: Int32Array) => {
    try {
      return call(indices, (result, shapes, examples) => counts.resultOf(result, shapes, examples));
    } catch (error) {
      if (!(error instanceof StepNotFiniteError)) throw error;
      const gradient = error.variable === undefined ? undefined : variables[error.variable];
      const failure = failureOf(options, indices, error.loss, gradient);
      if (failure.tensor === "the loss") checkLossLabels(options, state, indices, { seed, step: step.iteration });
      return failure;
    }
  };
  return { run, step, streamState: () => state?.arrays(), dispose: () => disposeAll(dispose, state) };
}

function disposeAll(dispose: () => void, state: StreamState | undefined): void {
  dispose();
  state?.dispose();
}

type NativeLoss = (...given: [...tf.Tensor[], StepTraining]) => LossResult | LossWithAux;
/** What a step returns: the loss, and the sums of its parts and the next state of streams where there are any. */
type RawResult = number | ({ readonly loss: number } & Partial<PartsResult & AuxResult>);
/** Reads what a step returned. */
type ReadResult = (result: RawResult, shapes: string, examples: number) => StepResult;

/** Examples of one shape are resident data of the step, which gathers batches from them; ragged batches are fed. */
function nativeStep(source: Source, loss: NativeLoss, options: TrainStepOptions, state: StreamState | undefined) {
  if (source.all === undefined) {
    const step = trainStep(loss, options);
    const call = (indices: Int32Array, read: ReadResult) =>
      withTensors(source, indices, (tensors) => {
        const list = listOf(source, tensors);
        const shapes = list.map(({ shape }) => `${shape}`).join(" ");
        const result = step(...list, ...(state?.before(indices) ?? [])) as RawResult;
        if (state && typeof result !== "number") state.after(result.aux as readonly tf.Tensor[]);
        return read(result, shapes, list[0]?.shape[0] as number);
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
    const call = (indices: Int32Array, read: ReadResult) =>
      read(step(indices) as RawResult, `${indices.length}`, indices.length);
    return { step, call, dispose };
  } catch (error) {
    tf.dispose(resident);
    throw error;
  }
}

/** Looks for the label that made a compiled loss NaN. @throws ArgumentError naming it */
function checkLossLabels(
  options: TrainingStepOptions,
  state: StreamState | undefined,
  indices: Int32Array,
  training: Training,
): void {
  const { where, source } = options;
  const carried = state?.before(indices) ?? [];
  const updates = collectUpdates(training);
  withBatch(source, indices, (batch) =>
    findLabelError(where, source, indices, batch, () => lossOf(options, state, { batch, carried }, training).loss),
  );
  disposeValues(updates);
}

function eagerStep(options: TrainingStepOptions): TrainingStep {
  const { where, model, source, optimizer, seed, iteration } = options;
  const state = streamStateOf(options);
  let step = iteration;
  let isChecked = false;
  const run = (indices: Int32Array) =>
    withBatch(source, indices, (batch) => {
      const variables = trainableOf(where, model);
      let parts: readonly PartSum[] = [];
      let next: readonly tf.Tensor[] = [];
      const carried = state?.before(indices) ?? [];
      const training = { seed, step };
      const updates = collectUpdates(training);
      const loss = () => {
        const { loss, sums, next: after } = lossOf(options, state, { batch, carried }, training);
        if (!isChecked) checkListed(where, model);
        isChecked = true;
        next = after.map((each) => tf.keep(tf.clone(each)));
        parts = partSums(sums.map((each) => each.dataSync()[0] as number));
        return loss;
      };
      const computed = locateLabelErrors(where, source, indices, batch, () => computeGradients(loss, variables));
      const gradients = computed.gradients.map(({ gradient }) => gradient);
      try {
        const result = computed.loss.dataSync()[0] as number;
        if (!sumsAreFinite([computed.loss, ...gradients])) {
          tf.dispose([...next]);
          const first = gradients.findIndex((gradient) => !sumsAreFinite([gradient]));
          return failureOf(options, indices, result, variables[first]);
        }
        optimizer.applyGradients(computed.gradients, { variables: model.variables, count: parts[0]?.count ?? 1 });
        for (const { variable, value } of updates) variable.assign(value);
        step++;
        state?.after(next);
        return { loss: result, parts };
      } finally {
        tf.dispose([computed.loss, ...gradients]);
        disposeValues(updates);
      }
    });
  return { run, streamState: () => state?.arrays(), dispose: () => state?.dispose() };
}

/** A batch, and the state of streams before it. */
interface CarriedBatch {
  readonly batch: Batch;
  readonly carried: readonly tf.Tensor[];
}

const streamStateOf = ({ where, model, source, streamState }: TrainingStepOptions): StreamState | undefined =>
  source.isStateful ? new StreamState(where, model, source, streamState) : undefined;

/** The model's outputs, and the tensors of the next state where it carries one. */
function callCarried(
  { where, model }: TrainingStepOptions,
  state: StreamState | undefined,
  { batch, carried }: CarriedBatch,
  training: Training,
): { readonly outputs: Structure<tf.Tensor>; readonly next: tf.Tensor[] } {
  if (state === undefined) return { outputs: callModel(where, model, batch, training), next: [] };
  const called = callStateful(where, model, batch, training, state.packed(batch, carried));
  return { outputs: called.outputs, next: flattenState(called.state) };
}

function lossOf(
  options: TrainingStepOptions,
  state: StreamState | undefined,
  given: CarriedBatch,
  training: Training,
): ReturnType<typeof eagerLoss> & { readonly next: readonly tf.Tensor[] } {
  const { outputs, next } = callCarried(options, state, given, training);
  const counted = countedParts(options.where, options.loss, outputs, given.batch);
  return { ...eagerLoss(counted, given.batch), next };
}

const disposeValues = (updates: readonly VariableUpdate[]) => tf.dispose(updates.map(({ value }) => value));

/** Tests the sums of the tensors, as a compiled step does. */
const sumsAreFinite = (tensors: readonly tf.Tensor[]) =>
  tf.tidy(() => Number.isFinite(tf.addN(tensors.map((each) => tf.sum(each))).dataSync()[0]));
