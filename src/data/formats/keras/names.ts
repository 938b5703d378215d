import type { Hdf5, StoredArray } from "./hdf5";

/** The weights of a Keras file by the names that they get here. */
export type Named = readonly (readonly [name: string, array: StoredArray])[];

/** What a file holds besides the weights: an optimizer's arrays, metrics, and the seeds of dropout. */
const REST = /^(optimizer|optimizer_weights|metrics|_?\w*_metrics)\/|(^|\/)seed_generator\//;

/**
 * Names the arrays of a file, whichever of Keras's forms it has:
 *
 *   lstm/lstm/lstm_cell/kernel:0       save_weights("….h5")           lstm/lstm_cell/kernel
 *   model_weights/lstm/lstm/…          save("….h5"), of Keras 3 too   lstm/lstm_cell/kernel
 *   layers/lstm/cell/vars/0            "….weights.h5", "….keras"      lstm/lstm_cell/0, by the names that Keras 3 stores
 *                                                                     layers/lstm/cell/0, where it stores none
 *
 * In the last form a weight has only a number; `fromKeras` knows which weight of a layer it is.
 *
 * @param all whether what belongs to the optimizer is named too
 */
export function weightNames(file: Hdf5, all: boolean): Named {
  const root = file.paths.includes("model_weights") ? "model_weights" : "";
  const isLayered = [`layer_names`, `layer_names0`].some((name) => file.attribute(root, name) !== undefined);
  const arrays = all ? file.arrays : file.arrays.filter(({ path }) => !REST.test(path));
  if (root !== "" || isLayered) return arrays.map((array) => [layeredName(array.path, root), array]);
  const named = arrays.map((array) => [numberedName(array.path, file), array] as const);
  const isUnique = new Set(named.map(([name]) => name)).size === named.length;
  return isUnique ? named : arrays.map((array) => [array.path.replaceAll("/vars/", "/"), array]);
}

/** A layer's group holds its weights by their whole names, which begin with the layer's in most versions. */
function layeredName(path: string, root: string): string {
  const inside = root !== "" && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  const [layer = "", ...rest] = inside.replace(/:\d+$/, "").split("/");
  return rest[0] === layer ? rest.join("/") : [layer, ...rest].join("/");
}

/** Replaces each object of the path by the name that Keras 3 stores with its variables. */
function numberedName(path: string, file: Hdf5): string {
  const parts = path.split("/");
  const names = parts.map((part, i) => {
    if (part === "vars") return undefined;
    return file.attribute([...parts.slice(0, i + 1), "vars"].join("/"), "name") ?? part;
  });
  const hasNames = names.some((name, i) => name !== undefined && name !== parts[i]);
  const kept = names.filter((name, i) => name !== undefined && !(hasNames && i === 0 && name === "layers"));
  return kept.join("/");
}
