import type * as tf from "../../tf";
import type { BatchTensors, Source } from "../examples/source";
import { type AnyModel, weightsByName } from "../model";
import { placeOf, withTensors } from "./batch-tensors";

/** A step whose loss or a gradient was not finite; it changed no weight. */
export interface StepFailure {
  readonly loss: number;
  /** The first tensor that is not finite, in the order x, y, weights, loss, gradients. */
  readonly tensor: string;
  /** Where the first such number of x or y stands in the data. */
  readonly example?: string;
}

/** @param gradient the weight whose gradient is the first that is not finite, where it is known */
export function failureOf(
  { model, source }: { readonly model: AnyModel; readonly source: Source },
  indices: Int32Array,
  loss: number,
  gradient: tf.Variable | undefined,
): StepFailure {
  const input = withTensors(source, indices, (tensors) => firstInBatch(source, indices, tensors));
  if (input !== undefined) return { loss, ...input };
  const weights = Object.entries(weightsByName(model));
  const wrong = weights.find(([, variable]) => firstNotFinite(variable) >= 0);
  if (wrong !== undefined) return { loss, tensor: wrong[0] };
  if (!Number.isFinite(loss)) return { loss, tensor: "the loss" };
  const weight = weights.find(([, variable]) => variable === gradient);
  return { loss, tensor: weight ? `the gradient of ${weight[0]}` : "a sum over gradients" };
}

/** The first tensor of a batch that is not finite, the place of the number in the data, and how many rows have such numbers. */
function firstInBatch(
  source: Source,
  indices: Int32Array,
  tensors: BatchTensors,
): Omit<StepFailure, "loss"> | undefined {
  for (const [path, tensor] of Object.entries(tensors)) {
    const values = tensor.dataSync();
    const [rowCount = 1, nSteps = 1] = tensor.shape;
    const [perRow, perStep] = [tensor.size / rowCount, tensor.size / (rowCount * nSteps)];
    const lengths = tensors[`lengths.${path}`]?.dataSync(); // what stands in the padding does no harm
    const isLive = (i: number) => Math.floor((i % perRow) / perStep) < (lengths?.[Math.floor(i / perRow)] ?? nSteps);
    const wrong = Array.from(values.keys()).filter((i) => !Number.isFinite(values[i]) && isLive(i));
    const [first] = wrong;
    if (first === undefined) continue;
    const others = new Set(wrong.map((i) => Math.floor(i / perRow))).size - 1;
    const more = others === 0 ? "" : `, and ${others} other row${others === 1 ? "" : "s"} of this batch`;
    const place = placeOf(source, indices, path, tensor.shape, first);
    return { tensor: path, example: `${place} is ${values[first]}${more}` };
  }
  return undefined;
}

const firstNotFinite = (tensor: tf.Tensor) =>
  (tensor.dataSync() as Float32Array).findIndex((value) => !Number.isFinite(value));
