import * as tf from "../../../tf";
import { capture } from "../../capture/capture";
import { gradientsByRows, type RowSlices } from "../../capture/row-gradients";
import type { VariableUpdate } from "../../capture/variable-updates";
import { CompileError } from "../../errors";
import type { Trace } from "../../ir/trace";
import { lower } from "../../lower";
import { type CaptureOptions, type LossShape, shapeOf, shardSample } from "./capture-loss";
import type { StepLoss } from "./loss-terms";
import { type LossTerms, type ReadLoss, readLoss } from "./read-loss";

/** A loss and its gradients, captured on a shard. */
export interface CapturedGradients {
  /**
   * Inputs: the loss's arguments, the step's number, the variables, the frozen ones; for a loss of parts also one factor for
   * each part, which is its weight / the batch's count of its terms. Outputs: the sum of the loss's terms, their count,
   * and the gradients of the sum; the further tensors; the next values of updated variables; for a loss of parts also the sums of its parts, then their counts.
   * In a loss of parts the first output is the sum of the parts' sums, each times its factor, and the second one is unused.
   *
   * Where the loss only gathers rows of a variable, the values of its slices stand in place of its gradient, and the indices of
   * all such slices are the last outputs.
   */
  readonly trace: Trace;
  /** For each variable whose gradient is in slices, by number: the output that has the indices of the slices. */
  readonly indices: ReadonlyMap<number, number>;
  readonly shape: LossShape;
}

/**
 * Captures a loss and its gradients on the first examples of a batch.
 *
 * @throws CompileError when the loss cannot become a graph, or does not use a variable
 */
export function captureGradients(
  loss: StepLoss,
  batch: readonly tf.Tensor[],
  options: CaptureOptions,
): CapturedGradients {
  const { variables, frozen } = options;
  try {
    return captureWith(0);
  } catch (error) {
    if (!(error instanceof PartsFound)) throw error;
    return captureWith(error.parts);
  }

  function captureWith(parts: number): CapturedGradients {
    let captured: CapturedGradients | undefined;
    tf.tidy(() => {
      const { shard, training, updates } = shardSample(batch, options);
      const factors = Array.from({ length: parts }, () => tf.scalar(1));
      let shape: LossShape | undefined;
      let sliced: number[] = [];
      const compute = () => {
        const kept: tf.Tensor[] = []; // the engine's gradients would dispose them at their end
        const keep = (tensor: tf.Tensor) => kept.push(tf.keep(tensor));
        const sumOfTerms = () => {
          const read = readLoss(loss(...shard, training));
          if ((read.names?.length ?? 0) !== parts) throw new PartsFound(read.terms.length);
          shape = shapeOf(
            read,
            updates.map(({ variable }) => variable),
          );
          return weightedSum({ ...read, updates }, factors, keep);
        };
        try {
          const { value, gradients } = gradientsOf(sumOfTerms, options);
          const [count, ...others] = kept.map((tensor) => tf.clone(tensor)) as [tf.Tensor, ...tf.Tensor[]];
          sliced = gradients.flatMap((gradient, i) => (isSliced(gradient) ? [i] : []));
          const values = gradients.map((gradient) => (isSliced(gradient) ? gradient.values : gradient));
          return [
            value,
            count,
            ...values,
            ...others,
            ...gradients.flatMap((each) => (isSliced(each) ? each.indices : [])),
          ];
        } finally {
          tf.dispose([...kept, ...updates.map((update) => update.value)]);
        }
      };
      const trace = lower(capture(compute, [...shard, training.step, ...variables, ...frozen, ...factors]));
      const first = trace.outputs.length - sliced.length;
      const indices = new Map(sliced.map((variable, i) => [variable, first + i]));
      captured = { trace, indices, shape: shape as unknown as LossShape }; // not returned, because tf.tidy would search it for tensors
    });
    return captured as unknown as CapturedGradients;
  }
}

/** Ends a capture, because how many factors it needs is known only once the loss was called. */
class PartsFound extends Error {
  constructor(readonly parts: number) {
    super(`trainStep: the loss has ${parts} parts at one call and another number at the next`);
  }
}

/** The scalar that is differentiated. @param keep takes the count, and then the further outputs, in their order */
function weightedSum(
  { terms, names, aux, updates }: ReadLoss & { readonly updates: readonly VariableUpdate[] },
  factors: readonly tf.Scalar[],
  keep: (tensor: tf.Tensor) => void,
): tf.Scalar {
  const countOf = ({ count }: LossTerms) => tf.sum(count.toFloat());
  const sumOf = ({ sum }: LossTerms) => tf.sum(sum);
  const further = [...aux.map(({ tensor }) => tensor), ...updates.map(({ value }) => value)];
  const [first] = terms as [LossTerms];
  if (names === undefined) {
    keep(countOf(first));
    for (const tensor of further) keep(tf.clone(tensor));
    return sumOf(first) as tf.Scalar;
  }
  keep(tf.scalar(1));
  for (const tensor of further) keep(tf.clone(tensor));
  const sums = terms.map(sumOf);
  for (const each of [...sums, ...terms.map(countOf)]) keep(each);
  return tf.addN(sums.map((sum, i) => tf.mul(sum, factors[i] as tf.Scalar))) as tf.Scalar;
}

const isSliced = (gradient: tf.Tensor | RowSlices): gradient is RowSlices => !(gradient instanceof tf.Tensor);

/** @throws CompileError naming the first variable that the loss does not use */
function gradientsOf(loss: () => tf.Scalar, { variables, names }: CaptureOptions) {
  const { value, gradients } = gradientsByRows(loss, variables);
  if (gradients.every((gradient) => gradient === undefined)) {
    throw new CompileError("trainStep: the loss uses none of the variables");
  }
  const given = gradients.map((gradient, i) => {
    if (gradient) return gradient;
    throw new CompileError(`trainStep: ${names[i]} takes no part in the loss; its shape is [${variables[i]?.shape}]`);
  });
  return { value, gradients: given };
}
