import { ArgumentError } from "../../rnn";
import { compiledStep } from "./compiled-step";
import { eagerStep } from "./eager-step";
import { locatedIndexError } from "./index-errors";
import type { TrainingStep, TrainingStepOptions } from "./step-options";
import { untilUnfrozen } from "./trained-weights";

/** The training step of `fit`. `dispose` frees the native memory of the step; the optimizer keeps its slots. */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  options.optimizer.begin(options.model.variables);
  checkAccumulation(options);
  const step = options.compiled ? refreezingStep(options) : eagerStep(options);
  const run = async (indices: Int32Array) => {
    try {
      return await step.run(indices);
    } catch (error) {
      throw locatedIndexError(options, indices, error);
    }
  };
  return { ...step, run };
}

/** A compiled step that is made anew when a weight is no longer frozen. */
function refreezingStep(options: TrainingStepOptions): TrainingStep {
  type Compiled = ReturnType<typeof compiledStep>;
  const { coming, last } = untilUnfrozen(options.model, (before: Compiled | undefined) =>
    compiledStep(
      before ? { ...options, iteration: before.step.iteration, streamState: before.streamState() } : options,
    ),
  );
  const run = (indices: Int32Array) => coming().run(indices);
  return { run, streamState: () => last().streamState(), graph: () => last().graph(), dispose: () => last().dispose() };
}

/** @throws ArgumentError for a loss of several parts: accumulated gradients are weighted by the terms of one */
function checkAccumulation({ where, optimizer, loss }: TrainingStepOptions): void {
  if (optimizer.accumulation === undefined || loss.length === 1) return;
  const expected = "none with gradientAccumulationSteps for a loss of several outputs";
  throw new ArgumentError(where, "optimizer", expected, `a loss of ${loss.map(({ output }) => output).join(", ")}`);
}
