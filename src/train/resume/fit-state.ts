import { type Checkpoint, DataError } from "../../data";
import type { EpochRecord, LossSums } from "../history";
import { fromPlain } from "./plain-json";

/** What fit keeps in a checkpoint, without weights, optimizer and callbacks. */
export interface FitState {
  readonly losses: LossSums;
  /** Checkpoints of version 0.1.0 do not have it. */
  readonly seconds?: number;
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
    Array.isArray(kept.epochs) &&
    kept.epochs.every((record) => typeof record?.epoch === "number" && typeof record.loss === "number");
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

const withSums = (state: (FitState & OldState) | null): FitState | null =>
  state?.loss === undefined || state.losses !== undefined
    ? state
    : { ...state, losses: { loss: { sum: state.loss.sum, count: state.loss.rows } } };
