import { collectUpdates } from "../../compile/internal";
import { computeGradients } from "../../rnn";
import * as tf from "../../tf";
import { type PartSum, partSums } from "../loss/step-loss";
import { withBatch } from "./batch-tensors";
import { disposeValues, lossOf, streamStateOf } from "./carried-batch";
import { locateLabelErrors } from "./label-errors";
import { failureOf } from "./step-failure";
import type { TrainingStep, TrainingStepOptions } from "./step-options";
import { checkListed, trainableOf } from "./trained-weights";

/** A training step that runs one operation at a time. */
export function eagerStep(options: TrainingStepOptions): TrainingStep {
  const { where, model, source, optimizer, seed, iteration } = options;
  const state = streamStateOf(options);
  let step = iteration;
  let isChecked = false;
  const run = async (indices: Int32Array) =>
    withBatch(source, indices, (batch) => {
      const variables = trainableOf(where, model);
      let parts: readonly PartSum[] = [];
      let next: readonly tf.Tensor[] = [];
      const carried = state?.before(indices) ?? [];
      const training = { seed, step };
      const updates = collectUpdates(training);
      const loss = () => {
        const { loss, sums, next: after } = lossOf(options, state, { batch, carried }, training);
        if (!isChecked) checkListed(where, model);
        isChecked = true;
        next = after.map((each) => tf.keep(tf.clone(each)));
        parts = partSums(sums.map((each) => each.dataSync()[0] as number));
        return loss;
      };
      const computed = locateLabelErrors(where, source, indices, batch, () => computeGradients(loss, variables));
      const gradients = computed.gradients.map(({ gradient }) => gradient);
      try {
        const result = computed.loss.dataSync()[0] as number;
        if (!sumsAreFinite([computed.loss, ...gradients])) {
          tf.dispose([...next]);
          const first = gradients.findIndex((gradient) => !sumsAreFinite([gradient]));
          return failureOf(options, indices, result, variables[first]);
        }
        optimizer.applyGradients(computed.gradients, { variables: model.variables, count: parts[0]?.count ?? 1 });
        for (const { variable, value } of updates) variable.assign(value);
        step++;
        state?.after(next);
        return { loss: result, parts };
      } finally {
        tf.dispose([computed.loss, ...gradients]);
        disposeValues(updates);
      }
    });
  return { run, streamState: () => state?.arrays(), graph: () => undefined, dispose: () => state?.dispose() };
}

/** Tests the sums of the tensors, as a compiled step does. */
const sumsAreFinite = (tensors: readonly tf.Tensor[]) =>
  tf.tidy(() => Number.isFinite(tf.addN(tensors.map((each) => tf.sum(each))).dataSync()[0]));
