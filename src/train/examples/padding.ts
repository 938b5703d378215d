import type { NumericArray, NumericData } from "../../data";

/**
 * An array without what stands in its padding: a copy where anything is to be replaced, else the array itself. In y, what
 * stands past the end of a sequence becomes 0, because it may be a label outside the classes; in x, only what is not finite,
 * because a model may look at the padding. Otherwise NaN in the padding would make gradients NaN: 0 · NaN is NaN.
 */
export function withoutPadding(array: NumericArray, lengths: Int32Array, part: "x" | "y"): NumericArray {
  const [count = 0, nSteps = 0, ...features] = array.shape;
  const perStep = features.reduce((product, size) => product * size, 1);
  const isDead = (position: number) =>
    Math.floor(position / perStep) % nSteps >= (lengths[Math.floor(position / (perStep * nSteps))] as number);
  const isWrong: (value: number) => boolean =
    part === "y" ? (value) => value !== 0 : (value) => !Number.isFinite(value);
  if (part === "x" && !(array.data instanceof Float32Array)) return array;
  return replaced(array, count * nSteps * perStep, (position, value) => isWrong(value) && isDead(position));
}

/** An array with 0 where a mask, which has the array's first axes, is 0. */
export function withoutMasked(array: NumericArray, mask: NumericArray): NumericArray {
  const per = array.data.length / Math.max(1, mask.data.length);
  return replaced(
    array,
    array.data.length,
    (position, value) => value !== 0 && mask.data[Math.floor(position / per)] === 0,
  );
}

function replaced(
  array: NumericArray,
  size: number,
  isWrong: (position: number, value: number) => boolean,
): NumericArray {
  let data: NumericData | undefined;
  for (let position = 0; position < size; position++) {
    if (!isWrong(position, array.data[position] as number)) continue;
    data ??= array.data.slice();
    data[position] = 0;
  }
  return data === undefined ? array : { data, shape: array.shape };
}
