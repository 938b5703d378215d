import { resolve } from "node:path";
import type { Callback } from "../callback";
import { ModelCheckpoint } from "../callbacks/model-checkpoint";
import type { Source } from "../examples/source";
import type { Position } from "../history";
import { EpochLosses } from "../loss/epoch-losses";
import type { AnyModel } from "../model";
import { type CheckpointSubject, resumeFrom, type Start } from "../resume/resume";
import type { FitSettings } from "./options";

/**
 * The start of a training: a checkpoint, or the position that the options give. @throws the DataErrors of `resumeFrom`
 */
export async function startOf(model: AnyModel, source: Source, settings: FitSettings): Promise<Start> {
  const { resume, reporter, initialEpoch: epoch, initialBatch: batch, initialSums, batchSize, parts } = settings;
  const resumed = resume === undefined ? undefined : await resumeFrom(resume, subjectOf(model, source, settings));
  if (resume !== undefined && !settings.callbacks.some((callback) => writesTo(callback, resume))) {
    console.warn(`unroll: fit: resume: "${resume}": no ModelCheckpoint among the callbacks writes there`);
  }
  if (resumed !== undefined) {
    reporter.note?.(`going on from ${resumed.path}`);
    return resumed;
  }
  const plan = source.plan(batchSize);
  const losses = new EpochLosses(parts, initialSums);
  return { step: epoch * plan.length + batch, epoch, batch, losses, seconds: 0, records: [], log: [] };
}

const writesTo = (callback: Callback, folder: string): boolean =>
  callback instanceof ModelCheckpoint && resolve(callback.folder) === resolve(folder);

/** The parts of a fit that its checkpoints describe. */
export function subjectOf(model: AnyModel, { count }: Source, settings: FitSettings): CheckpointSubject {
  const { optimizer, seed, callbacks, batchSize, shuffle, buckets, parts } = settings;
  return { model, optimizer, seed, callbacks, parts, order: { rows: count, batchSize, shuffle, buckets } };
}

/** The position of a start, for the history. */
export const positionOf = ({ epoch, batch, losses }: Pick<Start, "epoch" | "batch" | "losses">): Position =>
  batch === 0 || losses.value === undefined
    ? { epoch, batch }
    : { epoch, batch, loss: losses.value, sums: losses.state };
