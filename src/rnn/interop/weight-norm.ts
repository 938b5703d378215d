import type { ArrayLike } from "../to-tensor";
import type { NamedArrays } from "../weights/named-weights";

/** The names of PyTorch's two parts of a weight, the sizes g and the directions v. */
const FORMS = [
  { g: /^(.+)_g$/, v: (name: string) => `${name}_v` }, // torch.nn.utils.weight_norm
  {
    g: /^((?:.+\.)?parametrizations\.[^.]+)\.original0$/, // torch.nn.utils.parametrizations.weight_norm
    v: (name: string) => `${name}.original1`,
  },
];

/**
 * Puts together the weights that PyTorch's `weight_norm` keeps in two parts (Salimans and Kingma 2016, arXiv:1602.07868):
 *
 *   w = g · v / ‖v‖        the norm is taken over all axes of v along which g has one value
 *
 * Parts that do not fit each other stay as they are, and so do those of a weight that is there itself.
 */
export function joinWeightNorms(stateDict: NamedArrays): NamedArrays {
  const arrays: Record<string, ArrayLike> = Object.assign(Object.create(null), stateDict);
  for (const g of Object.keys(stateDict)) {
    for (const form of FORMS) {
      const stem = form.g.exec(g)?.[1];
      if (stem === undefined) continue;
      const [name, v] = [stem.replace(/(^|\.)parametrizations\./, "$1"), form.v(stem)];
      const weight = Object.hasOwn(stateDict, name) ? undefined : scaled(stateDict[g], stateDict[v]);
      if (weight === undefined) continue;
      delete arrays[g];
      delete arrays[v];
      arrays[name] = weight;
    }
  }
  return arrays;
}

/** g · v / ‖v‖; undefined where the two are no such parts. */
function scaled(g: ArrayLike | undefined, v: ArrayLike | undefined): ArrayLike | undefined {
  if (!(g?.data instanceof Float32Array && v?.data instanceof Float32Array)) return undefined;
  const ofG = g.shape.length === 0 ? v.shape.map(() => 1) : g.shape;
  const fits = ofG.length === v.shape.length && ofG.every((size, axis) => size === 1 || size === v.shape[axis]);
  const size = v.shape.reduce((product, each) => product * each, 1);
  if (!fits || v.data.length !== size || g.data.length !== ofG.reduce((product, each) => product * each, 1)) {
    return undefined;
  }
  /** Which element of g belongs to an element of v. */
  const indexInG = (position: number): number => {
    let [rest, index, step] = [position, 0, 1];
    for (let axis = ofG.length - 1; axis >= 0; axis--) {
      if (ofG[axis] !== 1) index += (rest % (v.shape[axis] as number)) * step;
      rest = Math.floor(rest / (v.shape[axis] as number));
      step *= ofG[axis] as number;
    }
    return index;
  };
  const squares = new Float64Array(g.data.length);
  for (const [i, value] of v.data.entries()) squares[indexInG(i)] = (squares[indexInG(i)] as number) + value ** 2;
  const data = v.data.map((value, i) => {
    const index = indexInG(i);
    return ((g.data[index] as number) * value) / Math.sqrt(squares[index] as number);
  });
  return { data, shape: v.shape };
}
