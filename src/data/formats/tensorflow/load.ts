import { describe, didYouMean, listed } from "../../../arguments";
import type { NumericArray } from "../../array";
import { checkBoolean, checkOptions } from "../../check-options";
import { DataError } from "../../errors";
import { checkPath } from "../../files/check-path";
import { openBundle } from "./bundle";
import { dtypeName, READABLE_NAMES, readableDtype } from "./dtypes";
import { findCheckpoint } from "./find-checkpoint";
import { plainName, slotNames } from "./slots";
import type { StoredTensor, StoredTensors } from "./stored-tensor";
import { openTables } from "./v1-tables";

export interface TensorFlowCheckpointOptions {
  /** The names of the tensors to read, with or without ":0". Nothing else is read then. Default: all weights. */
  names?: readonly string[];
  /** true gives what belongs to the optimizer too: `rnn/kernel/Adam`, `beta1_power`. Default: false. */
  slots?: boolean;
  /** Prints the line about tensors that are left out. Default: console.log. */
  log?: (line: string) => void;
}

const WHERE = "loadTensorFlowCheckpoint";

/**
 * Reads the tensors of a TensorFlow checkpoint, by name: one that TensorFlow 1.x's `tf.train.Saver` wrote, in the form that it
 * has since 0.12 (`model.ckpt.index` and `model.ckpt.data-00000-of-00001`, with more shards too) or in the one before (the file
 * `model.ckpt`); or one of TensorFlow 2's `tf.train.Checkpoint`, whose names lose "/.ATTRIBUTES/VARIABLE_VALUE". Types become
 * what `readSafetensors` makes of them. `fromTensorFlow` of "unroll/rnn" gives the arrays to cells and layers.
 *
 * The slots of optimizers and moving averages are left out by default. Tensors that are no numbers (a saved object graph) are
 * left out too, unless `names` has them; a line says how many.
 *
 * @example
 *   const arrays = await loadTensorFlowCheckpoint("models/model.ckpt-1000");
 *   console.log(Object.keys(arrays)); // "rnn/basic_lstm_cell/kernel", …
 *
 * @param path the beginning of the files' names, one of the files, or the folder, for its newest checkpoint
 * @throws DataError when the checkpoint, one of its shards, or a name of `names` is not there; when a file is cut or does not
 *   match its checksums; and for a value that the array cannot hold
 */
export async function loadTensorFlowCheckpoint(
  path: string,
  options: TensorFlowCheckpointOptions = {},
): Promise<Record<string, NumericArray>> {
  checkOptions(WHERE, options, ["names", "slots", "log"]);
  const { names, slots = false, log = console.log } = options;
  checkBoolean(WHERE, "slots", slots);
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === "string"))) {
    throw new DataError(WHERE, "names", "a list of names", describe(names));
  }
  checkPath(WHERE, "path", path);
  const { form, paths } = await findCheckpoint(path);
  const stored = form === "bundle" ? await openBundle(paths[0] as string) : await openTables(paths);
  try {
    const chosen = names === undefined ? weightsOf(path, stored, slots, log) : named(path, stored, names);
    const arrays: Record<string, NumericArray> = Object.create(null);
    for (const [name, tensor] of chosen) arrays[name] = await tensor.read();
    return arrays;
  } finally {
    await stored.close();
  }
}

type Chosen = readonly (readonly [name: string, tensor: StoredTensor])[];

function weightsOf(path: string, { tensors }: StoredTensors, slots: boolean, log: (line: string) => void): Chosen {
  const left = slots ? new Set<string>() : slotNames(tensors);
  const wanted = [...tensors].filter(([name]) => !left.has(name));
  const others = wanted.filter(([, { dtype }]) => readableDtype(dtype) === undefined);
  if (others.length > 0) {
    const list = others.slice(0, 8).map(([name, { dtype }]) => `${name} (${dtypeName(dtype)})`);
    const what =
      others.length === 1
        ? "1 tensor is left out, whose type is"
        : `${others.length} tensors are left out, whose types are`;
    log(`${path}: ${what} none of ${READABLE_NAMES.join(", ")}: ${list.join(", ")}${others.length > 8 ? ", …" : ""}`);
  }
  return wanted
    .filter(([, { dtype }]) => readableDtype(dtype) !== undefined)
    .map(([name, tensor]) => [plainName(name), tensor]);
}

function named(path: string, { tensors }: StoredTensors, names: readonly string[]): Chosen {
  const byName = new Map(
    [...tensors].flatMap(([name, tensor]) => [name, plainName(name)].map((each) => [each, tensor])),
  );
  return names.map((given) => {
    const name = given.replace(/:\d+$/, "");
    const tensor = byName.get(name);
    if (tensor !== undefined) return [name, tensor];
    const known = [...byName.keys()];
    throw new DataError(
      path,
      `tensor ${given}`,
      "one of the checkpoint's names",
      `${listed(known)}${didYouMean(name, known)}`,
    );
  });
}
