import { stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  DataError,
  listCheckpoints,
  loadSafetensors,
  type NumericArray,
  readCheckpoint,
  saveSafetensors,
} from "../../data";
import { checkPath } from "../checks";
import { checkModel, type Model, weightsByName } from "../model";
import { ARRAYS } from "../resume/resume-callbacks";
import { readWeights, writeWeights } from "../weight-arrays";

/**
 * A model's weights as a safetensors file, by their names: `rnn/lstm_cell/kernel`. Python's `safetensors` reads it.
 *
 * @throws ArgumentError on what is no model or no path, or has a weight that is not float32
 * @throws DataError when the file cannot be written
 */
export async function saveWeights(model: Model, file: string): Promise<void> {
  checkModel("saveWeights", model);
  checkPath("saveWeights", "file", file);
  await saveSafetensors(file, readWeights("saveWeights", model));
}

/**
 * Gives a model the weights of a safetensors file, as `saveWeights` writes it, or of a checkpoint, whose optimizer's slots
 * and callbacks' arrays are left out:
 *
 *   const best = await bestCheckpoint("runs/mnist");
 *   if (best) await loadWeights(model, best.path);
 *
 * @param path the file, or the checkpoint's folder
 * @throws ArgumentError on what is no model or no path, or has a weight that is not float32
 * @throws DataError naming a weight that is missing there, left over, or of another shape, or what is wrong with the file;
 *   nothing is changed then
 */
export async function loadWeights(model: Model, path: string): Promise<void> {
  checkModel("loadWeights", model);
  checkPath("loadWeights", "file", path);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const arrays = isFolder ? await weightsIn(model, path) : await loadSafetensors(path);
  const hint = basename(path) === "tensors.safetensors" ? " (of a checkpoint give the folder)" : "";
  const refuse = (name: string, expected: string, actual: string) =>
    new DataError(path, name, `${expected}, as the model has`, `${actual}${hint}`);
  writeWeights("loadWeights", model, arrays, refuse);
}

/** The weights of a checkpoint: the arrays that are no callback's and no slot of another, `kernel/Adam`. */
async function weightsIn(model: Model, path: string): Promise<Readonly<Record<string, NumericArray>>> {
  const [newest] = await listCheckpoints(path);
  if (newest !== undefined) {
    const expected = "a safetensors file, or one checkpoint's folder: (await bestCheckpoint(folder)).path";
    throw new DataError(path, "kind", expected, "a folder of checkpoints");
  }
  const { tensors } = await readCheckpoint(path);
  const names = Object.keys(tensors);
  const weights = weightsByName(model);
  const isSlot = (name: string) =>
    !Object.hasOwn(weights, name) && names.includes(name.slice(0, name.lastIndexOf("/")));
  const own = names.filter((name) => !name.startsWith(ARRAYS) && !isSlot(name));
  return Object.fromEntries(own.map((name) => [name, tensors[name] as NumericArray]));
}
