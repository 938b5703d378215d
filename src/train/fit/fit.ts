import { ArgumentError } from "../../rnn";
import type { TrainingData } from "../examples/source";
import type { StreamedExamples } from "../examples/streamed";
import { sourceOf } from "../examples/training-data";
import { warnOfUnusedLengths } from "../examples/unused-lengths";
import type { History } from "../history";
import { checkModel, type Model } from "../model";
import { takeForTraining } from "../step/in-use-check";
import { willCompile } from "../step/step";
import { watchForStop } from "../stop";
import { type FitOptions, settingsOf } from "./options";
import { startOf } from "./start";
import { TrainingLoop } from "./training-loop";

/**
 * Trains a model: epochs of seeded batches, measures after each, callbacks, progress.
 *
 *   const history = await fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 5, batchSize: 150, seed: 42,
 *     metrics: { accuracy }, validationData: mnist.validation,
 *   });
 *
 * Ctrl-C, the notebook's stop button and an AbortSignal end it within a step; the history so far is returned then. All
 * tensors it makes are freed, but for the optimizer's slots, which are the optimizer's.
 *
 * Validation data are tried before the first step, unless they are streamed. Where sequences are padded and the model
 * takes no lengths, a line on stderr says so (not of streamed data); where nothing is written that `resume` could go on
 * from, too.
 *
 * A step that is not finite moves nothing. With `resume` and a ModelCheckpoint, a training that was killed goes on as if
 * it never had been: bit for bit, with the same number of shards (and one thread an operation, which this package sets
 * unless TensorFlow was started before it).
 *
 * @throws ArgumentError for options and data that do not fit; BusyError when another fit trains these weights or uses
 *   this optimizer; NotFiniteError when a loss or gradient is not finite; DataError for checkpoints of another model, or
 *   that cannot be written; CompileError when the model or loss cannot be a graph; what a callback throws
 */
export async function fit(model: Model, data: TrainingData | StreamedExamples, options: FitOptions): Promise<History> {
  checkModel("fit", model);
  const settings = settingsOf("fit", options);
  if (!model.variables.some(({ trainable }) => trainable)) {
    throw new ArgumentError("fit", "model.variables", "one to train at least", "none that is trainable");
  }
  const compiled = willCompile("fit", settings.compiled);
  const given = { needsY: true, mayStream: true, buckets: settings.buckets };
  const source = sourceOf("fit", "data", data, given);
  if (source.isStreamed) checkStreamed(options);
  const { validationData } = settings;
  const validation = validationData && sourceOf("fit", "validationData", validationData, given);
  for (const each of validation ? [source, validation] : [source]) warnOfUnusedLengths("fit", model, each);
  const steps = source.plan(settings.batchSize).length;
  if (settings.initialBatch > steps) {
    throw new ArgumentError(
      "fit",
      "initialBatch",
      `0 to ${steps}, the batches of an epoch`,
      `${settings.initialBatch}`,
    );
  }
  const release = takeForTraining(model, settings.optimizer);
  try {
    const watch = await watchForStop(settings.signal);
    try {
      const start = await startOf(model, source, settings);
      return await run(new TrainingLoop(model, source, validation, { ...settings, compiled }, watch, start));
    } finally {
      watch.off();
    }
  } finally {
    release();
  }
}

/** Refuses what has no meaning for batches that come as they are. @throws ArgumentError */
function checkStreamed({ batchSize, initialBatch = 0, trainingMetrics }: FitOptions): void {
  if (batchSize !== undefined)
    throw new ArgumentError("fit", "batchSize", "none, as batches come as they are", `${batchSize}`);
  if (initialBatch > 0)
    throw new ArgumentError("fit", "initialBatch", "0, or resume, for streamed data", `${initialBatch}`);
  if (typeof trainingMetrics !== "number") return;
  throw new ArgumentError("fit", "trainingMetrics", "true or false, for streamed data", `${trainingMetrics}`);
}

async function run(training: TrainingLoop): Promise<History> {
  try {
    let error: unknown;
    try {
      await training.run();
    } catch (thrown) {
      error = thrown;
    }
    await training.end(error);
    return training.history;
  } finally {
    training.dispose();
  }
}
