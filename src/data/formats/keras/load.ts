import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NumericArray } from "../../array";
import { checkBoolean, checkOptions } from "../../check-options";
import { DataError } from "../../errors";
import { checkPath } from "../../files/check-path";
import { openFile } from "../../files/random-access";
import { readZip } from "../zip";
import { withHdf5 } from "./hdf5";
import { weightNames } from "./names";

export interface KerasWeightsOptions {
  /** true gives the arrays of the optimizer and of metrics too. Default: false. */
  optimizer?: boolean;
  /** Prints the line about arrays that are left out. Default: console.log. */
  log?: (line: string) => void;
}

const WHERE = "loadKerasWeights";
const WEIGHTS = "model.weights.h5";

/**
 * Reads the weights of a file that Keras wrote, by name: "….weights.h5" and "….keras" of Keras 3 (and of 2.12 and later), and "….h5"
 * of Keras 2, of weights or of a whole model. `fromKeras` of "unroll/rnn" gives the arrays to cells and layers.
 *
 * A weight of "….h5" has Keras's own name, `lstm/lstm_cell/kernel`, without ":0". The newer files number the weights of each layer:
 * `lstm/lstm_cell/0`. Where such a file stores no names of layers (Keras 2), its weights have the path of the file,
 * `layers/lstm_1/cell/0`: the second LSTM layer.
 *
 * float32 and int32 stay so, uint8 too; float64 becomes float32, rounded to the nearest; int64 becomes int32, when it is in range. An
 * array of another type is left out, and a line says so.
 *
 * @example
 *   const arrays = await loadKerasWeights("models/model.weights.h5");
 *   console.log(Object.keys(arrays)); // "lstm/lstm_cell/0", …
 *
 * @throws DataError when the file cannot be read, is cut or is none of Keras, and for a value that the array cannot hold
 */
export async function loadKerasWeights(
  path: string,
  options: KerasWeightsOptions = {},
): Promise<Record<string, NumericArray>> {
  checkOptions(WHERE, options, ["optimizer", "log"]);
  const { optimizer = false, log = console.log } = options;
  checkBoolean(WHERE, "optimizer", optimizer);
  const head = await headOf(path);
  if (!(head[0] === 0x50 && head[1] === 0x4b)) return arraysIn(path, path, optimizer, log); // "PK": a ZIP archive
  const archive = await readFile(path);
  const folder = await mkdtemp(join(tmpdir(), "unroll-keras-")); // the HDF5 library reads files alone
  try {
    const unpacked = join(folder, WEIGHTS);
    await writeFile(unpacked, readZip(archive, path, WEIGHTS));
    return await arraysIn(unpacked, path, optimizer, log);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param name the file's name in messages */
async function arraysIn(
  path: string,
  name: string,
  optimizer: boolean,
  log: (line: string) => void,
): Promise<Record<string, NumericArray>> {
  const arrays: Record<string, NumericArray> = Object.create(null);
  const left: string[] = [];
  await withHdf5(path, name, (file) => {
    for (const [weight, { foreign, read }] of weightNames(file, optimizer)) {
      if (foreign === undefined) arrays[weight] = read();
      else left.push(`${weight} (${foreign})`);
    }
  });
  if (left.length > 0) {
    const what = left.length === 1 ? "1 array is left out" : `${left.length} arrays are left out`;
    log(`${name}: ${what}: ${left.slice(0, 8).join(", ")}${left.length > 8 ? ", …" : ""}`);
  }
  if (Object.keys(arrays).length > 0) return arrays;
  throw new DataError(name, "content", "weights of a Keras model", left.length > 0 ? "none of a known type" : "none");
}

/** The first bytes of a file. @throws DataError when it is none, or cannot be read */
async function headOf(path: string): Promise<Uint8Array> {
  checkPath(WHERE, "path", path);
  const { size, read, close } = await openFile(path);
  try {
    return await read(0, Math.min(size, 2), "content");
  } finally {
    await close();
  }
}
