import {
  type Checkpoint,
  type CheckpointContent,
  DataError,
  type JsonRecord,
  latestCheckpoint,
  type NumericArray,
} from "../../data";
import type { Optimizer } from "../../rnn";
import type { Callback } from "../callback";
import { type EpochRecord, RunningMean } from "../history";
import { type Model, weightsByName } from "../model";
import { fromPlain, toPlain } from "./plain-json";
import { ARRAYS, namesOf, placeOf, restoreCallbacks } from "./resume-callbacks";
import { captureTraining, restoreTraining } from "./training-state";

/** What a checkpoint of fit is of; the rest is where it stands. */
export interface Trained {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly callbacks: readonly Callback[];
  /** What says which examples a batch has. */
  readonly order: {
    readonly rows: number;
    readonly batchSize: number;
    readonly shuffle: boolean;
    readonly buckets: number;
  };
}

/** A training as it stands, so that `resumeFrom` makes another one the same. @throws DataError for what files cannot keep */
export function contentOf(trained: Trained, { step, epoch, batch, mean, records }: Start): CheckpointContent {
  const { model, optimizer, seed, callbacks, order } = trained;
  const named = namesOf(callbacks);
  const states = named.flatMap(([name, callback]) => {
    const state = callback.getState?.() ?? null;
    return state === null ? [] : [[name, state] as const];
  });
  const { tensors, state } = captureTraining(
    { weights: weightsByName(model), optimizer, step: { iteration: step }, seed },
    { epoch, batch, callbacks: toPlain(Object.fromEntries(states)) as JsonRecord },
  );
  const arrays: Record<string, NumericArray> = { ...tensors };
  for (const [name, callback] of named) {
    for (const [part, array] of Object.entries(callback.getArrays?.() ?? {})) arrays[placeOf(name, part)] = array;
  }
  const fit = { ...order, loss: { sum: mean.sum, rows: mean.weight }, epochs: records };
  return { number: step, tensors: arrays, state: { ...state, fit: toPlain(fit) } };
}

/**
 * Goes on from a folder's latest checkpoint that is whole: weights, optimizer and callbacks become what they were.
 * Callbacks are known by their classes; one that the checkpoint does not have begins anew, and of one that it has and the
 * fit has not, a line on stderr tells.
 *
 * @returns undefined where the folder has no checkpoint
 * @throws DataError naming the first difference when it is of another model, optimizer, seed or order of the data; the
 *   model is as it was then
 */
export async function resumeFrom(folder: string, trained: Trained): Promise<(Start & { path: string }) | undefined> {
  const checkpoint = await latestCheckpoint(folder);
  if (checkpoint === undefined) return undefined;
  const { path, tensors, state } = checkpoint;
  const { model, optimizer, seed, callbacks, order } = trained;
  const { loss, epochs } = fitStateOf(checkpoint, order);
  if (state.iteration !== checkpoint.number) {
    throw new DataError(path, "state.iteration", `${checkpoint.number}`, String(state.iteration));
  }
  const own = Object.entries(tensors).filter(([name]) => !name.startsWith(ARRAYS));
  const step = { iteration: 0 };
  const training = { weights: weightsByName(model), optimizer, step, seed };
  const lost = restoreCallbacks(checkpoint, callbacks);
  const { epoch, batch } = restoreTraining(training, { ...checkpoint, tensors: Object.fromEntries(own) });
  for (const line of lost) console.warn(line);
  const mean = new RunningMean(loss.sum, loss.rows);
  return { path, step: step.iteration, epoch, batch, mean, records: epochs };
}

/** What fit adds to a training's state. @throws DataError when it is not there, or of data in another order */
function fitStateOf({ path, state }: Checkpoint, order: Trained["order"]) {
  const fit = fromPlain(state.fit ?? null) as {
    loss: { sum: number; rows: number };
    epochs: EpochRecord[];
  } & Trained["order"];
  const isWhole =
    typeof fit?.loss?.sum === "number" &&
    typeof fit.loss.rows === "number" &&
    Array.isArray(fit.epochs) &&
    fit.epochs.every((record) => typeof record?.epoch === "number" && typeof record.loss === "number");
  if (!isWhole)
    throw new DataError(path, "state.fit", "what fit keeps in a checkpoint", state.fit ? "another" : "none");
  for (const [name, value] of Object.entries(order)) {
    const kept = fit[name as keyof Trained["order"]];
    if (kept !== value) throw new DataError(path, name, `${value}, as this fit has`, String(kept));
  }
  return fit;
}

/** Where a training begins, or goes on. */
export interface Start {
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
  /** The loss of that epoch's batches so far. */
  readonly mean: RunningMean;
  readonly records: readonly EpochRecord[];
}
