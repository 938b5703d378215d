/** One training by its settings: model and data, fit with its callbacks, a report. */
import { join } from "node:path";
import { checkCheckpointFolder, listCheckpoints, saveFiles } from "unroll/data";
import { AdamOptimizer } from "unroll/rnn";
import { ready } from "unroll/tf";
import {
  type Callback,
  CSVLogger,
  type FitOptions,
  fit,
  type History,
  ModelCheckpoint,
  TensorBoard,
} from "unroll/train";
import type { Settings } from "./config.mts";
import { FIELDS } from "./fields.mts";
import { MODELS } from "./models.mts";
import { CONFIG } from "./settings.mts";
import type { MakeOptions } from "./task.mts";

const CLIP = 5; // gradients through many steps are sometimes very large

export interface RunOptions extends MakeOptions {
  /** As in fit. */
  readonly progress?: FitOptions["progress"];
}

/**
 * @throws Error where the run's folder has checkpoints and the settings do not ask to go on from them; DataError where the folder
 *   cannot be written, before anything is read
 */
export async function run(settings: Settings, { progress, ...options }: RunOptions): Promise<History> {
  const { folder, resume, model: name } = settings;
  const [newest] = await listCheckpoints(folder);
  if (newest && !resume) {
    throw new Error(
      `${folder} has checkpoint ${newest.number}: --resume goes on there, --name NAME begins another run`,
    );
  }
  await checkCheckpointFolder(folder);
  if (resume && newest === undefined) options.say(`${folder} has no checkpoint: the training begins with epoch 1`);
  await ready();
  const { make } = await MODELS[name].load();
  const {
    model,
    data,
    validation,
    loss,
    metrics,
    trainingMetrics,
    callbacks = [],
    report,
    show,
  } = await make(settings, options);
  const history = await fit(model, data, {
    loss,
    optimizer: new AdamOptimizer({ learningRate: settings.learningRate, globalClipNorm: CLIP }),
    epochs: settings.epochs,
    ...(!("batch" in data) && { batchSize: settings.batchSize }), // streams come as batches
    seed: settings.seed,
    metrics,
    trainingMetrics: trainingMetrics ?? true,
    validationData: validation,
    callbacks: [{ onTrainBegin: () => keep(settings) }, ...callbacks, ...callbacksOf(settings)],
    resume: folder,
    progress,
  });
  if (history.stopped !== undefined) return history;
  options.say(await report());
  await show?.();
  return history;
}

/** Writes the settings into the run's folder, once it is known that they are those of its checkpoints. */
async function keep(settings: Settings): Promise<void> {
  const text = `${JSON.stringify(settings, Object.keys(FIELDS), 2)}\n`;
  await saveFiles(settings.folder, { [CONFIG]: new TextEncoder().encode(text) });
}

function callbacksOf({ folder, tensorboard, checkpointSteps, model, cell }: Settings): Callback[] {
  const every = checkpointSteps === undefined ? { epochs: 1 } : { steps: checkpointSteps };
  return [
    new CSVLogger(join(folder, "history.csv")),
    ...(tensorboard ? [new TensorBoard(folder, { configuration: { model, cell } })] : []),
    new ModelCheckpoint({ folder, best: { monitor: "val_loss", mode: "min" }, every }),
  ];
}
