/** One training by its settings: model and data, fit with what belongs to it, a report. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listCheckpoints } from "../../dist/data/index.js";
import { AdamOptimizer } from "../../dist/rnn/index.js";
import * as tf from "../../dist/tf.js";
import { CSVLogger, fit, ModelCheckpoint, TensorBoard } from "../../dist/train/index.js";
import { FIELDS } from "./fields.mjs";
import { MODELS } from "./models.mjs";
import { CONFIG } from "./settings.mjs";

const CLIP = 5; // gradients through many steps are sometimes very long

/** @returns the training's history */
export async function run(settings, { dataFolder, say, progress }) {
  const { folder, resume, model: name } = settings;
  const [newest] = await listCheckpoints(folder);
  if (newest && !resume) {
    throw new Error(
      `${folder} has checkpoint ${newest.number}: --resume goes on there, --name NAME begins another run`,
    );
  }
  await tf.ready();
  const { make } = await MODELS[name].load();
  const { model, data, validation, loss, metrics, trainingMetrics, report } = await make(settings, { dataFolder, say });
  const history = await fit(model, data, {
    loss,
    optimizer: new AdamOptimizer({ learningRate: settings.learningRate, globalClipNorm: CLIP }),
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    seed: settings.seed,
    metrics,
    trainingMetrics: trainingMetrics ?? true,
    validationData: validation,
    callbacks: [{ onTrainBegin: () => keep(settings) }, ...callbacksOf(settings)],
    resume: folder,
    progress,
  });
  if (history.stopped === undefined) say(await report());
  return history;
}

/** Into the run's folder, once it is known that the settings are those of its checkpoints. */
function keep(settings) {
  const known = Object.keys(FIELDS).filter((field) => settings[field] !== undefined);
  const config = Object.fromEntries(known.map((field) => [field, settings[field]]));
  mkdirSync(settings.folder, { recursive: true });
  writeFileSync(join(settings.folder, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
}

function callbacksOf({ folder, tensorboard, checkpointSteps, ...settings }) {
  const best = { monitor: "val_loss", mode: "min" };
  const every = checkpointSteps === undefined ? { epochs: 1 } : { steps: checkpointSteps };
  return [
    new CSVLogger(join(folder, "history.csv")),
    ...(tensorboard
      ? [new TensorBoard(folder, { configuration: { model: settings.model, cell: settings.cell } })]
      : []),
    new ModelCheckpoint({ folder, best, every }),
  ];
}
