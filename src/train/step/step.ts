/**
 * The only file here that knows how a batch is computed: compiled by src/compile, or eagerly. Everyone else gives rows
 * and gets numbers.
 */
import {
  canCompile,
  compile,
  StepNotFiniteError,
  type StepTraining,
  type TrainStepOptions,
  trainStep,
  trainStepOnRows,
} from "../../compile";
import { ArgumentError, computeGradients, type Optimizer, type Training } from "../../rnn";
import * as tf from "../../tf";
import type { Batch, Source } from "../examples/source";
import { callModel, type Model } from "../model";
import { placingLabels, refuseLabels } from "./label-errors";
import { failureOf, type StepFailure } from "./step-failure";
import { meanOf, type TermsOf } from "./terms";

export interface StepOptions {
  /** Who asks for it, for messages. */
  readonly where: string;
  readonly model: Model;
  readonly source: Source;
  readonly compiled: boolean;
}

export interface TrainingStepOptions extends StepOptions {
  readonly loss: TermsOf;
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly shards?: number | undefined;
  /** Steps done before: where dropout's draws go on. */
  readonly iteration: number;
}

/** A training step on some rows. */
export interface TrainingStep {
  /** @returns the loss before the step; a failure where something is not finite, and nothing was moved then */
  run(rows: Int32Array): number | StepFailure;
  dispose(): void;
}

/** Fewer batches than this are done sooner than a graph is made. */
const WORTH_A_GRAPH = 8;

/**
 * Whether to compile: as asked; where nothing is asked, wherever it can be and there is enough to do.
 *
 * @throws ArgumentError where it is asked for and cannot be
 */
export function willCompile(where: string, asked: boolean | undefined, batches = WORTH_A_GRAPH): boolean {
  if (asked === true && !canCompile()) {
    throw new ArgumentError(where, "compiled", "false: only the native engine compiles", `true on ${tf.getBackend()}`);
  }
  return asked ?? (canCompile() && batches >= WORTH_A_GRAPH);
}

/** The training step of `fit`. What it holds natively is freed by `dispose`; the optimizer's slots stay the optimizer's. */
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
  const run = (rows: Int32Array) => {
    try {
      return call(rows);
    } catch (error) {
      if (!(error instanceof StepNotFiniteError)) throw error;
      const gradient = error.variable === undefined ? undefined : variables[error.variable];
      const failure = failureOf(options, rows, error.loss, gradient);
      const training = { seed, step: step.iteration };
      if (failure.tensor === "the loss") {
        withBatch(source, rows, (batch) =>
          refuseLabels(where, source, rows, batch, () => ofLoss(options)(batch, training)),
        );
      }
      return failure;
    }
  };
  return { run, dispose };
}

/** By rows of data that the step holds, where they fit together; ragged ones are padded batch by batch. */
function nativeStep(source: Source, loss: (...given: tf.Tensor[]) => tf.Tensor, options: TrainStepOptions) {
  if (source.all === undefined) {
    const step = trainStep(loss, options);
    const call = (rows: Int32Array) => withBatch(source, rows, (batch) => step(...listOf(source, batch)));
    return { step, call, dispose: step.dispose };
  }
  const held = listOf(source, source.all());
  try {
    const step = trainStepOnRows(held, loss, options);
    const dispose = () => {
      step.dispose();
      tf.dispose(held);
    };
    return { step, call: (rows: Int32Array) => step(rows), dispose };
  } catch (error) {
    tf.dispose(held);
    throw error;
  }
}

function eagerStep(options: TrainingStepOptions): TrainingStep {
  const { where, model, source, optimizer, seed, iteration } = options;
  const variables = trainable(model);
  const lossOf = ofLoss(options);
  let step = iteration;
  const run = (rows: Int32Array) =>
    withBatch(source, rows, (batch) => {
      const value = () => lossOf(batch, { seed, step });
      const computed = placingLabels(where, source, rows, batch, () => computeGradients(value, variables));
      const gradients = computed.gradients.map(({ gradient }) => gradient);
      try {
        const result = computed.loss.dataSync()[0] as number;
        if (!sumsAreFinite([computed.loss, ...gradients])) {
          const first = gradients.findIndex((gradient) => !sumsAreFinite([gradient]));
          return failureOf(options, rows, result, variables[first]);
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

/** The mean loss of a batch. */
const ofLoss =
  ({ where, model, loss }: TrainingStepOptions) =>
  ({ x, y, lengths }: Batch, training?: Training) =>
    meanOf(where, "loss", loss(callModel(where, model, x, lengths, training), y, lengths));

/** As a compiled step looks at them: by their sums. */
const sumsAreFinite = (tensors: readonly tf.Tensor[]) =>
  tf.tidy(() => Number.isFinite(tf.addN(tensors.map((each) => tf.sum(each))).dataSync()[0]));

/** A function of batches that trains nothing: outputs, sums and counts. */
export interface BatchFunction {
  /** @returns a new tensor, which the caller disposes */
  run(rows: Int32Array): tf.Tensor;
  /** Looks for a label outside the classes, where the result is not finite. @throws ArgumentError naming it */
  refuseLabels(rows: Int32Array): void;
  dispose(): void;
}

/** @param compute a tensor of a batch; `y` is there where the source has one */
export function batchFunction(options: StepOptions, compute: (batch: Batch) => tf.Tensor): BatchFunction {
  const { where, model, source, compiled } = options;
  if (!compiled) {
    const run = (rows: Int32Array) =>
      withBatch(source, rows, (batch) =>
        placingLabels(where, source, rows, batch, () => tf.tidy(() => compute(batch))),
      );
    return { run, refuseLabels() {}, dispose() {} };
  }
  const function_ = compile((...given: tf.Tensor[]) => compute(batchOf(source, given)), { variables: model.variables });
  const run = (rows: Int32Array) => withBatch(source, rows, (batch) => function_(...listOf(source, batch)));
  const look = (rows: Int32Array) =>
    withBatch(source, rows, (batch) => refuseLabels(where, source, rows, batch, () => compute(batch)));
  return { run, refuseLabels: look, dispose: function_.dispose };
}

const trainable = ({ variables }: Model) => variables.filter((variable) => variable.trainable);

/** A batch as arguments, and back. */
const listOf = ({ parts }: Source, batch: Batch) => parts.map((part) => batch[part] as tf.Tensor);
const batchOf = ({ parts }: Source, given: readonly tf.Tensor[]) =>
  Object.fromEntries(parts.map((part, i) => [part, given[i]])) as unknown as Batch;

function withBatch<T>(source: Source, rows: Int32Array, use: (batch: Batch) => T): T {
  const batch = source.take(rows);
  try {
    return use(batch);
  } finally {
    tf.dispose(listOf(source, batch));
  }
}
