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
import type { EpochRecord } from "../history";
import type { LossPart } from "../loss/batch-loss";
import { EpochLosses, sumNames } from "../loss/epoch-losses";
import { type AnyModel, weightsByName } from "../model";
import { epochsOf, fitStateOf, plainRecord } from "./fit-state";
import { toPlain, toSorted } from "./plain-json";
import { ARRAY_PREFIX, arrayNameOf, namesOf, restoreCallbacks } from "./resume-callbacks";
import { captureTraining, restoreTraining } from "./training-state";

/** The parts of a fit that its checkpoints describe, without the position. A resumed fit must have the same. */
export interface CheckpointSubject {
  readonly model: AnyModel;
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly callbacks: readonly Callback[];
  /** The functions of the loss. */
  readonly parts: readonly LossPart[];
  /** The settings that fix which examples each batch has. Checkpoint files use these names. */
  readonly order: {
    readonly rows: number;
    readonly batchSize: number;
    readonly shuffle: boolean;
    readonly buckets: number;
  };
}

/**
 * The content of a checkpoint: with it, `resumeFrom` brings another training to the same state. @throws DataError for
 * a state that files cannot store
 */
export function contentOf(subject: CheckpointSubject, start: Start): CheckpointContent {
  const { step, epoch, batch, losses, seconds, records, log, streamState } = start;
  const { model, optimizer, seed, callbacks, order } = subject;
  const named = namesOf(callbacks);
  const states = named.flatMap(([name, callback]) => {
    const state = callback.getState?.() ?? null;
    return state === null ? [] : [[name, state] as const];
  });
  const { tensors, state } = captureTraining(
    { weights: weightsByName(model), optimizer, step: { iteration: step }, seed },
    { epoch, batch, callbacks: toSorted(Object.fromEntries(states)) as JsonRecord },
  );
  const arrays: Record<string, NumericArray> = { ...tensors };
  for (const [name, callback] of named) {
    for (const [part, array] of Object.entries(callback.getArrays?.() ?? {})) arrays[arrayNameOf(name, part)] = array;
  }
  streamState?.forEach((array, i) => {
    arrays[`${STATE_PREFIX}${i}`] = array;
  });
  const epochs = records.slice(log.length); // final only when all callbacks have seen it
  const fit = { ...order, losses: losses.state, seconds, logged: log.length, epochs };
  return { number: step, tensors: arrays, state: { ...state, fit: toPlain(fit) }, history: log };
}

/**
 * Restores weights, optimizer and callbacks from a folder's latest undamaged checkpoint. Callbacks are identified by
 * their classes. A callback that the checkpoint does not have begins anew. A warning on stderr names each callback
 * that the checkpoint has and this fit does not.
 *
 * @returns undefined when the folder has no checkpoint
 * @throws DataError naming the first difference when the checkpoint belongs to another model, optimizer, seed or order
 *   of the data; the model is unchanged then
 */
export async function resumeFrom(
  folder: string,
  subject: CheckpointSubject,
): Promise<(Start & { path: string }) | undefined> {
  const checkpoint = await latestCheckpoint(folder);
  if (checkpoint === undefined) return undefined;
  const { path, tensors, state } = checkpoint;
  const { model, optimizer, seed, callbacks, parts, order } = subject;
  const { losses: sums, seconds = 0, logged = 0, epochs } = fitStateOf(checkpoint, order, sumNames(parts));
  if (state.iteration !== checkpoint.number) {
    throw new DataError(path, "state.iteration", `${checkpoint.number}`, String(state.iteration));
  }
  const own = Object.entries(tensors).filter(
    ([name]) => !name.startsWith(ARRAY_PREFIX) && !name.startsWith(STATE_PREFIX),
  );
  const kept = await epochsOf(checkpoint, logged);
  const step = { iteration: 0 };
  const training = { weights: weightsByName(model), optimizer, step, seed };
  const warnings = [...kept.warnings, ...restoreCallbacks(checkpoint, callbacks)];
  const { epoch, batch } = restoreTraining(training, { ...checkpoint, tensors: Object.fromEntries(own) });
  for (const line of warnings) console.warn(line);
  const losses = new EpochLosses(parts, sums);
  const records = [...kept.records, ...epochs];
  const log = [...kept.log, ...epochs.map(plainRecord)];
  return { path, step: step.iteration, epoch, batch, losses, seconds, records, log, streamState: stateIn(tensors) };
}

/** The prefix of the names of the state of streams in a checkpoint. */
export const STATE_PREFIX = "stream:";

/** The state of streams that a checkpoint keeps; undefined where it keeps none. */
function stateIn(tensors: Checkpoint["tensors"]): readonly NumericArray[] | undefined {
  const count = Object.keys(tensors).filter((name) => name.startsWith(STATE_PREFIX)).length;
  const arrays = Array.from({ length: count }, (_, i) => tensors[`${STATE_PREFIX}${i}`] as NumericArray);
  return count === 0 ? undefined : arrays;
}

/** The position at which a training begins or continues. */
export interface Start {
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
  /** The losses of that epoch's batches so far. */
  readonly losses: EpochLosses;
  /** How long that epoch has taken so far. */
  readonly seconds: number;
  readonly records: readonly EpochRecord[];
  /** The records that are final, because all callbacks have seen them, as a checkpoint's history has them. */
  readonly log: readonly JsonRecord[];
  /** The state of streams before the next batch, where there is one. */
  readonly streamState?: readonly NumericArray[] | undefined;
}
