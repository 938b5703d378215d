import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import type { Part, TrainingData } from "../examples/data";
import type { StreamsOf } from "../examples/stream-source";
import type { StreamedExamples } from "../examples/streamed";
import type { InputsOf } from "../examples/tensors-of";
import { sourceOf } from "../examples/training-data";
import type { History } from "../history";
import { targetCheck } from "../loss/check-targets";
import { checkModel, type Model } from "../model";
import { checkTakesStreams } from "../stateful-model";
import { takesLengths, warnOfUnusedLengths } from "../step/unused-lengths";
import { willCompile } from "../step/will-compile";
import { watchForStop } from "../stop";
import type { Structure } from "../structure";
import { noteHistory } from "./history-of";
import { markInUse } from "./in-use-check";
import type { FitOptions } from "./options";
import { settingsOf } from "./settings";
import { startOf } from "./start";
import { TrainingLoop } from "./training-loop";

/**
 * Trains a model: epochs of seeded batches, measurements after each epoch, callbacks, progress.
 *
 * Ctrl-C, the notebook's stop button and an AbortSignal end the training within a step; `fit` then returns the history
 * so far. It frees all tensors that it makes, except the optimizer's slots, which belong to the optimizer.
 *
 * Validation data are tried before the first step, unless they are streamed. A warning on stderr says when sequences
 * are padded and the model takes no lengths (not for streamed data), when no ModelCheckpoint writes to the folder
 * of `resume`, and when a cross-entropy, which takes logits, gets the outputs of a softmax or a sigmoid.
 *
 * A step whose loss or gradients are not finite changes nothing. With `resume` and a ModelCheckpoint, a training that
 * was killed continues as if it had never been killed: bit for bit, with the same number of shards and one thread per
 * operation (this package sets one thread, unless TensorFlow was started before it).
 *
 * An error loses nothing: the model has the weights of the last step, and `historyOf(error)` is the history so far.
 *
 * @example
 *   const history = await fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 5, batchSize: 150, seed: 42,
 *     metrics: { accuracy }, validationData: mnist.validation,
 *   });
 *   console.log(history.epochs.at(-1));
 *
 * @throws ArgumentError for options and data that do not fit; BusyError when another fit trains these weights or uses
 *   this optimizer; NotFiniteError when a loss or gradient is not finite; DataError for checkpoints of another model,
 *   and for checkpoints and logs that cannot be written; CompileError when the model or loss cannot become a graph; the error
 *   that a callback throws
 */
export async function fit<X extends Structure<Part>, Y extends Structure<Part>, O extends Structure<tf.Tensor>>(
  model: Model<InputsOf<X>, O>,
  data: TrainingData<X, Y> | StreamedExamples<X, Y> | StreamsOf<X, Y>,
  options: FitOptions<O, InputsOf<Y>>,
): Promise<History> {
  checkModel("fit", model);
  const settings = settingsOf("fit", options);
  if (!model.variables.some(({ trainable }) => trainable)) {
    throw new ArgumentError("fit", "model.variables", "one to train at least", "none that is trainable");
  }
  const compiled = willCompile("fit", settings.compiled);
  const roundsUp = takesLengths(model);
  const checkTargets = targetCheck(settings.parts);
  const dataOptions = { needsY: true, mayStream: true, buckets: settings.buckets, roundsUp, model, checkTargets };
  const source = sourceOf({ where: "fit", argument: "data" }, data, dataOptions);
  const { classWeights } = settings;
  const training = classWeights
    ? sourceOf({ where: "fit", argument: "data" }, data, { ...dataOptions, classWeights })
    : source;
  if (source.isStreamed || source.isStateful) checkStreamed(options, source.isStateful === true);
  checkTakesStreams("fit", model, source);
  const { validationData } = settings;
  const validation =
    validationData && sourceOf({ where: "fit", argument: "validationData" }, validationData, dataOptions);
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
  const release = markInUse(model, settings.optimizer);
  try {
    const watch = await watchForStop(settings.signal);
    try {
      const start = await startOf(model, source, settings);
      return await run(
        new TrainingLoop(model, { source, training, validation }, { ...settings, compiled }, watch, start),
      );
    } finally {
      watch.close();
    }
  } finally {
    release();
  }
}

/**
 * Refuses the options that streamed data cannot follow, because their batches come ready-made. @throws ArgumentError
 */
function checkStreamed(
  { batchSize, initialBatch = 0, trainingMetrics, shuffle }: FitOptions,
  keepsOrder: boolean,
): void {
  if (keepsOrder && shuffle === true) {
    throw new ArgumentError("fit", "shuffle", "false or nothing, as the rows of streams go on", "true");
  }
  if (batchSize !== undefined)
    throw new ArgumentError("fit", "batchSize", "none, as batches come as they are", `${batchSize}`);
  if (initialBatch > 0)
    throw new ArgumentError("fit", "initialBatch", "0, or resume, for streamed data", `${initialBatch}`);
  if (typeof trainingMetrics !== "number") return;
  throw new ArgumentError("fit", "trainingMetrics", "true or false, for streamed data", `${trainingMetrics}`);
}

async function run(loop: TrainingLoop): Promise<History> {
  try {
    let error: unknown;
    try {
      await loop.run();
    } catch (thrown) {
      error = thrown;
    }
    await loop.end(error);
    return loop.history;
  } catch (error) {
    noteHistory(error, loop.history);
    throw error;
  } finally {
    loop.dispose();
  }
}
