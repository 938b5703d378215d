import { resolve } from "node:path";
import type { Callback } from "../callback";
import { ModelCheckpoint } from "../callbacks/model-checkpoint";
import type { Source } from "../examples/source";
import { type Position, RunningMean } from "../history";
import type { Model } from "../model";
import { type CheckpointSubject, resumeFrom, type Start } from "../resume/resume";
import type { FitSettings } from "./options";

/**
 * The start of a training: a checkpoint, or the position that the options give. @throws the DataErrors of `resumeFrom`
 */
export async function startOf(model: Model, source: Source, settings: FitSettings): Promise<Start> {
  const { resume, reporter, initialEpoch: epoch, initialBatch: batch, initialLoss, batchSize } = settings;
  const resumed = resume === undefined ? undefined : await resumeFrom(resume, subjectOf(model, source, settings));
  if (resume !== undefined && !settings.callbacks.some((callback) => writesTo(callback, resume))) {
    console.warn(`unroll: fit: resume: "${resume}": no ModelCheckpoint among the callbacks writes there`);
  }
  if (resumed !== undefined) {
    reporter.note?.(`going on from ${resumed.path}`);
    return resumed;
  }
  const plan = source.plan(batchSize, settings.shuffle ? { seed: settings.seed, epoch } : undefined);
  const trained = plan.slice(0, batch).reduce((sum, { length }) => sum + length, 0);
  const mean = initialLoss === undefined ? new RunningMean() : new RunningMean(trained * initialLoss, trained);
  return { step: epoch * plan.length + batch, epoch, batch, mean, seconds: 0, records: [] };
}

const writesTo = (callback: Callback, folder: string): boolean =>
  callback instanceof ModelCheckpoint && resolve(callback.folder) === resolve(folder);

/** The parts of a fit that its checkpoints describe. */
export function subjectOf(model: Model, { count }: Source, settings: FitSettings): CheckpointSubject {
  const { optimizer, seed, callbacks, batchSize, shuffle, buckets } = settings;
  return { model, optimizer, seed, callbacks, order: { rows: count, batchSize, shuffle, buckets } };
}

/** The position of a start, for the history. */
export const positionOf = ({ epoch, batch, mean }: Start): Position =>
  batch === 0 || mean.value === undefined ? { epoch, batch } : { epoch, batch, loss: mean.value };
