import { kernelOnTape } from "../../compile/internal";
import * as tf from "../../tf";
import { at, type Structure } from "../structure";
import type { LossPart } from "./batch-loss";
import { logitTargets } from "./logit-losses";

const ACTIVATIONS: Readonly<Record<string, string>> = { Softmax: "softmax", Sigmoid: "sigmoid" };
/** Kernels that move values and change none. */
const MOVES: ReadonlySet<string> = new Set(["Cast", "Concat", "Identity", "Pack", "Reshape", "Slice", "Transpose"]);

const seen = new WeakSet<LossPart>();

/**
 * Warns, once for each function of a loss, when a cross-entropy of logits gets what a softmax or a sigmoid gave: the loss applies
 * it again, its gradients are too small and its value cannot get near 0. Keras looks for the activation in the same way. Must be
 * called where a gradient is being recorded; elsewhere it finds nothing.
 */
export function warnOfActivation(where: string, part: LossPart, outputs: Structure<tf.Tensor>): void {
  if (seen.has(part)) return;
  seen.add(part);
  const kind = logitTargets(part.of);
  const given = at(outputs, part.output);
  if (kind === undefined || !(given instanceof tf.Tensor)) return;
  const activation = ACTIVATIONS[kernelOnTape(given, MOVES) ?? ""];
  if (activation === undefined) return;
  const loss = kind === "classes" ? "crossEntropy" : "binaryCrossEntropy";
  const output = part.output === undefined ? "" : ` ${part.output}`;
  console.warn(
    `unroll: ${where}: ${loss} takes logits and applies the ${kind === "classes" ? "softmax" : "sigmoid"} itself, but the model's ` +
      `output${output} is that of a ${activation}. Leave the last activation out of the model; predict's outputs are then logits, ` +
      `and tf.${activation} makes probabilities of them`,
  );
}
