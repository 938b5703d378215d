import { StepNotFiniteError, type StepTraining } from "../../compile";
import { collectUpdates } from "../../compile/internal";
import type { Training } from "../../rnn";
import type * as tf from "../../tf";
import { examplesOf } from "../loss/batch-loss";
import { countedParts } from "../loss/step-loss";
import { asStepLoss, partName, TracedCounts } from "../loss/traced-counts";
import { batchOf, withBatch } from "./batch-tensors";
import { callCarried, disposeValues, lossOf, streamStateOf } from "./carried-batch";
import { findLabelError } from "./label-errors";
import { nativeStep } from "./native-step";
import { failureOf } from "./step-failure";
import type { TrainingStepOptions } from "./step-options";
import type { StreamState } from "./stream-state";
import { trainableOf } from "./trained-weights";

/** A training step that is one native graph. */
export function compiledStep(options: TrainingStepOptions) {
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
  const run = async (indices: Int32Array) => {
    try {
      return await call(indices, (result, shapes, examples) => counts.resultOf(result, shapes, examples));
    } catch (error) {
      if (!(error instanceof StepNotFiniteError)) throw error;
      const gradient = error.variable === undefined ? undefined : variables[error.variable];
      const failure = failureOf(options, indices, error.loss, gradient);
      if (failure.tensor === "the loss") checkLossLabels(options, state, indices, { seed, step: step.iteration });
      return failure;
    }
  };
  const graph = () => (step.iteration > iteration ? step.graph() : undefined);
  return { run, step, graph, streamState: () => state?.arrays(), dispose: () => disposeAll(dispose, state) };
}

function disposeAll(dispose: () => void, state: StreamState | undefined): void {
  dispose();
  state?.dispose();
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
