import { type Checkpoint, DataError, type JsonRecord, readHistory } from "../../data";
import type { EpochRecord, LossSums } from "../history";
import { fromPlain, toPlain } from "./plain-json";

/** What fit keeps in a checkpoint, without weights, optimizer and callbacks. */
export interface FitState {
  readonly losses: LossSums;
  /** Checkpoints of version 0.1.0 do not have it. */
  readonly seconds?: number;
  /** How many records the checkpoint's history has. Older checkpoints have all records in `epochs`. */
  readonly logged?: number;
  /** The records after those: of the epoch whose callbacks run. */
  readonly epochs: readonly EpochRecord[];
}

/** Checkpoints of version 0.1.0 have the sum of the batches' losses, each times its examples, and the number of examples. */
interface OldState extends Omit<FitState, "losses"> {
  readonly loss?: { readonly sum: number; readonly rows: number };
}

/**
 * Reads the part of the state that fit adds.
 *
 * @param order the settings that fix which examples each batch has
 * @param names of the loss's functions, as `LossSums` has them
 * @throws DataError when it is missing, or describes another order of the data or another loss
 */
export function fitStateOf(
  { path, state }: Checkpoint,
  order: Readonly<Record<string, unknown>>,
  names: readonly string[],
): FitState {
  const kept = withSums(fromPlain(state.fit ?? null) as (FitState & OldState) | null);
  const isSum = (each: { sum?: unknown; count?: unknown } | null) =>
    typeof each?.sum === "number" && typeof each.count === "number";
  const isWhole =
    kept !== null &&
    typeof kept.losses === "object" &&
    Object.values(kept.losses ?? {}).every(isSum) &&
    (kept.seconds === undefined || typeof kept.seconds === "number") &&
    (kept.logged === undefined || Number.isSafeInteger(kept.logged)) &&
    Array.isArray(kept.epochs) &&
    kept.epochs.every(isEpoch);
  if (!isWhole)
    throw new DataError(path, "state.fit", "what fit keeps in a checkpoint", state.fit ? "another" : "none");
  for (const [name, value] of Object.entries(order)) {
    const other = (kept as unknown as Readonly<Record<string, unknown>>)[name];
    if (other !== value) throw new DataError(path, name, `${value}, as this fit has`, String(other));
  }
  const found = Object.keys(kept.losses).join(", ");
  if (found !== names.join(", ")) throw new DataError(path, "losses", `${names.join(", ")}, as this fit has`, found);
  return kept;
}

const isEpoch = (record: Partial<EpochRecord> | null): record is EpochRecord =>
  typeof record?.epoch === "number" && typeof record.loss === "number";

/**
 * The records of the epochs that are final, from a checkpoint's history; each also as the history has it.
 *
 * @returns no records, and a warning, where the history's file is missing
 * @throws DataError when the file is damaged, or has other records than epochs'
 */
export async function epochsOf(checkpoint: Checkpoint, logged: number): Promise<KeptEpochs> {
  const { path } = checkpoint;
  const log = await readHistory(checkpoint);
  if (log === undefined || (log.length === 0 && logged > 0)) {
    const lost = `the file of its first ${logged} epochs is missing beside it: the history begins after them`;
    return { log: [], records: [], warnings: [`unroll: ${path}: ${lost}`] };
  }
  if (log.length !== logged) throw new DataError(path, "state.fit.logged", `${log.length} records`, `${logged}`);
  const records = log.map((record) => (isPlain(record) ? record : fromPlain(record))) as EpochRecord[];
  const wrong = records.findIndex((record) => !isEpoch(record));
  if (wrong >= 0) throw new DataError(path, `history, record ${wrong + 1}`, "that of an epoch", "another");
  return { log, records, warnings: [] };
}

/** The records of a training's epochs, and those that are final as a checkpoint's history has them. */
export interface KeptEpochs {
  readonly log: readonly JsonRecord[];
  readonly records: readonly EpochRecord[];
  readonly warnings: readonly string[];
}

/** A record as a history has it: the record itself, where JSON can store its numbers, so that a long history needs its memory once. */
export const plainRecord = (record: EpochRecord): JsonRecord =>
  isPlain(record) ? record : (toPlain(record) as JsonRecord);

const isPlain = (record: JsonRecord): boolean => Object.values(record).every((value) => Number.isFinite(value));

const withSums = (state: (FitState & OldState) | null): FitState | null =>
  state?.loss === undefined || state.losses !== undefined
    ? state
    : { ...state, losses: { loss: { sum: state.loss.sum, count: state.loss.rows } } };
