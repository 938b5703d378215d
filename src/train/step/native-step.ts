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
import { graphsFor, listOf } from "./batch-tensors";
import type { StreamState } from "./stream-state";

type NativeLoss = (...given: [...tf.Tensor[], StepTraining]) => LossResult | LossWithAux;
/** What a step returns: the loss, and the sums of its parts and the next state of streams where there are any. */
type RawResult = number | ({ readonly loss: number } & Partial<PartsResult & AuxResult>);
/** Reads what a step returned. */
type ReadResult = (result: RawResult, shapes: string, examples: number) => StepResult;

/**
 * From this time on, in milliseconds, a step runs on another thread. A shorter one would take some percent longer there, and the
 * event loop runs at least every 50 ms anyway (see `StopWatch`).
 */
const LONG = 4;

/** Decides, by the step before, whether a step is long enough to run on another thread while JavaScript goes on. */
class StepPace {
  /** The first step builds its graph, and is long. */
  private last = Number.POSITIVE_INFINITY;

  /** @param ways the same computation in this thread, and on another one */
  async run<Result>(ways: {
    readonly now: () => Result;
    readonly inBackground: () => Promise<Result>;
  }): Promise<Result> {
    const began = performance.now();
    const result = this.last >= LONG ? await ways.inBackground() : ways.now();
    this.last = performance.now() - began;
    return result;
  }
}

/** Examples of one shape are resident data of the step, which gathers batches from them; ragged batches are fed. */
export function nativeStep(
  source: Source,
  loss: NativeLoss,
  options: TrainStepOptions,
  state: StreamState | undefined,
) {
  const pace = new StepPace();
  if (source.all === undefined) {
    const step = trainStep(loss, { ...options, ...graphsFor(source) });
    const call = async (indices: Int32Array, read: ReadResult) => {
      const tensors = source.take(indices);
      try {
        const list = listOf(source, tensors);
        const shapes = list.map(({ shape }) => `${shape}`).join(" ");
        const given = [...list, ...(state?.before(indices) ?? [])];
        const ways = { now: () => step(...given), inBackground: () => step.callAsync(...given) };
        const result = (await pace.run<unknown>(ways)) as RawResult;
        if (state && typeof result !== "number") state.after(result.aux as readonly tf.Tensor[]);
        return read(result, shapes, list[0]?.shape[0] as number);
      } finally {
        tf.dispose(Object.values(tensors));
      }
    };
    return { step, call, dispose: step.dispose };
  }
  const resident = listOf(source, source.all());
  try {
    const step = trainStepOnRows(resident, loss, options);
    const dispose = () => {
      step.dispose();
      tf.dispose(resident);
    };
    const call = async (indices: Int32Array, read: ReadResult) => {
      const ways = { now: () => step(indices), inBackground: () => step.callAsync(indices) };
      return read((await pace.run<unknown>(ways)) as RawResult, `${indices.length}`, indices.length);
    };
    return { step, call, dispose };
  } catch (error) {
    tf.dispose(resident);
    throw error;
  }
}
