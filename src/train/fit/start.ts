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
  const plan = source.plan(batchSize);
  if (resumed !== undefined) {
    reporter.note?.(startInWords(resumed, settings.epochs, plan.length));
    return resumed;
  }
  const losses = new EpochLosses(parts, initialSums);
  return { step: epoch * plan.length + batch, epoch, batch, losses, seconds: 0, records: [], log: [] };
}

/** Where a resumed training goes on, counted from 1: "going on in epoch 3 of 10, batch 5 of 40 (step 85), from runs/a/…". */
function startInWords({ epoch, batch, step, path }: Start & { path: string }, epochs: number, batches: number): string {
  if (epoch >= epochs) return `nothing to train: epoch ${epoch} of ${epochs} is done (step ${step}), from ${path}`;
  return `going on in epoch ${epoch + 1} of ${epochs}, batch ${batch + 1} of ${batches} (step ${step + 1}), from ${path}`;
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
