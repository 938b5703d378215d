import type { FunctionGraph } from "../../compile";
import type { NumericArray } from "../../data";
import type { Optimizer } from "../../rnn";
import type { LossPart } from "../loss/batch-loss";
import type { StepResult } from "../loss/step-loss";
import type { StepOptions } from "./batch-tensors";
import type { StepFailure } from "./step-failure";

export interface TrainingStepOptions extends StepOptions {
  readonly loss: readonly LossPart[];
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly shards?: number | undefined;
  /** The number of steps done before, from which dropout's random numbers continue. */
  readonly iteration: number;
  /** The state of streams that a checkpoint kept. Default: none. */
  readonly streamState?: readonly NumericArray[] | undefined;
}

/** A training step on a batch, given by the indices of its examples. */
export interface TrainingStep {
  /**
   * Runs a step; a compiled one that takes long runs on another thread.
   *
   * @returns the result; or a failure when a number is not finite, and no weight was changed then
   */
  run(indices: Int32Array): Promise<StepResult | StepFailure>;
  /** The state after the last step, where the data are streams. */
  streamState(): readonly NumericArray[] | undefined;
  /** The graph of the step that ran last; undefined before the first one, and where the step is not compiled. */
  graph(): FunctionGraph | undefined;
  dispose(): void;
}
