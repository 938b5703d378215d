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
import { type AnyModel, checkModel, weightsByName } from "../model";
import { STATE_PREFIX } from "../resume/resume";
import { ARRAY_PREFIX } from "../resume/resume-callbacks";
import { readWeights, writeWeights } from "../weight-arrays";

/**
 * Writes a model's weights to a safetensors file, by their names: `rnn/lstm_cell/kernel`. Python's `safetensors` reads
 * it.
 *
 * @example
 *   await saveWeights(model, "exported/mnist.safetensors");
 *
 * @throws ArgumentError for a model or path that is wrong, or a weight that is not float32
 * @throws DataError when the file cannot be written
 */
export async function saveWeights(model: AnyModel, file: string): Promise<void> {
  checkModel("saveWeights", model);
  checkPath("saveWeights", "file", file);
  await saveSafetensors(file, readWeights("saveWeights", model));
}

/**
 * Loads a model's weights from a safetensors file that `saveWeights` wrote, or from a checkpoint. Of a checkpoint only
 * the weights are used, without the optimizer's slots and the callbacks' arrays.
 *
 * @example
 *   await loadWeights(model, "exported/mnist.safetensors");
 *   const best = await bestCheckpoint("runs/mnist");
 *   if (best) await loadWeights(model, best.path);
 *
 * @param path the file, the index of several (`model.safetensors.index.json`), or the checkpoint's folder
 * @throws ArgumentError for a model or path that is wrong, or a weight that is not float32
 * @throws DataError naming a weight that the file lacks, has in addition, or has in another shape, or what is wrong
 *   with the file; nothing is changed then
 */
export async function loadWeights(model: AnyModel, path: string): Promise<void> {
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

/**
 * The weights of a checkpoint: its arrays without those of callbacks and of streams, and without the slots of other arrays
 * (`kernel/Adam`).
 */
async function weightsIn(model: AnyModel, path: string): Promise<Readonly<Record<string, NumericArray>>> {
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
  const isState = (name: string) => name.startsWith(ARRAY_PREFIX) || name.startsWith(STATE_PREFIX);
  const own = names.filter((name) => !isState(name) && !isSlot(name));
  return Object.fromEntries(own.map((name) => [name, tensors[name] as NumericArray]));
}
