import {
  type AuxResult,
  type LossResult,
  type LossWithAux,
  type PartsResult,
  type StepTraining,
  type TrainStepOptions,
  trainStep,
  trainStepOnRows,
} from "../../compile";
import * as tf from "../../tf";
import type { Source } from "../examples/source";
import type { StepResult } from "../loss/step-loss";
import { graphsFor, listOf, withTensors } from "./batch-tensors";
import type { StreamState } from "./stream-state";

type NativeLoss = (...given: [...tf.Tensor[], StepTraining]) => LossResult | LossWithAux;
/** What a step returns: the loss, and the sums of its parts and the next state of streams where there are any. */
type RawResult = number | ({ readonly loss: number } & Partial<PartsResult & AuxResult>);
/** Reads what a step returned. */
type ReadResult = (result: RawResult, shapes: string, examples: number) => StepResult;

/** Examples of one shape are resident data of the step, which gathers batches from them; ragged batches are fed. */
export function nativeStep(
  source: Source,
  loss: NativeLoss,
  options: TrainStepOptions,
  state: StreamState | undefined,
) {
  if (source.all === undefined) {
    const step = trainStep(loss, { ...options, ...graphsFor(source) });
    const call = (indices: Int32Array, read: ReadResult) =>
      withTensors(source, indices, (tensors) => {
        const list = listOf(source, tensors);
        const shapes = list.map(({ shape }) => `${shape}`).join(" ");
        const result = step(...list, ...(state?.before(indices) ?? [])) as RawResult;
        if (state && typeof result !== "number") state.after(result.aux as readonly tf.Tensor[]);
        return read(result, shapes, list[0]?.shape[0] as number);
      });
    return { step, call, dispose: step.dispose };
  }
  const resident = listOf(source, source.all());
  try {
    const step = trainStepOnRows(resident, loss, options);
    const dispose = () => {
      step.dispose();
      tf.dispose(resident);
    };
    const call = (indices: Int32Array, read: ReadResult) =>
      read(step(indices) as RawResult, `${indices.length}`, indices.length);
    return { step, call, dispose };
  } catch (error) {
    tf.dispose(resident);
    throw error;
  }
}
